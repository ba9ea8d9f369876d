//! `application/x-www-form-urlencoded`: pairs, decoded as the WHATWG URL standard says, but never lossily.

use percent_encoding::percent_decode;

use super::body::ClientBody;
use super::json::refuse_binary;
use super::rules::Rules;
use super::{Part, read_text_body};
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;

pub(super) async fn read(body: ClientBody, limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let body = read_text_body(body, limits).await?;
    let mut rules = Rules::new(limits);
    let mut parts = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = decoded(&pair[..equals]).ok_or_else(|| Refusal::malformed("a field's name is not UTF-8"))?;
        rules.name(&name)?;
        let value = decoded(pair.get(equals + 1..).unwrap_or_default())
            .ok_or_else(|| Refusal::field(&name, "must be UTF-8, percent-encoded"))?;
        rules.text(&name, &value)?;
        parts.push(refuse_binary(Part::Text { name, value })?);
    }
    Ok(parts)
}

fn decoded(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}
