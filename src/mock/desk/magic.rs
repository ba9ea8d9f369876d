//! The values that put a customer or a field into a state, as payment sandboxes have test card numbers.

use crate::mock::received::ReceivedValue;

/// A magic value: what it stands in, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magic {
    /// The stable name.
    pub name: &'static str,
    /// The fields that it works in.
    pub place: MagicPlace,
    /// The value, exactly so.
    pub value: &'static str,
    /// What it does. Unless it says otherwise, a while is [`Desk::pause`](super::Desk::pause) after the last change.
    pub effect: &'static str,
    /// What shows the state that it leads to.
    pub source: &'static str,
    pub(super) act: Act,
}

/// Where a magic value works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MagicPlace {
    /// In fields of these names.
    Fields(&'static [&'static str]),
    /// In every field of text.
    AnyText,
    /// As the name of a file, without its ending, in every binary field.
    AnyFileName,
    /// In every `*_verification` field whose field waits for it.
    AnyCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Review(Review),
    RejectField,
    Verify,
    Code(Code),
}

/// How the review of a customer goes, for the types that ask for the field with the magic value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Review {
    Hold,
    AcceptLater,
    Reject,
    RejectLater,
    AskLater,
}

/// What a right code does to its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Accept,
    AcceptLater,
}

const NAMES: MagicPlace = MagicPlace::Fields(&["last_name", "organization.name"]);
const EMAILS: MagicPlace = MagicPlace::Fields(&["email_address", "organization.email"]);
const PHONES: MagicPlace = MagicPlace::Fields(&["mobile_number", "organization.phone"]);

const CUSTOMER_STATUSES: &str = "SEP-12, customer statuses";
const FIELD_STATUSES: &str = "SEP-12, provided field statuses";
const VERIFICATION: &str = "SEP-12, verification";

/// All magic values. Any other value is accepted at once.
///
/// What a name does, it does for the customer types that ask for that name: a customer can stand otherwise for another type.
/// The telephone numbers are of the block that is kept for fiction, the addresses of a domain that is kept for examples.
pub const MAGIC: &[Magic] = &[
    Magic {
        name: "stays-processing",
        place: NAMES,
        value: "Stays-Processing",
        effect: "PROCESSING as soon as nothing is missing, until somebody decides",
        source: CUSTOMER_STATUSES,
        act: Act::Review(Review::Hold),
    },
    Magic {
        name: "accepted-later",
        place: NAMES,
        value: "Accepted-Later",
        effect: "PROCESSING as soon as nothing is missing, and ACCEPTED after a while",
        source: CUSTOMER_STATUSES,
        act: Act::Review(Review::AcceptLater),
    },
    Magic {
        name: "rejected-now",
        place: NAMES,
        value: "Rejected-Now",
        effect: "REJECTED at once, whatever is missing, with a message; no other value changes that",
        source: CUSTOMER_STATUSES,
        act: Act::Review(Review::Reject),
    },
    Magic {
        name: "rejected-later",
        place: NAMES,
        value: "Rejected-Later",
        effect: "PROCESSING as soon as nothing is missing, and REJECTED after a while; no other value changes that",
        source: CUSTOMER_STATUSES,
        act: Act::Review(Review::RejectLater),
    },
    Magic {
        name: "asked-later",
        place: NAMES,
        value: "Asked-Later",
        effect: "ACCEPTED as soon as nothing is missing; after a while NEEDS_INFO, and tax_id (of an organization: \
                 organization.director_name) is asked for; ACCEPTED again once it is there",
        source: CUSTOMER_STATUSES,
        act: Act::Review(Review::AskLater),
    },
    Magic {
        name: "field-rejected",
        place: MagicPlace::AnyText,
        value: "Field-Rejected",
        effect: "the field is REJECTED with an error and asked for again: NEEDS_INFO until it has another value",
        source: FIELD_STATUSES,
        act: Act::RejectField,
    },
    Magic {
        name: "email-rejected",
        place: EMAILS,
        value: "rejected@example.com",
        effect: "as field-rejected, where wallets want an e-mail address",
        source: FIELD_STATUSES,
        act: Act::RejectField,
    },
    Magic {
        name: "phone-rejected",
        place: PHONES,
        value: "+12025550199",
        effect: "as field-rejected, where wallets want a telephone number",
        source: FIELD_STATUSES,
        act: Act::RejectField,
    },
    Magic {
        name: "file-rejected",
        place: MagicPlace::AnyFileName,
        value: "unreadable",
        effect: "as field-rejected, for a file: unreadable.jpg, unreadable.pdf",
        source: FIELD_STATUSES,
        act: Act::RejectField,
    },
    Magic {
        name: "email-verified",
        place: EMAILS,
        value: "verify@example.com",
        effect: "the field is VERIFICATION_REQUIRED: NEEDS_INFO until its code is there",
        source: VERIFICATION,
        act: Act::Verify,
    },
    Magic {
        name: "phone-verified",
        place: PHONES,
        value: "+12025550101",
        effect: "the field is VERIFICATION_REQUIRED: NEEDS_INFO until its code is there",
        source: VERIFICATION,
        act: Act::Verify,
    },
    Magic {
        name: "right-code",
        place: MagicPlace::AnyCode,
        value: "123456",
        effect: "the field is ACCEPTED; any code but this and slow-code is answered 400 and changes nothing",
        source: VERIFICATION,
        act: Act::Code(Code::Accept),
    },
    Magic {
        name: "slow-code",
        place: MagicPlace::AnyCode,
        value: "654321",
        effect: "the field is PROCESSING, and the customer too, and ACCEPTED a while after the code came",
        source: VERIFICATION,
        act: Act::Code(Code::AcceptLater),
    },
];

/// What a value does in a field.
pub(super) fn act(name: &str, value: &ReceivedValue) -> Option<Act> {
    let text = value.as_text();
    let stem = || {
        let file_name = value.as_file()?.file_name.as_deref()?;
        Some(file_name.split_once('.').map_or(file_name, |(stem, _)| stem))
    };
    let found = MAGIC.iter().find(|magic| match magic.place {
        MagicPlace::Fields(names) => names.contains(&name) && text == Some(magic.value),
        MagicPlace::AnyText => text == Some(magic.value),
        MagicPlace::AnyFileName => stem() == Some(magic.value),
        MagicPlace::AnyCode => false,
    });
    found.map(|magic| magic.act)
}

/// What a code does to the field that waits for it; `None` if it is wrong.
pub(super) fn code(value: &ReceivedValue) -> Option<Code> {
    MAGIC.iter().find_map(|magic| match magic.act {
        Act::Code(code) if value.as_text() == Some(magic.value) => Some(code),
        _ => None,
    })
}

impl MagicPlace {
    /// In words.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Fields(names) => names.join(", "),
            Self::AnyText => "any field of text".to_owned(),
            Self::AnyFileName => "the name of any file, before its first dot".to_owned(),
            Self::AnyCode => "*_verification of a field that waits for it".to_owned(),
        }
    }
}
