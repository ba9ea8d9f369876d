//! A planned request becomes bytes, and what of it must reach the anchor.

use std::sync::LazyLock;

use serde_json::json;

use super::content::{Carrier, Content, Digest};
use super::identity::Identity;
use super::life::{Kind, Step};
use super::random::Random;

/// A request, ready to be sent.
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    /// Where the body begins, chunk sizes included.
    pub(crate) body_at: usize,
    pub(crate) expected: Expected,
}

/// What must reach the anchor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) kind: Kind,
    /// Of the body of a PUT; of the query of a GET, be it the look-up before a DELETE.
    pub(crate) digest: Digest,
    /// There is a file: the anchor may see the beginning of a body that breaks off.
    pub(crate) streams: bool,
}

/// What is the same for all requests of a customer.
pub(crate) struct Wallet<'a> {
    pub(crate) seed: u64,
    pub(crate) identity: &'a Identity,
    pub(crate) token: &'a str,
}

/// A field as the client sends it.
enum Field {
    Text(String, String),
    /// JSON writes it without quotes.
    Literal(String, &'static str),
    /// JSON says `null`, the others leave it out.
    Null(String),
    File(File),
}

struct File {
    name: String,
    file_name: Option<&'static str>,
    content_type: Option<&'static str>,
    content: Vec<u8>,
}

const TEXT_NAMES: [&str; 22] = [
    "first_name",
    "last_name",
    "additional_name",
    "address",
    "city",
    "state_or_province",
    "postal_code",
    "email_address",
    "mobile_number",
    "occupation",
    "employer_name",
    "tax_id",
    "id_type",
    "id_number",
    "bank_account_number",
    "organization.name",
    "card.number",
    "mobile_number_verification",
    "photo_id_back_file_id",
    "lang",
    "x_invented",
    "nombre inventado ñ",
];
const DATE_NAMES: [&str; 3] = ["birth_date", "id_issue_date", "id_expiration_date"];
const FILE_NAMES: [&str; 6] = [
    "photo_id_front",
    "photo_id_back",
    "notary_approval_of_photo_id",
    "photo_proof_residence",
    "proof_of_income",
    "x_invented_file",
];
/// As sent between the quotes; each reaches the anchor unchanged.
const NAMES_OF_FILES: [&str; 5] =
    ["front.jpg", "fotografía 東京.jpg", "the %22front%22.jpg", "a; name=b.jpg", "..%5Cinvented.pdf"];
const LITERALS: [&str; 5] = ["1.0", "-0", "1e5", "12345678901234567890123", "true"];

/// The largest text, a little less than the platform allows.
const LARGE: usize = 250_000;

/// What files are cut from.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut random = Random::of(&[4]);
    (0..MAX_FILE / 8).flat_map(|_| random.next().to_be_bytes()).collect()
});
const MAX_FILE: usize = 4 * 1024 * 1024;

impl Request {
    pub(crate) fn of(wallet: &Wallet, step: &Step, id: Option<&str>) -> Self {
        let mut random = Random::of(&[wallet.seed, step.number, 5]);
        let id = id.filter(|_| step.with_id);
        match step.kind {
            Kind::Get => Self::get(wallet, step, id, &mut random),
            Kind::Delete => Self::delete(wallet, step, &mut random),
            _ => Self::put(wallet, step, id, &mut random),
        }
    }

    fn get(wallet: &Wallet, step: &Step, id: Option<&str>, random: &mut Random) -> Self {
        let mut asked: Vec<(&str, String)> = Vec::new();
        asked.extend(id.map(|id| ("id", id.to_owned())));
        asked.extend(random.per_mille(500).then(|| ("type", format!("invented-{}", step.number))));
        let said = wallet.identity.said(random);
        let query: Vec<String> =
            said.iter().chain(&asked).map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let target = format!("/sep12/customer?{}", query.join("&"));
        let mut content = Content::new(Carrier::Query);
        for (name, value) in wallet.identity.forwarded.iter().chain(&asked) {
            content.text(name, value);
        }
        Self::new(wallet, step, "GET", &target, None, &content)
    }

    fn delete(wallet: &Wallet, step: &Step, random: &mut Random) -> Self {
        let account = &wallet.identity.accounts[random.index(wallet.identity.accounts.len())];
        let said: Vec<Field> = wallet.identity.needed.iter().map(|(name, value)| text(name, value.clone())).collect();
        let body =
            (!said.is_empty() || random.per_mille(300)).then(|| ("application/json".to_owned(), json_body(&said)));
        let mut content = Content::new(Carrier::Query);
        for (name, value) in &wallet.identity.forwarded {
            content.text(name, value);
        }
        Self::new(wallet, step, "DELETE", &format!("/sep12/customer/{account}"), body, &content)
    }

    fn put(wallet: &Wallet, step: &Step, id: Option<&str>, random: &mut Random) -> Self {
        let mut fields = fields(step, id, random);
        let mut content = Content::new(carrier(&fields));
        for (name, value) in &wallet.identity.forwarded {
            content.text(name, value);
        }
        fields.iter().for_each(|field| field.add_to(&mut content));
        let needed = wallet.identity.needed.len();
        let said = wallet.identity.said(random).into_iter().map(|(name, value)| text(name, value));
        fields.splice(..0, said);
        shuffle(&mut fields[needed..], random);
        let body = match step.kind {
            Kind::PutJson => ("application/json".to_owned(), json_body(&fields)),
            Kind::PutUrlencoded => ("application/x-www-form-urlencoded".to_owned(), urlencoded_body(&fields)),
            _ => multipart_body(&fields, step.number),
        };
        Self::new(wallet, step, "PUT", "/sep12/customer", Some(body), &content)
    }

    fn new(
        wallet: &Wallet,
        step: &Step,
        method: &str,
        target: &str,
        body: Option<(String, Vec<u8>)>,
        content: &Content,
    ) -> Self {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: platform.invalid\r\n");
        head += &format!("Authorization: Bearer {}\r\n", wallet.token);
        // What ties the anchor's side of a request to the client's, before a byte of the body is read.
        head +=
            &format!("traceparent: 00-{:016x}{:016x}-{:016x}-01\r\n", wallet.seed | 1, step.number, step.number | 1);
        if step.last {
            head += "Connection: close\r\n";
        }
        let mut bytes = head.into_bytes();
        let body_at = match body {
            None => end_of_head(&mut bytes, ""),
            Some((content_type, body)) => framed(&mut bytes, &content_type, &body, step),
        };
        let streams = content.carrier == Carrier::Multipart;
        Self { bytes, body_at, expected: Expected { kind: step.kind, digest: content.digest(), streams } }
    }
}

fn end_of_head(bytes: &mut Vec<u8>, more: &str) -> usize {
    bytes.extend_from_slice(more.as_bytes());
    bytes.extend_from_slice(b"\r\n");
    bytes.len()
}

fn framed(bytes: &mut Vec<u8>, content_type: &str, body: &[u8], step: &Step) -> usize {
    let content_type = format!("Content-Type: {content_type}\r\n");
    if !step.chunked {
        let body_at = end_of_head(bytes, &format!("{content_type}Content-Length: {}\r\n", body.len()));
        bytes.extend_from_slice(body);
        return body_at;
    }
    let body_at = end_of_head(bytes, &format!("{content_type}Transfer-Encoding: chunked\r\n"));
    let mut random = Random::of(&[step.number, 6]);
    let most = random.pick(&[7, 1000, 100_000]).max(body.len() as u64 / 50);
    let mut left = body;
    while !left.is_empty() {
        let (chunk, rest) = left.split_at(left.len().min(random.index(usize::try_from(most).unwrap_or(1)) + 1));
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
        left = rest;
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    body_at
}

fn fields(step: &Step, id: Option<&str>, random: &mut Random) -> Vec<Field> {
    let mut fields: Vec<Field> = id.map(|id| text("id", id.to_owned())).into_iter().collect();
    let mut names = TEXT_NAMES;
    shuffle(&mut names, random);
    for name in &names[..random.index(9)] {
        fields.push(match random.below(20) {
            0 => Field::Literal((*name).to_owned(), random.pick(&LITERALS)),
            1 => Field::Null((*name).to_owned()),
            _ => text(name, value(step, random)),
        });
    }
    if random.per_mille(300) {
        let day = format!("19{:02}-{:02}-{:02}", random.below(100), random.between(1, 13), random.between(1, 29));
        fields.push(text(random.pick(&DATE_NAMES), day));
    }
    if step.kind == Kind::PutMultipart && random.per_mille(800) {
        let mut names = FILE_NAMES;
        shuffle(&mut names, random);
        let files = random.weighted(&[(7, 1), (2, 2), (1, 3)]);
        fields.extend(names[..files].iter().map(|name| Field::File(File::of(name, step, random))));
    }
    fields
}

fn text(name: &str, value: String) -> Field {
    Field::Text(name.to_owned(), value)
}

/// Invented, and all sorts of.
fn value(step: &Step, random: &mut Random) -> String {
    let number = step.number;
    match random.below(40) {
        0 => String::new(),
        1 => format!("\"Invented\" & co = {number}%, a+b; \\n"),
        2 => format!("Inventado Ñandú 東京 🏦 {number}"),
        3 => format!("two\r\nlines, invented for {number}"),
        4 => format!("invented {number} ").repeat(random.index(400) + 1),
        // Rare and large: a body that does not fit into the buffers of a socket, and is sent in one piece.
        5 if random.per_mille(30) => format!("invented {number} ").repeat(LARGE / 10).chars().take(LARGE).collect(),
        _ => format!("invented {number}-{:x}", random.below(1 << 40)),
    }
}

impl File {
    fn of(name: &str, step: &Step, random: &mut Random) -> Self {
        let nobodys = name.starts_with("x_");
        let sizes = [(70, (0, 4_000)), (20, (4_000, 64_000)), (9, (100_000, 500_000)), (1, (1_000_000, 4_000_000))];
        let (least, most) = random.weighted(&sizes);
        let length = usize::try_from(random.between(least, most)).expect("some megabytes");
        let from = random.index(MAX_FILE - length);
        let mut content = BYTES[from..from + length].to_vec();
        let mark = step.number.to_be_bytes();
        let marked = mark.len().min(length);
        content[..marked].copy_from_slice(&mark[..marked]);
        Self {
            name: name.to_owned(),
            file_name: (nobodys || random.per_mille(800)).then(|| random.pick(&NAMES_OF_FILES)),
            content_type: random.pick(&[Some("image/jpeg"), Some("application/pdf"), None]),
            content,
        }
    }
}

impl Field {
    fn add_to(&self, content: &mut Content) {
        match self {
            Self::Text(name, value) => content.text(name, value),
            Self::Literal(name, value) => content.text(name, value),
            Self::Null(_) => {}
            Self::File(file) => content.file(
                &file.name,
                file.file_name.unwrap_or(&file.name),
                file.content_type.unwrap_or("application/octet-stream"),
                &file.content,
            ),
        }
    }
}

fn carrier(fields: &[Field]) -> Carrier {
    match fields.iter().any(|field| matches!(field, Field::File(_))) {
        true => Carrier::Multipart,
        false => Carrier::Json,
    }
}

fn json_body(fields: &[Field]) -> Vec<u8> {
    let member = |field: &Field| match field {
        Field::Text(name, value) => format!("{}: {}", json!(name), json!(value)),
        Field::Literal(name, value) => format!("{}: {value}", json!(name)),
        Field::Null(name) => format!("{}: null", json!(name)),
        Field::File(_) => unreachable!("only multipart has files"),
    };
    let members: Vec<String> = fields.iter().map(member).collect();
    format!("{{{}}}", members.join(", ")).into_bytes()
}

fn urlencoded_body(fields: &[Field]) -> Vec<u8> {
    let pair = |field: &Field| match field {
        Field::Text(name, value) => Some(format!("{}={}", encoded(name), encoded(value))),
        Field::Literal(name, value) => Some(format!("{}={}", encoded(name), encoded(value))),
        Field::Null(_) => None,
        Field::File(_) => unreachable!("only multipart has files"),
    };
    fields.iter().filter_map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

fn multipart_body(fields: &[Field], number: u64) -> (String, Vec<u8>) {
    let boundary = format!("invented-{number:x}-boundary");
    let mut body = Vec::new();
    for field in fields {
        let (head, content): (String, &[u8]) = match field {
            Field::Text(name, value) => (part_head(&boundary, name, ""), value.as_bytes()),
            Field::Literal(name, value) => (part_head(&boundary, name, ""), value.as_bytes()),
            Field::Null(_) => continue,
            Field::File(file) => (part_head(&boundary, &file.name, &file.parameters()), &file.content),
        };
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn part_head(boundary: &str, name: &str, more: &str) -> String {
    format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n")
}

impl File {
    fn parameters(&self) -> String {
        let file_name = self.file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let content_type = self.content_type.map(|kind| format!("\r\nContent-Type: {kind}")).unwrap_or_default();
        file_name + &content_type
    }
}

/// Percent-encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            other => encoded += &format!("%{other:02X}"),
        }
    }
    encoded
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for index in (1..items.len()).rev() {
        items.swap(index, random.index(index + 1));
    }
}
