import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.RequestContext;

/**
 * Reads with Apache Commons FileUpload, whose code Tomcat has too, and with Jackson.
 *
 * <p>Requests on stdin, what was read on stdout, one line of JSON each. As in lines.py.
 */
public final class Reader {
    private static final JsonMapper JSON = new JsonMapper();

    /** A report of deeply nested values would break the reader of the report. */
    private static final int DEEPEST = 50;

    public static void main(String[] arguments) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var name = "Commons FileUpload 2.0.0-M4 and Jackson "
                + com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION + ", Java " + Runtime.version().feature();
        out.println(JSON.writeValueAsString(Map.of("reader", name)));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(report(JSON.readValue(line, Map.class))));
        }
    }

    private static Map<String, ?> report(Map<?, ?> request) {
        try {
            var contentType = (String) request.get("content_type");
            var body = HexFormat.of().parseHex((String) request.get("hex"));
            return contentType.equals("application/json")
                    ? Map.of("members", shown(JSON.readValue(body, Object.class), 0))
                    : Map.of("parts", parts(new Form(contentType, body)));
        } catch (Exception | StackOverflowError error) {
            return Map.of("error", error.toString());
        }
    }

    private static List<Object> parts(Form form) throws Exception {
        var upload = new Upload();
        upload.setHeaderCharset(StandardCharsets.UTF_8);
        var parts = new ArrayList<Object>();
        for (var items = upload.getItemIterator(form); items.hasNext(); ) {
            parts.add(part(items.next()));
        }
        return parts;
    }

    private static Map<String, Object> part(FileItemInput item) throws Exception {
        var part = new LinkedHashMap<String, Object>();
        part.put("name", item.getFieldName());
        part.put("filename", item.isFormField() ? null : item.getName());
        part.put("content_type", item.getContentType());
        part.put("hex", HexFormat.of().formatHex(item.getInputStream().readAllBytes()));
        return part;
    }

    /** The form that all readers share: strings as UTF-16, numbers as doubles and as they print. */
    private static Object shown(Object value, int depth) {
        if (depth > DEEPEST) {
            return Map.of("deeper", true);
        }
        if (value instanceof String text) {
            return Map.of("string", utf16(text));
        }
        if (value instanceof Number number) {
            var double_ = "%016x".formatted(Double.doubleToLongBits(number.doubleValue()));
            return Map.of("double", double_, "printed", number.toString());
        }
        if (value instanceof List<?> items) {
            return Map.of("array", items.stream().map(item -> shown(item, depth + 1)).toList());
        }
        if (value instanceof Map<?, ?> members) {
            var sorted = new TreeMap<String, Object>();
            members.forEach((name, item) -> sorted.put(utf16((String) name), shown(item, depth + 1)));
            return Map.of("object", sorted.entrySet().stream().map(e -> Arrays.asList(e.getKey(), e.getValue())).toList());
        }
        return value;
    }

    private static String utf16(String text) {
        var hex = new StringBuilder();
        text.chars().forEach(unit -> hex.append("%04x".formatted(unit)));
        return hex.toString();
    }

    private record Form(String contentType, byte[] body) implements RequestContext {
        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public String getContentType() {
            return contentType;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }

    /** A door to what the base class keeps for its servlet siblings. */
    private static final class Upload extends AbstractFileUpload<Form, DiskFileItem, DiskFileItemFactory> {
        @Override
        public FileItemInputIterator getItemIterator(Form form) throws java.io.IOException {
            return getItemIterator((RequestContext) form);
        }

        @Override
        public Map<String, List<DiskFileItem>> parseParameterMap(Form form) throws org.apache.commons.fileupload2.core.FileUploadException {
            return parseParameterMap((RequestContext) form);
        }

        @Override
        public List<DiskFileItem> parseRequest(Form form) throws org.apache.commons.fileupload2.core.FileUploadException {
            return parseRequest((RequestContext) form);
        }
    }
}
