//! A client that writes bytes, not requests: what is no request at all can be sent too.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::shaped::{self, Shaped};
use super::text::{Text, bounded};

/// What is written on one connection, message by message.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(with = "OneOrMany<MessageKeys>")]
pub(super) struct Raw(Vec<Message>);

/// A message to the letter, but that each newline of a text is written CR LF. Either `head` (and `body`) or `text`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct MessageKeys {
    /// The lines of a head, request line first. The empty line at its end is added.
    head: Option<Bytes>,
    /// The body. Its length stands for `${length}` in the head.
    body: Option<Bytes>,
    /// Anything, with nothing added.
    text: Option<Bytes>,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    head: Option<Bytes>,
    body: Bytes,
}

/// A text, or a list of texts and other pieces that are put together.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(with = "OneOrMany<TextOrPiece>")]
pub(super) struct Bytes(Vec<Piece>);

/// A piece that is no text: `hex`, `base64`, or `repeat` with `times`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PieceKeys {
    /// Bytes in hexadecimal.
    hex: Option<String>,
    /// Bytes in base64.
    base64: Option<String>,
    /// A text that is repeated.
    repeat: Option<String>,
    /// How often.
    times: Option<usize>,
}

/// What stands in the schema for a list whose only entry may stand without it.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is asked for")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is asked for")]
enum TextOrPiece {
    Text(String),
    Piece(PieceKeys),
}

#[derive(Clone, Debug)]
enum Piece {
    Text(Text),
    Bytes(Vec<u8>),
    Token,
    Length,
    Repeated(Vec<u8>, usize),
}

/// Bytes in the way that they are told again: a token is made anew, a repetition is not written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chunk {
    Bytes(Vec<u8>),
    Token,
    Repeated(Vec<u8>, usize),
}

impl Raw {
    /// The bytes, given the ids of the steps before.
    pub(super) fn chunks(&self, ids: &[Option<String>]) -> Vec<Chunk> {
        self.0.iter().flat_map(|message| message.chunks(ids)).collect()
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.pieces().filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None })
    }

    /// The sum of every `repeat`.
    pub(super) fn repeated(&self) -> usize {
        let repeated = |piece: &Piece| {
            if let Piece::Repeated(bytes, times) = piece { bytes.len().saturating_mul(*times) } else { 0 }
        };
        self.pieces().map(repeated).fold(0, usize::saturating_add)
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let bytes = self.0.iter().flat_map(|message| message.head.iter().chain([&message.body]));
        bytes.flat_map(|bytes| &bytes.0)
    }
}

impl Message {
    fn chunks(&self, ids: &[Option<String>]) -> Vec<Chunk> {
        let body = self.body.chunks(ids, 0);
        let Some(head) = &self.head else { return body };
        let mut head = head.chunks(ids, body.iter().map(Chunk::len).sum());
        let last = head.last().map(Chunk::bytes).unwrap_or_default();
        let end: &[u8] = if last.ends_with(b"\n") { b"\r\n" } else { b"\r\n\r\n" };
        head.push(Chunk::Bytes(end.to_vec()));
        head.extend(body);
        head
    }
}

impl Bytes {
    fn chunks(&self, ids: &[Option<String>], length: usize) -> Vec<Chunk> {
        self.0.iter().map(|piece| piece.chunk(ids, length)).collect()
    }

    /// Placeholders that only bytes can have are taken out of the text; the others are the text's own.
    fn parse(text: &str) -> Result<Self, String> {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find("${") {
            let (before, placeholder) = rest.split_at(at);
            let end = placeholder.find('}').map_or(placeholder.len(), |end| end + 1);
            plain.push_str(before);
            match Piece::named(placeholder[2..end].trim_end_matches('}')) {
                Some(piece) if !before.ends_with('$') => {
                    pieces.extend([Piece::Text(Text::parse(&std::mem::take(&mut plain))?), piece]);
                }
                _ => plain.push_str(&placeholder[..end]),
            }
            rest = &placeholder[end..];
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(Text::parse(&plain)?));
        Ok(Self(pieces))
    }
}

/// Each newline as CR LF, unless a CR is there.
fn crlf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
}

impl Piece {
    fn named(placeholder: &str) -> Option<Self> {
        Some(match placeholder {
            "token" => Self::Token,
            "length" => Self::Length,
            "CR" => Self::Bytes(vec![b'\r']),
            "LF" => Self::Bytes(vec![b'\n']),
            "NUL" => Self::Bytes(vec![0]),
            other => Self::Bytes(unhex(other.strip_prefix("hex:")?)?),
        })
    }

    fn chunk(&self, ids: &[Option<String>], length: usize) -> Chunk {
        match self {
            Self::Text(text) => Chunk::Bytes(crlf(&text.resolve(ids))),
            Self::Bytes(bytes) => Chunk::Bytes(bytes.clone()),
            Self::Token => Chunk::Token,
            Self::Length => Chunk::Bytes(length.to_string().into_bytes()),
            Self::Repeated(bytes, times) => Chunk::Repeated(bytes.clone(), *times),
        }
    }
}

impl Chunk {
    /// The bytes, given a token.
    pub(super) fn write(&self, token: &str, to: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => to.extend(bytes),
            Self::Token => to.extend(token.as_bytes()),
            Self::Repeated(bytes, times) => to.extend(bytes.repeat(*times)),
        }
    }

    /// Its length; a token, which stands in no body, counts nothing.
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Token => 0,
            Self::Repeated(bytes, times) => bytes.len() * times,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) | Self::Repeated(bytes, _) => bytes,
            Self::Token => &[],
        }
    }
}

impl TryFrom<PieceKeys> for Bytes {
    type Error = String;

    fn try_from(keys: PieceKeys) -> Result<Self, String> {
        let piece = match (keys.hex, keys.base64, keys.repeat, keys.times) {
            (Some(hex), None, None, None) => {
                unhex(&hex).map(Piece::Bytes).ok_or_else(|| "`hex` must be pairs of hexadecimal digits".to_owned())
            }
            (None, Some(base64), None, None) => STANDARD
                .decode(base64)
                .map(Piece::Bytes)
                .map_err(|_| "`base64` cannot be decoded; it has the standard alphabet and padding".to_owned()),
            (None, None, Some(text), Some(times)) => {
                let text = Text::parse(&text)?;
                if !text.is_fixed() {
                    return Err("`repeat` takes no ${id:STEP}: the length of an id is not known here".to_owned());
                }
                let bytes = crlf(&text.fixed());
                bounded(bytes.len().saturating_mul(times)).map(|()| Piece::Repeated(bytes, times))
            }
            _ => Err("a piece is a text, `hex`, `base64`, or `repeat` with `times`".to_owned()),
        };
        Ok(Self(vec![piece?]))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len() % 2 == 1 { None } else { digits.chunks(2).map(pair).collect() }
}

impl TryFrom<MessageKeys> for Message {
    type Error = String;

    fn try_from(keys: MessageKeys) -> Result<Self, String> {
        match (keys.head, keys.body, keys.text) {
            (Some(head), body, None) => Ok(Self { head: Some(head), body: body.unwrap_or_default() }),
            (None, None, Some(text)) => Ok(Self { head: None, body: text }),
            _ => Err("a message is either a `head` (and a `body`) or a `text`".to_owned()),
        }
    }
}

/// The pieces of a list are put together.
impl Shaped for Bytes {
    type Map = CheckedPiece;

    const EXPECTED: &'static str =
        "a text, `{hex: ..}`, `{base64: ..}`, `{repeat: TEXT, times: N}`, or a list of these";

    fn word(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }

    fn map(piece: CheckedPiece) -> Self {
        piece.0
    }
}

#[derive(Deserialize)]
#[serde(try_from = "PieceKeys")]
pub(super) struct CheckedPiece(Bytes);

impl TryFrom<PieceKeys> for CheckedPiece {
    type Error = String;

    fn try_from(keys: PieceKeys) -> Result<Self, String> {
        Bytes::try_from(keys).map(Self)
    }
}

/// Of one piece.
struct OnePiece(Bytes);

impl<'de> Deserialize<'de> for OnePiece {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces: Vec<OnePiece> = shaped::one_or_many(deserializer)?;
        Ok(Self(pieces.into_iter().flat_map(|piece| piece.0.0).collect()))
    }
}

#[derive(Deserialize)]
#[serde(try_from = "MessageKeys")]
pub(super) struct CheckedMessage(Message);

impl TryFrom<MessageKeys> for CheckedMessage {
    type Error = String;

    fn try_from(keys: MessageKeys) -> Result<Self, String> {
        Message::try_from(keys).map(Self)
    }
}

impl Shaped for Raw {
    type Map = CheckedMessage;

    const EXPECTED: &'static str = "a message (`head` and `body`, or `text`) or a list of messages";

    fn map(message: CheckedMessage) -> Self {
        Self(vec![message.0])
    }

    fn list(messages: Vec<CheckedMessage>) -> Option<Self> {
        Some(Self(messages.into_iter().map(|message| message.0).collect()))
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(yaml: &str) -> String {
        let raw: Raw = serde_saphyr::from_str(yaml).expect(yaml);
        let mut bytes = Vec::new();
        raw.chunks(&[]).iter().for_each(|chunk| chunk.write("TOKEN", &mut bytes));
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn lines_end_with_cr_and_lf_and_a_head_with_an_empty_one() {
        let head = "head: |\n  PUT / HTTP/1.1\n  A: ${token}\n  Content-Length: ${length}\nbody: \"a\\nb${LF}c\"\n";
        assert_eq!(written(head), "PUT / HTTP/1.1\r\nA: TOKEN\r\nContent-Length: 6\r\n\r\na\r\nb\nc");
        assert_eq!(written("head: GET /"), "GET /\r\n\r\n");
        assert_eq!(written("text: \"GET /\\r\\n${CR}x\\n\""), "GET /\r\n\rx\r\n");
    }

    #[test]
    fn pieces_are_put_together_and_messages_follow_each_other() {
        let list = "- text: [a, {hex: '62 63'}, {base64: ZA==}, {repeat: \"e\\n\", times: 2}]\n- text: ${f*3}\n- text: {hex: 67}\n";
        assert_eq!(written(list), "abcde\r\ne\r\nfffg");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for yaml in ["head: a\ntext: b", "body: a", "text: [{hex: 6}]", "text: [{repeat: a}]", "a"] {
            assert!(serde_saphyr::from_str::<Raw>(yaml).is_err(), "{yaml}");
        }
    }
}
