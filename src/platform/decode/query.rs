//! The query of a request that has no body to name its customer in.

use super::Part;
use super::rules::Rules;
use super::urlencoded::{decoded, pairs};
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;

/// The parameters of these names. Others are not read at all: nothing depends on them, and nothing of them travels on.
pub(crate) fn query(query: Option<&str>, names: &[&str], limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let mut rules = Rules::new(limits);
    let mut parts = Vec::new();
    for (name, value) in pairs(query.unwrap_or_default().as_bytes()) {
        let Some(name) = decoded(name).filter(|name| names.contains(&name.as_str())) else { continue };
        rules.name(&name)?;
        let value = decoded(value).ok_or_else(|| Refusal::field(&name, "must be UTF-8, percent-encoded"))?;
        rules.text(&name, &value)?;
        parts.push(Part::Text { name, value });
    }
    Ok(parts)
}
