//! `application/x-www-form-urlencoded`: pairs, decoded as the WHATWG URL standard says, but never lossily.

use percent_encoding::percent_decode;

use super::body::ClientBody;
use super::json::refuse_binary;
use super::rules::Rules;
use super::{KindOf, Part, read_text_body};
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;

pub(super) async fn read(body: ClientBody, kind_of: KindOf, limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let body = read_text_body(body, limits).await?;
    let mut rules = Rules::new(limits);
    let mut parts = Vec::new();
    for (name, value) in pairs(&body) {
        let name = decoded(name).ok_or_else(|| Refusal::malformed("a field's name is not UTF-8"))?;
        rules.name(&name)?;
        let value = decoded(value).ok_or_else(|| Refusal::field(&name, "must be UTF-8, percent-encoded"))?;
        rules.text(&name, &value)?;
        parts.push(refuse_binary(Part::Text { name, value }, kind_of)?);
    }
    Ok(parts)
}

/// Names and values, still encoded.
pub(super) fn pairs(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (&pair[..equals], pair.get(equals + 1..).unwrap_or_default())
    })
}

pub(super) fn decoded(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}
