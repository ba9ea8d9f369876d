//! Bodies as hostile or odd clients write them: each has the one answer that it must get.

use anchor_conformance::mock::ReceivedValue;
use anchor_conformance::sep12::Field;

use crate::support::{G, Stack};

const FORM: &str = "multipart/form-data; boundary=b";

/// A part with a text.
fn part(headers: &str, content: &str) -> String {
    format!("--b\r\n{headers}\r\n\r\n{content}\r\n")
}

fn named(name: &str, content: &str) -> String {
    part(&format!("Content-Disposition: form-data; name=\"{name}\""), content)
}

async fn assert_refused(content_type: &str, body: impl Into<bytes::Bytes>, status: u16, error: &str) {
    let stack = Stack::start().await;
    let body = body.into();
    let answer = stack.wallet(G).put_bytes(content_type, body.clone()).await;
    assert_eq!(answer.refusal(), (status, error.to_owned()), "{content_type}: {}", body.escape_ascii());
    assert_eq!(stack.anchor.received().len(), 0, "nothing reaches the anchor");
}

/// The text fields that the anchor received beside `account`.
async fn received(content_type: &str, body: impl Into<bytes::Bytes>) -> Vec<(String, String)> {
    let stack = Stack::start().await;
    stack.wallet(G).put_bytes(content_type, body).await.id();
    let received = stack.anchor.received().remove(0);
    let shown = |value: &ReceivedValue| match value {
        ReceivedValue::Text(text) => text.clone(),
        ReceivedValue::Json(json) => json.get().to_owned(),
        ReceivedValue::File(file) => format!("{:?} {:?} {}", file.file_name, file.content_type, file.length),
    };
    received.fields().iter().skip(1).map(|field| (field.name.clone(), shown(&field.value))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn multipart_that_two_readers_could_read_differently_is_refused() {
    let ada = named("first_name", "Ada");
    for (body, error) in [
        (String::new(), "the multipart body ends before its closing delimiter"),
        (ada.clone(), "the multipart body ends before its closing delimiter"),
        (format!("{ada}--b-"), "the multipart body ends before its closing delimiter"),
        ("--b--x\r\n".to_owned() + &ada, "the closing multipart delimiter is not followed by CRLF"),
        (format!("{ada}--bx--\r\n"), "a multipart delimiter is not followed by CRLF or --"),
        (format!("{ada}--b \n"), "a multipart delimiter is not followed by CRLF or --"),
        (ada.replace("\r\n", "\n") + "--b--", "a multipart delimiter is not followed by CRLF or --"),
        ("--b\r\n\r\nAda\r\n--b--".to_owned(), "a part has no headers"),
        (part("Content-Type: text/plain", "Ada") + "--b--", "a part has no Content-Disposition"),
        (part("Content-Disposition: form-data", "Ada") + "--b--", "a part has no name"),
        (
            part("Content-Disposition: attachment; name=a", "Ada") + "--b--",
            "Content-Disposition of a part must be form-data",
        ),
        (
            part("Content-Disposition: form-data; name=a; name=b", "Ada") + "--b--",
            "Content-Disposition of a part: a parameter occurs more than once",
        ),
        (
            part("Content-Disposition: form-data; name=\"a", "Ada") + "--b--",
            "Content-Disposition of a part: a quoted value has no end",
        ),
        (
            part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "Ada") + "--b--",
            "a header of a part occurs more than once",
        ),
        (part("Content-Disposition: form-data;\r\n name=a", "Ada") + "--b--", "a header of a part is malformed"),
        (part("Content-Disposition : form-data; name=a", "Ada") + "--b--", "a header of a part is malformed"),
        (part("Content-Disposition: form-data; name=\"a\0b\"", "Ada") + "--b--", "a header of a part is malformed"),
        (part("Content-Disposition: form-data; name=\"a\nb\"", "Ada") + "--b--", "a header of a part is malformed"),
        (
            part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", "QWRh") + "--b--",
            "'a' must be sent without Content-Transfer-Encoding (RFC 7578)",
        ),
        (ada.clone() + &ada + "--b--", "'first_name' occurs more than once"),
        (
            named("a%22b", "1") + &part("Content-Disposition: form-data; name=\"a\\\"b\"", "2") + "--b--",
            "'a\"b' occurs more than once",
        ),
    ] {
        assert_refused(FORM, body, 400, error).await;
    }
}

#[tokio::test]
async fn odd_but_legal_multipart_is_understood() {
    let ada = named("first_name", "Ada");
    for (content_type, body) in [
        (FORM, format!("{ada}--b--")),
        (FORM, format!("a preamble\r\n{ada}--b--\r\nan epilogue\r\n--b\r\n")),
        (FORM, format!("{ada}--b-- \t\r\n")),
        (FORM, ada.replace("--b\r\n", "--b \t\r\n") + "--b--"),
        (FORM, ada.replace("form-data; name=\"first_name\"", "FORM-DATA;NAME=first_name;") + "--b--"),
        (FORM, ada.replace("Content-Disposition:", "content-DISPOSITION:\t") + "--b--"),
        (FORM, ada.replace("\r\n\r\n", "\r\nX-Unknown: 1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n") + "--b--"),
        ("Multipart/Form-Data ; charset=UTF-8; Boundary=\"b\"", format!("{ada}--b--")),
    ] {
        assert_eq!(
            received(content_type, body.clone()).await,
            pairs(&[("first_name", "Ada")]),
            "{content_type} {body}"
        );
    }
}

#[tokio::test]
async fn a_part_may_leave_out_the_empty_line_of_its_empty_content() {
    let body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n1\r\n--b--";
    assert_eq!(received(FORM, body).await, pairs(&[("a", ""), ("c", "1")]));
}

/// Each is a second `account` or nothing at all to some multipart parser or to some framework behind it.
#[tokio::test]
async fn a_name_that_some_parsers_change_is_refused_in_every_encoding() {
    for (name, encoded, error) in [
        ("", "", "a field's name is empty"),
        (" account", "%20account", "' account' must not begin or end with white space"),
        ("account\t", "account%09", "'account\t' must not begin or end with white space"),
        ("\u{feff}account", "%EF%BB%BFaccount", "'\u{feff}account' must not begin or end with white space"),
        (
            "=?utf-8?Q?account?=",
            "%3D?utf-8?Q?account?%3D",
            "'=?utf-8?Q?account?=' must not be an encoded word (RFC 2047)",
        ),
        (
            "a; filename=b",
            "a; filename%3Db",
            "'a; filename=b' must not hold `filename` behind a blank or `;`, which could be read as a parameter of multipart",
        ),
        (
            "my filename",
            "my filename",
            "'my filename' must not hold `filename` behind a blank or `;`, which could be read as a parameter of multipart",
        ),
        (
            "filename=b",
            "filename%3Db",
            "'filename=b' must not hold `name=`, which could be read as a parameter of multipart",
        ),
        ("Account", "Account", "'Account' could be read as id, account, memo, memo_type, type or transaction_id"),
        ("memo.type", "memo.type", "'memo.type' could be read as id, account, memo, memo_type, type or transaction_id"),
        ("id[]", "id[]", "'id[]' could be read as id, account, memo, memo_type, type or transaction_id"),
    ] {
        assert_refused(FORM, named(name, "1") + "--b--", 400, error).await;
        assert_refused("application/json", serde_json::json!({name: "1"}).to_string(), 400, error).await;
        assert_refused("application/x-www-form-urlencoded", format!("{encoded}=1"), 400, error).await;
    }
}

/// Commons FileUpload opens such a part, and so did Python's `cgi`.
#[tokio::test]
async fn a_part_that_is_multipart_itself_is_refused() {
    let inner = "--i\r\nContent-Disposition: attachment; filename=\"inner.jpg\"\r\n\r\ninner\r\n--i--\r\n";
    for content_type in ["multipart/mixed; boundary=i", "Multipart/Form-Data; boundary=i", "multipart/"] {
        let headers = format!(
            "Content-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.jpg\"\r\nContent-Type: {content_type}"
        );
        let error = "'photo_id_front' must not be a multipart body in itself; send each file as its own part";
        assert_refused(FORM, part(&headers, inner) + "--b--", 400, error).await;
    }
}

#[tokio::test]
async fn a_tab_within_a_name_arrives_as_it_is() {
    let headers =
        "Content-Disposition: form-data; name=\"my\tfile\"; filename=\"a\tb.jpg\"\r\nContent-Type: image/jpeg";
    let expected = pairs(&[("my\tfile", "Some(\"a\\tb.jpg\") Some(\"image/jpeg\") 3")]);
    assert_eq!(received(FORM, part(headers, "jpg") + "--b--").await, expected);
}

#[tokio::test]
async fn boundaries_are_those_of_rfc_2046() {
    let long = "b".repeat(71);
    for (boundary, error) in [
        ("", "the multipart boundary is missing"),
        ("; boundary=", "Content-Type: the boundary is empty"),
        ("; boundary=\"\"", "Content-Type: the boundary is empty"),
        ("; boundary=b; boundary=c", "Content-Type: a parameter occurs more than once"),
        ("; boundary=b; BOUNDARY=b", "Content-Type: a parameter occurs more than once"),
        ("; boundary=\"b", "Content-Type: a quoted value has no end"),
        ("; boundary=\"b \"", "the multipart boundary must be 1 to 70 characters of RFC 2046"),
        (
            "; boundary=b\u{7f}",
            "Content-Type must be application/json, application/x-www-form-urlencoded or multipart/form-data",
        ),
        ("; boundary=b<b", "the multipart boundary must be 1 to 70 characters of RFC 2046"),
        (&format!("; boundary={long}"), "the multipart boundary must be 1 to 70 characters of RFC 2046"),
    ] {
        let status = if error.starts_with("Content-Type must") { 415 } else { 400 };
        let Ok(header) = hyper::header::HeaderValue::from_str(&format!("multipart/form-data{boundary}")) else {
            continue;
        };
        let header = header.to_str().expect("text").to_owned();
        assert_refused(&header, "--b--", status, error).await;
    }
}

#[tokio::test]
async fn json_that_is_not_one_object_of_fields_is_refused() {
    for (body, error) in [
        ("", "the body is empty; send a JSON object"),
        (" \n", "the body is empty; send a JSON object"),
        ("[]", "the body must be a JSON object (line 1, column 1)"),
        ("null", "the body must be a JSON object (line 1, column 4)"),
        ("\"first_name\"", "the body must be a JSON object (line 1, column 12)"),
        ("{\"a\": 1,}", "the body is not valid JSON (line 1, column 9)"),
        ("{\"a\": 1", "the body is not valid JSON (line 1, column 7)"),
        ("{\"a\": 1}\n{}", "the body is not valid JSON (line 2, column 1)"),
        ("{\"a\": 01}", "the body is not valid JSON (line 1, column 8)"),
        ("{\"a\": NaN}", "the body is not valid JSON (line 1, column 7)"),
        ("{'a': 1}", "the body is not valid JSON (line 1, column 2)"),
        ("\u{feff}{}", "the body is not valid JSON (line 1, column 1)"),
        ("{\"a\": \"\\ud800\"}", "'a' must be a string of valid Unicode"),
        ("{\"a\": 1, \"a\": null}", "'a' occurs more than once"),
        ("{\"a\": 1, \"\\u0061\": 1}", "'a' occurs more than once"),
        ("{\"memo\": {\"a\": 1}}", "'memo' must be a string"),
        (
            "{\"photo_id_front\": \"data:image/png;base64,\"}",
            "'photo_id_front' is binary and must be sent as multipart/form-data",
        ),
        ("{\"photo_id_front\": []}", "'photo_id_front' is binary and must be sent as multipart/form-data"),
    ] {
        assert_refused("application/json", body, 400, error).await;
    }
    assert_refused("application/json", &b"{\"a\": \"\xff\"}"[..], 400, "the body is not valid JSON (line 1, column 8)")
        .await;
}

#[tokio::test]
async fn nesting_of_any_depth_is_the_anchors_business() {
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let body = format!("{{\"a\": {deep}, \"b\": {{\"z\": 1.0, \"a\": 1e400, \"z\": \"\\ud800\"}}}}");
    let expected = [("a", deep.as_str()), ("b", "{\"z\": 1.0, \"a\": 1e400, \"z\": \"\\ud800\"}")];
    let stack = Stack::start().await;
    stack.anchor.script_next(anchor_conformance::mock::Answer::json(200, &serde_json::json!({"id": "c-1"})));
    stack.wallet(G).put_bytes("application/json", body).await.id();
    let received = stack.anchor.received().remove(0);
    for (name, text) in expected {
        let Some(ReceivedValue::Json(json)) = received.value(name) else { panic!("{name} is nested") };
        assert_eq!(json.get(), text);
    }
}

#[tokio::test]
async fn urlencoded_is_read_without_loss_or_refused() {
    let form = "application/x-www-form-urlencoded";
    let expected = pairs(&[("a b", "1 2"), ("é", "+"), ("c", ""), ("d", "%zz%"), ("e", "x=y")]);
    assert_eq!(received(form, "&a+b=1+2&%C3%A9=%2b&&c&d=%zz%&e=x=y&").await, expected);
    assert_refused(form, "a=%ff", 400, "'a' must be UTF-8, percent-encoded").await;
    assert_refused(form, "%ff=a", 400, "a field's name is not UTF-8").await;
    assert_refused(form, "a=1&%61=2", 400, "'a' occurs more than once").await;
    assert_refused(form, "photo_id_front=x", 400, "'photo_id_front' is binary and must be sent as multipart/form-data")
        .await;
}

#[tokio::test]
async fn content_types_and_encodings_that_are_not_supported_are_415() {
    let supported = "Content-Type must be application/json, application/x-www-form-urlencoded or multipart/form-data";
    for (content_type, error) in [
        ("text/plain", supported),
        ("application/jsonp", supported),
        ("multipart/mixed; boundary=b", supported),
        ("application/json; charset=iso-8859-1", "the charset must be utf-8"),
    ] {
        assert_refused(content_type, "{}", 415, error).await;
    }
    let stack = Stack::start().await;
    let wallet = stack.wallet(G);
    for (headers, error) in [
        (vec![], supported),
        (vec![("content-type", "application/json"), ("content-type", "application/json")], supported),
        (
            vec![("content-type", "application/json"), ("content-encoding", "gzip")],
            "Content-Encoding is not supported; send the body as it is",
        ),
    ] {
        let mut request = wallet.request(hyper::Method::PUT, "/sep12/customer");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = wallet.send(request.body("{}".to_owned()).expect("valid")).await;
        assert_eq!(answer.refusal(), (415, error.to_owned()));
    }
}

#[tokio::test]
async fn a_name_that_would_end_a_header_arrives_escaped() {
    let stack = Stack::start().await;
    let file = anchor_conformance::sep12::File {
        file_name: Some("a\"; name=\"account\r\nX: 1\\".to_owned()),
        content_type: Some("image/png".to_owned()),
        bytes: "png".into(),
    };
    stack.wallet(G).put_multipart(&[Field::file("custom\"\r\n\r\n--b", file.clone())]).await.id();
    let received = stack.anchor.received().remove(0);
    assert_eq!(received.field_names(), ["account", "custom\"\r\n\r\n--b"]);
    assert_eq!(received.file("custom\"\r\n\r\n--b").and_then(|received| received.file_name.clone()), file.file_name);
}
