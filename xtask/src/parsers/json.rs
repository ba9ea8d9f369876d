//! What the platform forwards as JSON: texts and nested values, read by four parsers.
//!
//! Values come in the form that all readers share: strings as UTF-16 in hex, numbers as the bits of a double and as
//! the language prints them. Random objects must be read alike by all, to the last bit; what parsers read each in its
//! own way is among the specimens.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Run;
use super::random::Dice;
use super::readers::{BUSBOY, EMAIL, FILE_UPLOAD, GO};
use crate::Outcome;
use crate::platform::ACCOUNT;

/// In the order of the readings of a [`Specimen`]: the parser as it is called elsewhere, and its parser of JSON.
pub(super) const PARSERS: [(&str, &str); 4] =
    [(EMAIL, "Python `json`"), (BUSBOY, "`JSON.parse`"), (GO, "Go `encoding/json`"), (FILE_UPLOAD, "Jackson")];

/// A nested value that parsers read each in its own way.
pub(super) struct Specimen {
    pub(super) what: &'static str,
    pub(super) written: Cow<'static, str>,
    /// What each parser has, printed by its language; see [`PARSERS`].
    pub(super) readings: [&'static str; 4],
}

/// A parser refuses the whole body.
pub(super) const REFUSES: &str = "refuses the body";

pub(super) fn specimens() -> Vec<Specimen> {
    let all = |reading| [reading; 4];
    let specimen = |what, written: &'static str, readings| Specimen { what, written: written.into(), readings };
    let long = |what, written: String, readings| Specimen { what, written: written.into(), readings };
    vec![
        specimen("a member that comes twice", r#"{"z":1,"z":2}"#, all(r#"{"z": 2}"#)),
        specimen("`__proto__`", r#"{"__proto__":"a"}"#, all(r#"{"__proto__": "a"}"#)),
        specimen("line separators", r#"["\u2028\u2029"]"#, all(r#"["\u2028\u2029"]"#)),
        specimen("NUL", r#"["\u0000"]"#, all(r#"["\u0000"]"#)),
        specimen(
            "half a surrogate pair",
            r#"["\ud800"]"#,
            [r#"["\ud800"]"#, r#"["\ud800"]"#, r#"["\ufffd"]"#, r#"["\ud800"]"#],
        ),
        specimen("a zero with a sign", "[-0]", ["[0]", "[0]", "[-0]", "[0]"]),
        specimen(
            "2^53 + 1",
            "[9007199254740993]",
            ["[9007199254740993]", "[9007199254740992]", "[9.007199254740992e+15]", "[9007199254740993]"],
        ),
        specimen(
            "twenty digits",
            "[12345678901234567890]",
            ["[12345678901234567890]", "[12345678901234567000]", "[1.2345678901234567e+19]", "[12345678901234567890]"],
        ),
        specimen("more digits than a double has", "[0.1000000000000000055511151231257827]", all("[0.1]")),
        specimen("a number beyond doubles", "[1e400]", ["[inf]", "[Infinity]", REFUSES, "[Infinity]"]),
        specimen("a number too small for doubles", "[1e-400]", ["[0.0]", "[0]", "[0]", "[0.0]"]),
        long("5,000 digits", format!("[{}]", "1".repeat(5000)), [REFUSES, "[Infinity]", REFUSES, REFUSES]),
        long("100,000 arrays in each other", nested(100_000), [REFUSES, "arrays", REFUSES, REFUSES]),
        long("200 arrays in each other", nested(200), all("arrays")),
    ]
}

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

impl Specimen {
    pub(super) fn check(&self, run: &mut Run) -> Outcome {
        let body = format!("{{\"nested\": {}}}", self.written);
        let forwarded = run.forwarded("application/json", body.as_bytes())?;
        run.each(|reader| {
            let Some(index) = PARSERS.iter().position(|(name, _)| *name == reader.parser.name) else { return Ok(()) };
            let report = reader.read(&forwarded)?;
            let reading = match &report["members"]["object"] {
                Value::Array(members) => member(members, "nested").map(printed),
                _ => Some(REFUSES.to_owned()),
            };
            let expected = self.readings[index];
            match reading.as_deref() {
                Some(reading) if reading == expected => Ok(()),
                _ => Err(format!("      expected {expected}\n      received {reading:?}").into()),
            }
        })
    }
}

fn member<'a>(members: &'a [Value], name: &str) -> Option<&'a Value> {
    members.iter().find(|member| member[0] == utf_16(name)).map(|member| &member[1])
}

/// A value as one would write it down.
fn printed(value: &Value) -> String {
    let list = |value: &Value, item: fn(&Value) -> String| {
        value.as_array().into_iter().flatten().map(item).collect::<Vec<_>>().join(", ")
    };
    let Some(object) = value.as_object() else { return value.to_string() };
    let Some((kind, value)) = object.iter().find(|(kind, _)| *kind != "double") else { return value.to_string() };
    match kind.as_str() {
        "string" => string(value),
        "printed" => value.as_str().unwrap_or_default().to_owned(),
        "array" if printed_deeper(value) => "arrays".to_owned(),
        "array" => format!("[{}]", list(value, printed)),
        "object" => format!("{{{}}}", list(value, |member| format!("{}: {}", string(&member[0]), printed(&member[1])))),
        _ => "arrays".to_owned(),
    }
}

/// Whether there are arrays in each other until the reader has stopped to look.
fn printed_deeper(items: &Value) -> bool {
    items.as_array().is_some_and(|items| matches!(items.as_slice(), [item] if printed(item) == "arrays"))
}

/// A string literal in ASCII.
fn string(hex: &Value) -> String {
    let hex = hex.as_str().unwrap_or_default();
    let units = hex.as_bytes().chunks(4).map(|unit| String::from_utf8_lossy(unit).into_owned());
    let shown = units.map(|unit| match u8::from_str_radix(&unit, 16) {
        Ok(byte) if byte.is_ascii_graphic() => char::from(byte).to_string(),
        _ => format!("\\u{unit}"),
    });
    format!("\"{}\"", shown.collect::<String>())
}

fn utf_16(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04x}")).collect()
}

/// An object as a wallet writes it, and what every parser must have behind the platform.
pub(super) struct Object {
    pub(super) name: String,
    written: String,
    expected: Vec<(String, Value)>,
}

pub(super) fn random(seed: u64, count: u64) -> impl Iterator<Item = Object> {
    (0..count).map(move |number| {
        let mut dice = Dice::new(!seed.wrapping_add(number));
        let mut object = Object {
            name: format!("random JSON object {number}"),
            written: String::new(),
            expected: vec![(utf_16("account"), json!({"string": utf_16(ACCOUNT)}))],
        };
        for index in 0..dice.below(8) {
            // The platform lets no name have a NUL.
            let name = format!("x{}{index}", text(&mut dice).replace('\0', ""));
            let (written, value) = field(&mut dice);
            let separator = if index == 0 { "{" } else { "," };
            object.written += &format!("{separator}{}:{written}", literal(&mut dice, &name));
            object.expected.push((utf_16(&name), value));
        }
        object.written += if object.written.is_empty() { "{}" } else { "}" };
        object.expected.sort_by(|one, other| one.0.cmp(&other.0));
        object
    })
}

impl Object {
    pub(super) fn check(&self, run: &mut Run) -> Outcome {
        let forwarded = run.forwarded("application/json", self.written.as_bytes())?;
        let members: Vec<_> = self.expected.iter().map(|(name, value)| json!([name, value])).collect();
        let expected = json!({"object": members});
        run.each(|reader| {
            if !reader.parser.reads_json {
                return Ok(());
            }
            let mut report = reader.read(&forwarded)?;
            forget_printed(&mut report);
            if report["members"] == expected {
                return Ok(());
            }
            Err(format!("      sent {}\n      expected {expected}\n      received {report}", self.written).into())
        })
    }
}

fn forget_printed(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_printed),
        Value::Object(members) => {
            members.remove("printed");
            members.values_mut().for_each(forget_printed);
        }
        _ => {}
    }
}

/// What stands for a field, and what arrives: the platform makes texts of numbers and booleans.
fn field(dice: &mut Dice) -> (String, Value) {
    match dice.below(4) {
        0 => {
            let written = if dice.one_in(3) { dice.pick(&["true", "false"]).to_owned() } else { number(dice) };
            let arrives = json!({"string": utf_16(&written)});
            (written, arrives)
        }
        1 => container(dice, 3),
        _ => {
            let text = text(dice);
            (literal(dice, &text), json!({"string": utf_16(&text)}))
        }
    }
}

fn value(dice: &mut Dice, depth: usize) -> (String, Value) {
    match dice.below(6) {
        0 => {
            let written = dice.pick(&["null", "true", "false"]);
            (written.to_owned(), serde_json::from_str(written).expect("a literal"))
        }
        1 | 2 => {
            let number = number(dice);
            let double: f64 = number.parse().expect("a number");
            (number, json!({"double": format!("{:016x}", double.to_bits())}))
        }
        3 if depth > 0 => container(dice, depth - 1),
        _ => {
            let text = text(dice);
            (literal(dice, &text), json!({"string": utf_16(&text)}))
        }
    }
}

fn container(dice: &mut Dice, depth: usize) -> (String, Value) {
    let count = dice.below(4);
    let space = dice.pick(&["", " ", "\r\n\t"]);
    if dice.one_in(2) {
        let items: Vec<_> = (0..count).map(|_| value(dice, depth)).collect();
        let written = items.iter().map(|item| item.0.clone()).collect::<Vec<_>>().join(&format!("{space},{space}"));
        return (
            format!("[{space}{written}]"),
            json!({"array": items.into_iter().map(|item| item.1).collect::<Vec<_>>()}),
        );
    }
    let (mut written, mut members) = (Vec::new(), Vec::new());
    for index in 0..count {
        let name = format!("{}{index}", text(dice));
        let (item, value) = value(dice, depth);
        written.push(format!("{}{space}:{space}{item}", literal(dice, &name)));
        members.push((utf_16(&name), value));
    }
    members.sort_by(|one, other| one.0.cmp(&other.0));
    let members: Vec<_> = members.into_iter().map(|(name, value)| json!([name, value])).collect();
    (format!("{{{}{space}}}", written.join(",")), json!({"object": members}))
}

/// A number that every double can tell from its neighbours; a zero with a sign is a specimen.
fn number(dice: &mut Dice) -> String {
    let digits = dice.next() >> dice.pick(&[12, 20, 40, 56]);
    let sign = if digits > 0 { dice.pick(&["", "-"]) } else { "" };
    format!("{sign}{digits}{}", dice.pick(&["", "", ".0", ".5", ".125", "e2", "E-3", ".75e+7"]))
}

const PIECES: [&str; 24] = [
    "a",
    "Zoë",
    " ",
    "\"",
    "\\",
    "/",
    "\r\n",
    "\t",
    "\0",
    "\u{8}\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "🏦",
    "\u{10ffff}",
    "e\u{301}",
    "\\u0000",
    "</script>",
    "{}",
];

fn text(dice: &mut Dice) -> String {
    (0..dice.below(6)).map(|_| dice.pick(&PIECES)).collect()
}

/// A string literal, some characters escaped that need not be.
fn literal(dice: &mut Dice, text: &str) -> String {
    let mut literal = String::from("\"");
    for char in text.chars() {
        let must = char < ' ' || matches!(char, '"' | '\\');
        match char {
            '"' | '\\' | '/' if dice.one_in(2) => literal.extend(['\\', char]),
            _ if must || dice.one_in(4) => {
                let mut units = [0; 2];
                literal.extend(char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")));
            }
            _ => literal.push(char),
        }
    }
    literal + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_objects_are_json() {
        for object in random(3, 300) {
            let parsed: Value = serde_json::from_str(&object.written).expect(&object.written);
            assert_eq!(parsed.as_object().map_or(0, serde_json::Map::len) + 1, object.expected.len());
        }
    }

    #[test]
    fn values_are_printed_as_one_would_write_them() {
        let value = json!({"array": [{"string": "0061d800"}, {"double": "0", "printed": "1.0"}, null,
            {"object": [["0062", true]]}]});
        assert_eq!(printed(&value), r#"["a\ud800", 1.0, null, {"b": true}]"#);
        assert_eq!(printed(&json!({"array": [{"array": [{"deeper": true}]}]})), "arrays");
    }
}
