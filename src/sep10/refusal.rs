//! Why a challenge is refused, by the server that gets it back or by the wallet that was sent it.

use std::fmt;

/// One variant for each rule of SEP-10 that a challenge can break. The text fits an `{"error": ...}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not base64, not XDR, or not a transaction envelope to its last byte.
    Malformed,
    /// A fee bump, or an envelope of version 0.
    Envelope,
    /// The transaction's source is not the server account.
    Source,
    /// A sequence number that could be executed.
    Sequence,
    /// No time bounds, or no upper one.
    TimeBounds,
    /// Before the lower time bound.
    NotYetValid,
    /// After the upper time bound.
    Expired,
    /// Not a single operation.
    NoOperation,
    /// An operation of another kind than manage data.
    OperationKind,
    /// The first operation has no source.
    ClientMissing,
    /// The first operation's name is not `<home domain> auth`.
    HomeDomain,
    /// The first operation's value is not 48 bytes in base64.
    Nonce,
    /// An operation other than the first has another source than the server account.
    OperationSource,
    /// `web_auth_domain` is missing or names another domain.
    WebAuthDomain,
    /// A memo of another type than id.
    MemoType,
    /// A memo beside a muxed client account.
    MemoWithMuxed,
    /// The challenge is for another client or memo than the wallet asked for.
    Client,
    /// The server has not signed this, or not for this network.
    ServerSignature,
    /// Nobody but the server has signed.
    NoClientSignature,
    /// A signature that is no signer's, or not of this transaction on this network.
    UnknownSignature,
    /// Two signatures of one key.
    RepeatedSignature,
    /// More signatures than an envelope holds.
    TooManySignatures,
    /// The signers' weights do not add up to the medium threshold.
    Weight,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "transaction must be the base64 XDR of a transaction envelope",
            Self::Envelope => "transaction must be in a version 1 envelope without a fee bump, as it was issued",
            Self::Source => "the transaction's source must be the server account",
            Self::Sequence => "the transaction's sequence number must be 0",
            Self::TimeBounds => "the transaction must have a lower and an upper time bound",
            Self::NotYetValid => "the challenge is not valid yet",
            Self::Expired => "the challenge has expired; ask for a new one",
            Self::NoOperation => "the transaction must have an operation",
            Self::OperationKind => "every operation must be manage data",
            Self::ClientMissing => "the first operation must have the client account as its source",
            Self::HomeDomain => "the first operation's name must be the home domain followed by ` auth`",
            Self::Nonce => "the first operation's value must be 48 bytes in base64",
            Self::OperationSource => "every operation after the first must have the server account as its source",
            Self::WebAuthDomain => "the operation web_auth_domain must name the domain of this server",
            Self::MemoType => "the memo must be of type id",
            Self::MemoWithMuxed => "a challenge for a muxed account (M...) must have no memo",
            Self::Client => "the challenge must be for the account and memo that were asked for",
            Self::ServerSignature => {
                "the server account must have signed the challenge, unchanged and for this network"
            }
            Self::NoClientSignature => "the client account must have signed the challenge",
            Self::UnknownSignature => {
                "every signature must be of the server or of a signer of the client account, for this network"
            }
            Self::RepeatedSignature => "every key must sign only once",
            Self::TooManySignatures => "a transaction holds at most 20 signatures",
            Self::Weight => "the signers' weights must reach the medium threshold of the client account",
        })
    }
}

impl std::error::Error for Refusal {}
