//! The domains that a challenge names: `HOST` or `HOST:PORT`.

use std::fmt;
use std::str::FromStr;

/// A home domain or a web auth domain, kept as written.
///
/// Letters, digits and `-._:[]`, at most 59 bytes: a data name holds 64, and SEP-10 appends five of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(String);

/// The text is empty, too long or has characters that neither a host nor a port has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDomain;

const MAX: usize = 59;

impl Domain {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the port. Some wallets name the web auth domain so.
    #[must_use]
    pub fn host(&self) -> Self {
        match self.0.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.is_empty() => {
                Self(host.to_owned())
            }
            _ => self.clone(),
        }
    }

    /// The name of a challenge's first data entry.
    pub(super) fn data_name(&self) -> String {
        format!("{} auth", self.0)
    }
}

impl FromStr for Domain {
    type Err = InvalidDomain;

    fn from_str(text: &str) -> Result<Self, InvalidDomain> {
        let fits = (1..=MAX).contains(&text.len());
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        (fits && text.bytes().all(legal)).then(|| Self(text.to_owned())).ok_or(InvalidDomain)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a domain must be HOST or HOST:PORT of at most {MAX} bytes")
    }
}

impl std::error::Error for InvalidDomain {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_with_and_without_a_port_are_domains() {
        for (text, host) in [
            ("anchor.example", "anchor.example"),
            ("localhost:8080", "localhost"),
            ("[::1]:8080", "[::1]"),
            ("[::1]", "[::1]"),
            (&"a".repeat(59), &"a".repeat(59)),
        ] {
            let domain: Domain = text.parse().expect(text);
            assert_eq!(domain.as_str(), text);
            assert_eq!(domain.host().as_str(), host);
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in ["", "https://anchor.example", "anchor.example/auth", "a b", "ä.example", &"a".repeat(60)] {
            assert_eq!(text.parse::<Domain>(), Err(InvalidDomain), "{text}");
        }
    }
}
