//! Secrets: named by where they are, `env:NAME` or `file:PATH`, so that no process list shows them.

use std::path::Path;

use super::{Usage, tell};
use crate::sep10::SigningKey;
use crate::sep10::credentials::{ApiKey, Credentials};
use crate::sep10::token::Secret;

/// The environment variable of the wallet-token secret.
pub(super) const JWT_SECRET: &str = "ANCHOR_CONFORMANCE_JWT_SECRET";

/// Reads `none`, `api-key:VALUE` or `jwt:VALUE`, with VALUE looked up.
pub(super) fn auth(text: &str) -> Result<Credentials, Usage> {
    parse(text, read)
}

/// The same, and VALUE may also be the secret itself: `check` is run by hand, too.
pub(super) fn auth_or_literal(text: &str) -> Result<Credentials, Usage> {
    parse(text, read_or_literal)
}

/// Looks up `env:NAME` or `file:PATH`; anything else is the secret itself, which is warned of.
pub(super) fn read_or_literal(value: &str) -> Result<String, Usage> {
    if value.is_empty() || value.starts_with("env:") || value.starts_with("file:") {
        return read(value);
    }
    tell("warning: a secret on the command line is seen by every user of this machine; use env:NAME or file:PATH");
    Ok(value.to_owned())
}

fn parse(text: &str, read: impl FnOnce(&str) -> Result<String, Usage>) -> Result<Credentials, Usage> {
    let (kind, value) = text.split_once(':').unwrap_or((text, ""));
    match kind {
        "none" if value.is_empty() => Ok(Credentials::None),
        "api-key" => ApiKey::new(read(value)?)
            .map(Credentials::ApiKey)
            .ok_or_else(|| Usage::new("the key must be printable ASCII, because a header carries it")),
        "jwt" => Secret::new(read(value)?).map(Credentials::Jwt).ok_or_else(|| Usage::new("the secret is empty")),
        _ => Err(Usage::new("use none, api-key:VALUE or jwt:VALUE with VALUE as env:NAME or file:PATH")),
    }
}

/// Looks up `env:NAME` or `file:PATH`.
pub(super) fn read(value: &str) -> Result<String, Usage> {
    let secret = match value.split_once(':') {
        Some(("env", name)) => {
            let not_set = |_| Usage::new(format!("the environment variable {} is not set", shown(name)));
            std::env::var(name).map_err(not_set)?
        }
        Some(("file", path)) => read_file(path.as_ref())?,
        _ => return Err(Usage::new("a secret stands in the environment (env:NAME) or in a file (file:PATH)")),
    };
    if secret.is_empty() { Err(Usage::new(format!("the secret at {value} is empty"))) } else { Ok(secret) }
}

/// A name as variables have them; anything else may be the secret itself (`env:$KEY` for `env:KEY`).
fn shown(name: &str) -> &str {
    let is_name = |byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    if name.bytes().all(is_name) { name } else { "(whose name is not shown: it is not written in capitals)" }
}

/// The key whose secret seed, `S...`, stands where `--signing-seed` says.
pub(super) fn signing_key(value: &str) -> Result<SigningKey, Usage> {
    let seed = read(value).map_err(|usage| Usage::new(format!("--signing-seed: {usage}")))?;
    seed.parse().map_err(|error| Usage::new(format!("--signing-seed: {error}")))
}

/// UTF-8, one trailing newline trimmed.
fn read_file(path: &Path) -> Result<String, Usage> {
    let text = std::fs::read_to_string(path).map_err(|error| Usage::new(format!("{}: {error}", path.display())))?;
    Ok(text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned())
}

/// The secret that wallet tokens are signed with, from a file or the environment.
pub(super) fn wallet_secret(file: Option<&Path>) -> Result<Secret, Usage> {
    let secret = match file {
        Some(path) => read_file(path)?,
        None => std::env::var(JWT_SECRET).map_err(|_| {
            Usage::new(format!(
                "no secret for wallet tokens: set {JWT_SECRET} or give --jwt-secret-file FILE\n  \
                 for a try: export {JWT_SECRET}=$(openssl rand -hex 32)"
            ))
        })?,
    };
    let secret = Secret::new(secret).ok_or_else(|| Usage::new("the secret for wallet tokens is empty"))?;
    if secret.is_short() {
        tell("warning: the secret for wallet tokens is shorter than 32 bytes (RFC 7518 section 3.2)");
    }
    Ok(secret)
}
