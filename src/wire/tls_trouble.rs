//! Why a TLS connection failed, told so that the reader knows what to do.
//!
//! A server that wants a client certificate says so in TLS 1.2 within the handshake, in TLS 1.3 only after it, as its
//! answer to the first request: both come here.

#[cfg(any(feature = "platform", feature = "suite"))]
use std::error::Error as StdError;
use std::io;

use tokio_rustls::rustls::{AlertDescription, CertificateError, Error};

use super::client_tls::{ClientTls, SelfSigned};

/// What an error of the handshake means.
pub(super) fn explain_handshake(error: &io::Error, tls: &ClientTls) -> String {
    match (rustls_error(error), error.kind()) {
        (Some(error), _) => explain(error, tls),
        (None, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            "the server closed the connection within the handshake: does it speak TLS on this port?".to_owned()
        }
        (None, _) => error.to_string(),
    }
}

/// What the server says against us, if that is how an exchange ended. Other alerts say nothing of whether it has acted.
#[cfg(any(feature = "platform", feature = "suite"))]
pub(super) fn explain_alert(error: &(dyn StdError + 'static), tls: &ClientTls) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(Error::AlertReceived(alert)) = error.downcast_ref::<io::Error>().and_then(rustls_error) {
            return explain_refusal(*alert, tls);
        }
        cause = error.source();
    }
    None
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn explain(error: &Error, tls: &ClientTls) -> String {
    match error {
        Error::InvalidCertificate(problem) => explain_certificate(problem, tls),
        Error::AlertReceived(alert) => {
            explain_refusal(*alert, tls).unwrap_or_else(|| format!("the server broke off: {alert:?}"))
        }
        Error::InvalidMessage(_) => {
            "what the server answers is no TLS: if it speaks plain http on this port, write http:// in the URL"
                .to_owned()
        }
        Error::PeerIncompatible(_) => {
            "the server has no version of TLS or cipher in common with us: it must speak TLS \
                                       1.2 with ECDHE and AES-GCM or ChaCha20, or TLS 1.3"
                .to_owned()
        }
        other => other.to_string(),
    }
}

fn explain_certificate(problem: &CertificateError, tls: &ClientTls) -> String {
    let trust = tls.advice.trust;
    match problem {
        CertificateError::ExpiredContext { time, not_after } => {
            let ago = span(time.as_secs().saturating_sub(not_after.as_secs()));
            format!("the server's certificate expired {ago} ago: it must be renewed there")
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let ahead = span(not_before.as_secs().saturating_sub(time.as_secs()));
            format!("the server's certificate is valid only {ahead} from now: is the clock of this machine right?")
        }
        CertificateError::UnknownIssuer => format!(
            "the server's certificate comes from an authority that is not trusted here: {trust}; or the server leaves \
             out the certificates between its own and the authority's"
        ),
        CertificateError::BadSignature => format!(
            "the server's certificate is not signed by the authority that is trusted here under the name of its issuer \
             (which may have another key by now): {trust}"
        ),
        CertificateError::NotValidForNameContext { expected, presented } if presented.is_empty() => format!(
            "the server's certificate names no host at all, so not {} (its subjectAltName counts, not its common name)",
            expected.to_str()
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<String> = presented.iter().take(NAMES).map(|name| shown(name)).collect();
            let more = presented.len().saturating_sub(NAMES);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!(
                "the server's certificate is for {}{more}, not for {}: name the server so in the URL, or give it a \
                 certificate of that name",
                names.join(", "),
                expected.to_str()
            )
        }
        CertificateError::InvalidPurposeContext { .. } | CertificateError::InvalidPurpose => {
            "the server's certificate is not meant for servers (its extended key usage says so)".to_owned()
        }
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            format!("the server's certificate is self-signed, and nobody said that it is to be trusted: {trust}")
        }
        CertificateError::Other(other) => match other.0.downcast_ref() {
            Some(webpki::Error::CaUsedAsEndEntity) => format!(
                "the server shows the certificate of an authority (CA:TRUE) as its own, which no client may take: give \
                 it one with CA:FALSE, and {trust}"
            ),
            Some(webpki::Error::UnsupportedCertVersion) => {
                "the server's certificate is not X.509 version 3: it must be made anew, with subjectAltName".to_owned()
            }
            _ => format!("the server's certificate cannot be used: {problem}"),
        },
        other => format!("the server's certificate cannot be used: {other}"),
    }
}

/// What a fatal alert of the server means, if it is about who we are or how we speak.
fn explain_refusal(alert: AlertDescription, tls: &ClientTls) -> Option<String> {
    use AlertDescription as A;
    let show = tls.advice.show;
    Some(match alert {
        A::CertificateRequired => format!("the server wants a client certificate: {show}"),
        A::BadCertificate
        | A::UnsupportedCertificate
        | A::CertificateRevoked
        | A::CertificateExpired
        | A::CertificateUnknown
        | A::UnknownCA
        | A::AccessDenied
        | A::DecryptError
            if tls.has_certificate =>
        {
            format!("the server refuses our client certificate: {}", reason(alert))
        }
        A::BadCertificate | A::CertificateUnknown | A::UnknownCA | A::AccessDenied => {
            format!("the server broke off ({alert:?}); most likely it wants a client certificate: {show}")
        }
        A::HandshakeFailure | A::ProtocolVersion | A::InsufficientSecurity if tls.has_certificate => {
            format!("the server refuses the handshake ({alert:?}): TLS 1.2 and 1.3 are spoken here")
        }
        A::HandshakeFailure | A::ProtocolVersion | A::InsufficientSecurity => format!(
            "the server refuses the handshake ({alert:?}): TLS 1.2 and 1.3 are spoken here; if it wants a client \
             certificate, {show}"
        ),
        A::UnrecognisedName => "the server has no certificate for the host of the URL".to_owned(),
        _ => return None,
    })
}

fn reason(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::CertificateExpired => "it has expired, and must be renewed",
        AlertDescription::CertificateRevoked => "it was revoked",
        AlertDescription::UnknownCA | AlertDescription::DecryptError => {
            "the server does not trust the authority that issued it"
        }
        AlertDescription::AccessDenied => "the server knows it, and does not let it in",
        _ => "the server's log says why",
    }
}

/// How many names of a certificate are told, and how much of each: a hostile server may have thousands.
const NAMES: usize = 5;
const NAME_LENGTH: usize = 100;

/// A name as webpki writes it, without the kind around it, and without what could move a terminal's cursor.
fn shown(name: &str) -> String {
    let inner = name.split_once('(').map_or(name, |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
    let inner = inner.trim_matches('"').chars().take(NAME_LENGTH);
    inner.map(|letter| if letter.is_ascii_graphic() { letter } else { '?' }).collect()
}

/// A length of time in its largest unit.
fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute")];
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "second"));
    let count = seconds / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_told_in_its_largest_unit() {
        let told = [1, 119, 7200, 86_399, 200_000].map(span);
        assert_eq!(told, ["1 second", "1 minute", "2 hours", "23 hours", "2 days"]);
    }

    #[test]
    fn a_name_is_told_without_its_kind() {
        assert_eq!(shown("DnsName(\"anchor.example\")"), "anchor.example");
        assert_eq!(shown("IpAddress(192.0.2.1)"), "192.0.2.1");
    }

    #[test]
    fn a_hostile_name_is_told_harmlessly() {
        assert_eq!(shown("DnsName(\"\u{1b}[2Jevil\n\")"), "?[2Jevil?");
        assert_eq!(shown(&"x".repeat(10_000)).len(), NAME_LENGTH);
    }
}
