//! What must come together for a fault to show.

use super::config::Config;
use super::faults::Fault;
use super::variants::Variant;

/// A condition without which a fault does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The anchor wants credentials, [`Config::api_key`], and the client has them.
    Credentials,
    /// The anchor shows this variant too.
    Variant(Variant),
    /// The anchor runs on [`RawAnchor`](super::RawAnchor) or [`run`](super::run); [`MockAnchor`](super::MockAnchor)
    /// answers 501 where the fault would show.
    RawFront,
    /// The client knows that this name has this value as one of its own.
    Field(&'static str, &'static str),
    /// The client knows these two customer types.
    Types(&'static str, &'static str),
    /// The client uses memos that are no ids, and contract accounts, which not every anchor takes.
    OtherIdentities,
}

/// The code that [`Variant::VerificationRequired`] waits for.
pub(super) const VERIFICATION_CODE: &str = "123456";
/// The `last_name` that [`Variant::RejectsSome`] rejects.
pub(super) const REJECTED_NAME: &str = "Rejected";

const KNOWN_CODE: Need = Need::Field("mobile_number_verification", VERIFICATION_CODE);
const VERIFICATION: Need = Need::Variant(Variant::VerificationRequired);

impl Fault {
    /// What the fault needs beside the default configuration and a client that was told nothing.
    #[must_use]
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::IgnoresCredentials
            | Self::AcceptsAnyCredentials
            | Self::AcceptsLongerCredentials
            | Self::GetNeedsNoCredentials
            | Self::DeleteNeedsNoCredentials
            | Self::RefusedCredentialsStillAct
            | Self::RedirectsToLogin
            | Self::NotFoundForBadCredentials
            | Self::OkForBadCredentials => &[Need::Credentials],
            Self::DropsConnectionOnLargeFile
            | Self::NeverAnswersMultipart
            | Self::HangsUpInsteadOfError
            | Self::TruncatesAnswers => &[Need::RawFront],
            Self::AcceptsOtherChoices | Self::AnswersFiveHundredOnOtherChoices | Self::ChoicesAsText => {
                &[Need::Variant(Variant::OffersChoices)]
            }
            Self::AnyCodeVerifies
            | Self::AnswersFiveHundredOnWrongCode
            | Self::WrongCodeWithoutText
            | Self::VerificationNotListed
            | Self::VerificationAsStatus => &[VERIFICATION],
            Self::NoCodeVerifies | Self::ForeignIdVerifies => &[VERIFICATION, KNOWN_CODE],
            Self::RejectedWithoutMessage => {
                &[Need::Variant(Variant::RejectsSome), Need::Field("last_name", REJECTED_NAME)]
            }
            Self::PathNotDecoded | Self::PathDecodedTwice | Self::RefusesEncodedSlash => {
                &[Need::Variant(Variant::SlashedIds)]
            }
            Self::FieldErrorAsList => &[Need::Variant(Variant::DeferredValidation)],
            Self::MessageAsObject => &[Need::Variant(Variant::MessagesAlways)],
            Self::StatusIgnoresType
            | Self::IdDiffersByType
            | Self::UnknownTypeIsDefault
            | Self::AnswersFiveHundredOnTransaction => &[Need::Types("sep31-sender", "sep31-receiver")],
            Self::MemoTypeIgnored
            | Self::MemosCaseInsensitive
            | Self::LongMemosCut
            | Self::ContractAccountsRefused
            | Self::ContractAccountsCollide => &[Need::OtherIdentities],
            _ => &[],
        }
    }
}

impl Config {
    /// The default with this fault, and with the key and the variants that it [needs](Fault::needs).
    #[must_use]
    pub fn that_shows(fault: Fault) -> Self {
        let variants = fault.needs().iter().filter_map(|need| match need {
            Need::Variant(variant) => Some(*variant),
            _ => None,
        });
        let key = || "an invented key".to_owned();
        Self {
            api_key: fault.needs().contains(&Need::Credentials).then(key),
            variants: variants.collect(),
            ..Self::with_faults([fault])
        }
    }
}
