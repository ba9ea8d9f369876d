//! Every way a request can fail, and the one place that maps each to a status.
//!
//! Two audiences, two texts. What the client reads says what was wrong, where, and what would be right, and names
//! nothing of the platform's inside. What the log gets ([`Refusal::detail`]) names the rule and the anchor's part in
//! it, and nothing that a client chose: no value, and of the names only those that a source defines, because a name is
//! free text too.
//!
//! Statuses follow who can mend it. The client can: 4xx, with the anchor's own `error` text where the anchor refused.
//! The anchor's operator can: 502 for an answer that breaks the contract, and also for refused credentials or content
//! types, because a wallet could do nothing about them. We can: 500, for a panic and nothing else. Waiting may help: 503
//! and 504. An `id` is the whole point of the answer, so an anchor's success without a usable one is a failure like any
//! other.

use hyper::StatusCode;

use super::config::OptionalEndpoint;
use crate::sep10::token::InvalidToken;
use crate::sep10::used::NotUsable;
use crate::sep12::answer::InvalidAnswer;
use crate::sep12::registry;

/// Why a request is not answered as the client hoped.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// No such path.
    UnknownPath,
    /// The anchor is not configured to serve it.
    NotServed(OptionalEndpoint),
    /// The path is known, the method is not.
    UnknownMethod {
        /// What `Allow` says.
        allow: &'static str,
    },
    /// No single well-formed `Authorization: Bearer` header.
    NoToken,
    /// The token does not verify.
    BadToken(InvalidToken),
    /// The token's `sub` is no account.
    BadSub,
    /// The request speaks for another account or memo than the token.
    NotTheCaller {
        /// `account` or `memo`.
        parameter: &'static str,
    },
    /// The body cannot be read.
    MalformedBody(String),
    /// A challenge for another home domain than this one, which may follow from the request's `Host`.
    ForeignHomeDomain(String),
    /// A field breaks a rule.
    BadField {
        /// The field's name.
        name: String,
        /// What would be right.
        problem: &'static str,
    },
    /// The content type or encoding is not one of SEP-12's.
    UnsupportedMediaType(&'static str),
    /// Something is larger than its limit.
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its limit.
        limit: u64,
    },
    /// The client paused too long, or took too long altogether.
    ClientTooSlow,
    /// The client broke off.
    ClientGone,
    /// The anchor knows no customer of the caller's identity.
    NoSuchCustomer,
    /// The customer's `id` belongs to somebody else, or to nobody.
    NotTheCallersId,
    /// The anchor said no.
    AnchorRefused {
        /// The status that the client gets.
        status: StatusCode,
        /// The anchor's own.
        anchor_status: StatusCode,
        /// The anchor's `error` text.
        error: Option<String>,
        /// The anchor's `Retry-After`.
        retry_after: Option<String>,
    },
    /// The anchor answered with a status that blames the platform or itself.
    AnchorFailed(StatusCode),
    /// What answered is the anchor's TLS front, and it wants something else of the platform.
    AnchorWantsTls(&'static str),
    /// The anchor answered with success, but without a usable id.
    AnchorBrokeContract(InvalidAnswer),
    /// The anchor answered with success, but not with what SEP-12 says of files.
    AnchorBrokeFiles(&'static str),
    /// The anchor's answer broke off, is malformed, too large, or came before it had read the request.
    AnchorAnswerUnusable(String),
    /// The anchor cannot be reached.
    AnchorUnreachable(String),
    /// The anchor is silent past the deadline.
    AnchorSilent,
    /// Whose id it is could not be found out.
    OwnershipUnknown(Box<Refusal>),
    /// Who may sign for an account could not be looked up.
    SignersUnknown(String),
    /// So many challenges were used that no more can be remembered.
    TooManyChallenges,
    /// The memory budget for buffered bodies is spent.
    Busy,
    /// A step panicked: a bug of ours. What it said is not kept, because it may quote the request.
    Panicked,
}

impl Refusal {
    pub(crate) fn field(name: &str, problem: &'static str) -> Self {
        Self::BadField { name: name.to_owned(), problem }
    }

    pub(crate) fn malformed(problem: impl Into<String>) -> Self {
        Self::MalformedBody(problem.into())
    }

    /// The status for the client; `None` when there is nobody left to answer.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        Some(match self {
            Self::UnknownPath | Self::NotServed(_) | Self::NoSuchCustomer | Self::NotTheCallersId => {
                StatusCode::NOT_FOUND
            }
            Self::UnknownMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoToken | Self::BadToken(_) | Self::BadSub => StatusCode::UNAUTHORIZED,
            Self::NotTheCaller { .. } => StatusCode::FORBIDDEN,
            Self::MalformedBody(_) | Self::ForeignHomeDomain(_) | Self::BadField { .. } => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ClientTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::ClientGone => return None,
            Self::AnchorRefused { status, .. } => *status,
            Self::AnchorFailed(_)
            | Self::AnchorWantsTls(_)
            | Self::AnchorBrokeContract(_)
            | Self::AnchorBrokeFiles(_)
            | Self::AnchorAnswerUnusable(_) => StatusCode::BAD_GATEWAY,
            Self::AnchorUnreachable(_)
            | Self::OwnershipUnknown(_)
            | Self::SignersUnknown(_)
            | Self::TooManyChallenges
            | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::AnchorSilent => StatusCode::GATEWAY_TIMEOUT,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        })
    }

    /// What the client reads.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::UnknownPath => "no such path".to_owned(),
            Self::NotServed(OptionalEndpoint::Callback) => {
                "the anchor behind this platform takes no callback URLs; ask with GET /customer".to_owned()
            }
            Self::NotServed(OptionalEndpoint::Files) => {
                "the anchor behind this platform takes no files alone; send them with PUT /customer".to_owned()
            }
            Self::UnknownMethod { allow } => format!("this path takes {allow}"),
            Self::NoToken => "send the SEP-10 or SEP-45 token as Authorization: Bearer TOKEN".to_owned(),
            Self::BadToken(error) => error.to_string(),
            Self::BadSub => "the token's sub must be G..., G...:ID, M... or C...".to_owned(),
            Self::NotTheCaller { parameter } => format!("'{parameter}' does not match the token"),
            Self::MalformedBody(problem) => problem.clone(),
            Self::ForeignHomeDomain(own) => format!("'home_domain' must be {own} here"),
            Self::BadField { name, problem } => format!("'{}' {problem}", shortened(name)),
            Self::UnsupportedMediaType(problem) => (*problem).to_owned(),
            Self::TooLarge { what, limit } => format!("{what}: at most {limit} are allowed"),
            Self::ClientTooSlow => "the request body came too slowly".to_owned(),
            Self::NoSuchCustomer => NO_SUCH_CUSTOMER.to_owned(),
            Self::NotTheCallersId => "no customer of yours has this 'id'".to_owned(),
            Self::AnchorRefused { error: Some(error), .. } => error.clone(),
            Self::AnchorRefused { status, .. } => match *status {
                StatusCode::NOT_FOUND => NO_SUCH_CUSTOMER,
                StatusCode::CONFLICT => "the anchor reports a conflict with another request",
                StatusCode::PAYLOAD_TOO_LARGE => "the request is larger than the anchor allows",
                StatusCode::TOO_MANY_REQUESTS => "the anchor asks to slow down",
                _ => "the anchor refused the request without saying why",
            }
            .to_owned(),
            Self::AnchorFailed(_) | Self::AnchorWantsTls(_) => "the anchor failed to process the request".to_owned(),
            Self::AnchorBrokeContract(error) => format!("the anchor's answer cannot be used: {error}"),
            Self::AnchorBrokeFiles(problem) => format!("the anchor's answer cannot be used: {problem}"),
            Self::AnchorAnswerUnusable(_) => "the anchor's answer cannot be used".to_owned(),
            Self::AnchorUnreachable(_) => "the anchor cannot be reached".to_owned(),
            Self::AnchorSilent => "the anchor did not answer in time".to_owned(),
            Self::OwnershipUnknown(_) => "whose 'id' this is could not be found out; try again".to_owned(),
            Self::SignersUnknown(_) => "the signers of the account could not be looked up; try again".to_owned(),
            Self::TooManyChallenges => NotUsable::Full.to_string(),
            Self::ClientGone => "the client broke off".to_owned(),
            Self::Busy => "too many large requests at once; try again".to_owned(),
            Self::Panicked => "the platform failed to process the request".to_owned(),
        }
    }

    /// What the log gets.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::BadField { name, problem } => {
                format!("'{}' {problem}", defined(name))
            }
            Self::ForeignHomeDomain(_) => "'home_domain' must be that of the server asked".to_owned(),
            Self::AnchorRefused { anchor_status, .. } => format!("the anchor answered {anchor_status}"),
            Self::AnchorFailed(status) => format!("the anchor answered {status}: {}", hint(*status)),
            Self::AnchorWantsTls(problem) => format!("the anchor answered 400: {problem}"),
            Self::AnchorAnswerUnusable(problem) | Self::AnchorUnreachable(problem) => problem.clone(),
            Self::SignersUnknown(problem) => format!("Horizon was of no use: {problem}"),
            Self::Panicked => "a bug: the platform panicked; where, the line of the panic says".to_owned(),
            Self::OwnershipUnknown(cause) => format!("the look-up of the id's owner failed: {}", cause.detail()),
            other => other.message(),
        }
    }
}

const NO_SUCH_CUSTOMER: &str = "the anchor knows no such customer";

/// The name if a source defines it: SEP-9, the callback API, or SEP-12 for its other endpoints.
fn defined(name: &str) -> &'static str {
    const OTHER: [&str; 4] = ["url", "file", "file_id", "customer_id"];
    let known = registry::definition(name).map(|known| known.name);
    known.or_else(|| OTHER.into_iter().find(|other| *other == name)).unwrap_or("(a name that no source defines)")
}

fn hint(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "it refuses the platform's credentials (--anchor-auth)",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "it refuses the content type that the callback API prescribes",
        status if status.is_redirection() => "redirects are not followed; configure the final URL",
        status if status.is_success() => "of all successes only 200, 201 and 202 have an answer's body",
        _ => "see the anchor's own log",
    }
}

/// Names are echoed to the client that sent them, but not at any length.
fn shortened(name: &str) -> String {
    const SHOWN: usize = 80;
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}
