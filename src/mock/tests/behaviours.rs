//! Every fault and every variant is really shown, and nowhere else than where it belongs.

use std::collections::{BTreeMap, BTreeSet};

use super::probes::PROBES;
use crate::mock::{Anchor, Answer, Config, Fault, Need, Variant};

/// Which probes tell each fault, beside the variants that it needs; `...` stands for the many that an answer's form
/// shows in.
const FAULTS: &[(Fault, &[&str])] = &[
    (Fault::NewIdOnUpdate, &["update", "..."]),
    (Fault::DoublePutTwoIds, &["register", "..."]),
    (Fault::AnswersFiveHundredOnParallelPuts, &["register", "..."]),
    (Fault::EighthPutNewId, &["ten puts"]),
    (Fault::IdDiffersByEncoding, &["both encodings", "multipart", "multipart update", "two files", "text after file"]),
    (Fault::IdDiffersByType, &["two types", "status of two types"]),
    (Fault::IdIsNumber, &["register", "..."]),
    (Fault::IdEmpty, &["register", "..."]),
    (Fault::NoId, &["register", "..."]),
    (Fault::AnswersBareId, &["register", "..."]),
    (Fault::PutAnswersNoContent, &["register", "..."]),
    (Fault::PutAnswerInEnvelope, &["register", "..."]),
    (Fault::IdAloneRefused, &["by id alone", "unknown id", "delete and put"]),
    (Fault::AnswersFiveHundredOnIdAlone, &["by id alone", "unknown id", "delete and put"]),
    (Fault::AcceptsUnknownId, &["unknown id", "chosen id", "delete and put"]),
    (Fault::UnknownIdCreates, &["chosen id"]),
    (Fault::UnknownIdRegisters, &["chosen id"]),
    (Fault::AnswersFourHundredOnUnknownId, &["unknown id", "..."]),
    (Fault::AnswersFiveHundredOnUnknownId, &["unknown id", "..."]),
    (Fault::ForeignIdUpdated, &["foreign put", "foreign change", "foreign secret", "foreign memo put", "foreign code"]),
    (Fault::ForeignIdShown, &["foreign get", "foreign memo get"]),
    (Fault::ForeignPutAnswersOk, &["foreign put", "foreign secret", "foreign memo put", "foreign code"]),
    (Fault::ForeignPutWrittenAnyway, &["foreign change"]),
    (Fault::ForeignMemoUpdated, &["foreign memo put"]),
    (Fault::ForeignMemoShown, &["foreign memo get"]),
    (
        Fault::ForeignIdErrorShowsCustomer,
        &["foreign put", "foreign get", "foreign secret", "foreign memo put", "foreign memo get", "foreign code"],
    ),
    (
        Fault::ForbiddenOnForeignId,
        &["foreign put", "foreign get", "foreign secret", "foreign memo put", "foreign memo get", "foreign code"],
    ),
    (Fault::FoundByEmail, &["shared e-mail"]),
    (Fault::FoundByPhone, &["shared number"]),
    (Fault::SharedEmailMerges, &["update to a shared e-mail"]),
    (Fault::SharedPhoneMerges, &["update to a shared number"]),
    (Fault::SharedEmailErrorShowsOwner, &["shared e-mail", "update to a shared e-mail"]),
    (Fault::AccountsIgnored, &["two accounts", "..."]),
    (Fault::MemoIgnored, &["two memos", "..."]),
    (Fault::ZeroMemoTakenForNone, &["zero memo"]),
    (Fault::ZeroMemoRefused, &["zero memo"]),
    (Fault::LeadingZerosMatter, &["leading zeros"]),
    (Fault::MemoIdsCut, &["memos of 33 bits"]),
    (
        Fault::MemoTypeNeeded,
        &[
            "two memos",
            "large memos",
            "huge memo",
            "muxed and memo",
            "untyped memo",
            "foreign memo put",
            "foreign memo get",
            "delete one memo",
            "get a large memo",
        ],
    ),
    (Fault::MemoTypeIgnored, &["memo types"]),
    (Fault::MemosCaseInsensitive, &["memo case"]),
    (Fault::LongMemosCut, &["long memos"]),
    (Fault::MemoParsedAsDouble, &["large memos", "get a large memo"]),
    (Fault::SignedMemoIds, &["huge memo", "get a large muxed id"]),
    (Fault::MuxedIdIgnored, &["two muxed ids", "muxed and memo"]),
    (Fault::MuxedAccountsCut, &["two muxed ids", "muxed and memo"]),
    (Fault::MuxedAccountsRefused, &["two muxed ids", "muxed and memo", "get a large muxed id"]),
    (Fault::ContractAccountsRefused, &["contracts"]),
    (Fault::ContractAccountsCollide, &["contracts"]),
    (Fault::ContradictoryMemoAccepted, &["contradiction"]),
    (Fault::AnswersFiveHundredOnMultipart, &["both encodings", "..."]),
    (Fault::IgnoresMultipartFields, &["multipart", "multipart update", "two files", "text after file"]),
    (Fault::DropsFiles, &["multipart", "multipart update", "two files", "text after file"]),
    (Fault::KeepsFirstFile, &["two files"]),
    (Fault::DropsTextBesideFiles, &["multipart", "text after file"]),
    (Fault::DropsFieldsAfterFile, &["two files", "text after file"]),
    (Fault::KeepsTenFields, &["many fields"]),
    (Fault::DropsNewerNames, &["newer name"]),
    (Fault::DropsDottedNames, &["dotted name"]),
    (Fault::AnswersFiveHundredOnDottedName, &["dotted name"]),
    (Fault::ForgetsFields, &["merge", "..."]),
    (Fault::UpdateReplaces, &["merge", "phone", "multipart update", "third put"]),
    (Fault::MultipartUpdateReplaces, &["multipart update"]),
    (Fault::SecondUpdateReplaces, &["third put"]),
    (Fault::NeedsFileName, &["no file name"]),
    (Fault::NeedsPartContentType, &["no part type"]),
    (Fault::RejectsQuotedBoundary, &["quoted boundary"]),
    (Fault::BinaryTreatedAsText, &["binary"]),
    (Fault::AnswersFiveHundredOnHyphens, &["hyphens in a file"]),
    (Fault::AnswersFiveHundredOnLargeFile, &["large file", "huge file"]),
    (Fault::DropsConnectionOnLargeFile, &["huge file"]),
    (Fault::AnswersFiveHundredOnEmptyFile, &["empty file"]),
    (Fault::AnswersFiveHundredOnFileName, &["file name beyond ASCII"]),
    (
        Fault::NeverAnswersMultipart,
        &[
            "both encodings",
            "multipart",
            "binary",
            "large file",
            "huge file",
            "no file name",
            "empty file",
            "no part type",
            "file name beyond ASCII",
            "quoted boundary",
            "hyphens in a file",
        ],
    ),
    (Fault::AnswersFiveHundredOnNonAscii, &["beyond ASCII", "emoji"]),
    (Fault::AnswersFiveHundredOnFourBytes, &["emoji"]),
    (Fault::AnswersFiveHundredOnApostrophe, &["apostrophe"]),
    (Fault::AnswersFiveHundredOnLongValue, &["long value"]),
    (Fault::AnswersFiveHundredOnNestedValue, &["nested value"]),
    (Fault::AnswersFiveHundredOnManyFields, &["many fields"]),
    (Fault::AnswersFiveHundredOnDamagedBody, &["damaged body"]),
    (Fault::AnswersFiveHundredOnUnknownName, &["both encodings", "name outside SEP-9", "many fields", "nested value"]),
    (Fault::AnswersFiveHundredOnIdentityAlone, &["by id alone", "..."]),
    (Fault::AnswersFiveHundredOnEmptyValue, &["both encodings", "empty value"]),
    (Fault::RejectsChunked, &["chunked"]),
    (Fault::RejectsCharset, &["charset"]),
    (Fault::CaseSensitiveContentType, &["capitals"]),
    (Fault::AcceptsInvalidDate, &["bad date", "late bad date"]),
    (Fault::AnswersFiveHundredOnInvalidDate, &["bad date"]),
    (Fault::AcceptsOtherChoices, &["bad choice", "bad sex"]),
    (Fault::AnswersFiveHundredOnOtherChoices, &["bad choice", "bad sex"]),
    (Fault::AnyCodeVerifies, &["wrong code"]),
    (Fault::NoCodeVerifies, &["right code"]),
    (Fault::AnswersFiveHundredOnWrongCode, &["wrong code"]),
    (Fault::WrongCodeWithoutText, &["wrong code"]),
    (Fault::ForeignIdVerifies, &["foreign code"]),
    (Fault::ErrorWithoutText, &["unknown id", "..."]),
    (Fault::ErrorEmpty, &["unknown id", "..."]),
    (Fault::ErrorAsObject, &["unknown id", "..."]),
    (Fault::ErrorWithStackTrace, &["unknown id", "..."]),
    (Fault::AnswersOkWithError, &["unknown id", "..."]),
    (Fault::HangsUpInsteadOfError, &["bad date", "bad choice", "contradiction", "damaged body", "unknown type"]),
    (Fault::HtmlErrorPage, &["unknown id", "..."]),
    (Fault::ErrorQuotesValues, &["bad date", "bad choice", "contradiction"]),
    (
        Fault::GetRegistersCustomer,
        &[
            "unregistered",
            "bad date",
            "chosen id",
            "before and after",
            "delete the older",
            "delete and find by account",
            "put without key",
        ],
    ),
    (
        Fault::NotFoundForUnregistered,
        &[
            "unregistered",
            "bad date",
            "chosen id",
            "before and after",
            "delete the older",
            "delete and find by account",
            "put without key",
        ],
    ),
    (Fault::UnknownIdShownAsNew, &["unknown id", "delete", "chosen id"]),
    (Fault::GetNeedsAccount, &["unknown id", "delete", "chosen id", "get by id alone"]),
    (Fault::GetByAccountAsksForAll, &["merge", "..."]),
    (Fault::GetMemoParsedAsDouble, &["get a large memo"]),
    (Fault::GetSignedMuxedIds, &["get a large muxed id"]),
    (Fault::QueryNotDecoded, &["encoded query"]),
    (Fault::AnswersFiveHundredWithoutParameters, &["no parameters", "nobody"]),
    (Fault::GetShowsLatest, &["nobody"]),
    (Fault::AnswersFiveHundredOnUnknownType, &["unknown type"]),
    (Fault::UnknownTypeIsDefault, &["unknown type"]),
    (Fault::AnswersFiveHundredOnTransaction, &["transaction"]),
    (Fault::AnswersFiveHundredOnLang, &["language"]),
    (Fault::StatusIgnoresType, &["status of two types"]),
    (Fault::GetCached, &["before and after"]),
    (Fault::GetWithoutId, &["merge", "..."]),
    (Fault::GetShowsAnotherId, &["merge", "..."]),
    (Fault::GetAnswersArray, &["unregistered", "..."]),
    (Fault::GetAnswersHtml, &["unregistered", "..."]),
    (
        Fault::TruncatesAnswers,
        &["unknown id", "foreign get", "delete", "chosen id", "foreign memo get", "get by id alone"],
    ),
    (
        Fault::AnswersAfterAMinute,
        &["unknown id", "foreign get", "delete", "chosen id", "foreign memo get", "get by id alone"],
    ),
    (Fault::ByteOrderMark, &["unregistered", "..."]),
    (Fault::AcceptedWithRequiredFields, &["merge", "..."]),
    (
        Fault::StuckInNeedsInfo,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (
        Fault::ReceivedFieldsStillAsked,
        &[
            "merge",
            "multipart",
            "two files",
            "text after file",
            "newer name",
            "rejected",
            "status of two types",
            "foreign code",
        ],
    ),
    (Fault::NeedsInfoWithoutFields, &["unregistered", "..."]),
    (Fault::NeedsInfoWithEmptyFields, &["unregistered", "..."]),
    (Fault::VerificationNotListed, &["phone", "foreign code"]),
    (Fault::VerificationAsStatus, &["phone", "foreign code"]),
    (Fault::RejectedWithoutMessage, &["rejected"]),
    (Fault::NoStatus, &["unregistered", "..."]),
    (Fault::LowerCaseStatus, &["unregistered", "..."]),
    (Fault::UnknownStatus, &["unregistered", "..."]),
    (Fault::FieldsAsArray, &["unregistered", "..."]),
    (Fault::FieldWithoutType, &["unregistered", "..."]),
    (Fault::FieldWithoutDescription, &["unregistered", "..."]),
    (Fault::DescriptionAsObject, &["unregistered", "..."]),
    (Fault::UnknownFieldType, &["unregistered", "..."]),
    (Fault::ChoicesAsText, &["unregistered", "..."]),
    (Fault::OptionalAsText, &["unregistered", "..."]),
    (Fault::UnknownProvidedStatus, &["merge", "..."]),
    (Fault::FieldErrorAsList, &["bad date", "late bad date"]),
    (Fault::MessageAsObject, &["unregistered", "..."]),
    (
        Fault::DeleteDoesNothing,
        &[
            "delete",
            "delete the older",
            "delete and find by account",
            "delete twice",
            "delete and put",
            "delete and register",
        ],
    ),
    (Fault::AnswersFiveHundredOnDelete, &["delete", "..."]),
    (Fault::DeletesAllMemos, &["delete one memo"]),
    (Fault::DeletesTheLatest, &["delete one memo", "delete the older"]),
    (Fault::DeletesTheLater, &["delete one memo", "delete the older"]),
    (Fault::DeleteMatchesPrefixes, &["delete a part of an id"]),
    (Fault::DeletedStillFoundById, &["delete", "delete twice", "delete and put"]),
    (Fault::DeletedStillFoundByAccount, &["delete the older", "delete and find by account", "delete and register"]),
    (Fault::DeletedIdShownAsNew, &["delete"]),
    (Fault::DeletedIdErrorShowsCustomer, &["delete twice"]),
    (Fault::DeletedDataReturns, &["delete and register"]),
    (Fault::DeletedIdReused, &["delete and register", "delete and register another"]),
    (Fault::PutResurrectsDeleted, &["delete and put"]),
    (Fault::AnswersFiveHundredOnSecondDelete, &["delete twice"]),
    (Fault::AnswersFiveHundredOnMalformedId, &["delete unknown", "delete twice", "delete a part of an id", "burst"]),
    (Fault::PathNotDecoded, &["delete an encoded id", "delete a slash", "delete an encoded slash"]),
    (Fault::PathDecodedTwice, &["delete an encoded id", "delete an encoded slash"]),
    (Fault::RefusesEncodedSlash, &["delete an encoded id", "delete a slash"]),
    (Fault::DeleteUnknownSucceeds, &["delete unknown", "delete twice", "delete a part of an id", "burst"]),
    (Fault::IgnoresCredentials, &["credentials", "wrong key", "longer key", "delete without key", "put without key"]),
    (Fault::AcceptsAnyCredentials, &["wrong key", "longer key"]),
    (Fault::AcceptsLongerCredentials, &["longer key"]),
    (Fault::GetNeedsNoCredentials, &["credentials", "wrong key", "longer key"]),
    (Fault::DeleteNeedsNoCredentials, &["delete without key"]),
    (Fault::RefusedCredentialsStillAct, &["put without key"]),
    (Fault::RedirectsToLogin, &["credentials", "wrong key", "longer key", "delete without key", "put without key"]),
    (
        Fault::NotFoundForBadCredentials,
        &["credentials", "wrong key", "longer key", "delete without key", "put without key"],
    ),
    (Fault::OkForBadCredentials, &["credentials", "wrong key", "longer key", "delete without key", "put without key"]),
];

/// The same for the variants.
const VARIANTS: &[(Variant, &[&str])] = &[
    (Variant::AnswersCreated, &["register", "..."]),
    (Variant::AnswersAccepted, &["register", "..."]),
    (Variant::PutAnswersInfo, &["register", "..."]),
    (Variant::ExtraMembers, &["register", "..."]),
    (Variant::CharsetInAnswers, &["unregistered", "..."]),
    (Variant::IndentedAnswers, &["unregistered", "..."]),
    (Variant::ClosesConnections, &["unregistered", "..."]),
    (Variant::ErrorExtraMembers, &["unknown id", "..."]),
    (Variant::UnprocessableValues, &["bad date", "bad choice", "contradiction"]),
    (Variant::DeleteAnswersOk, DELETIONS),
    (Variant::DeleteAnswersAccepted, DELETIONS),
    (
        Variant::DeletionQueued,
        &[
            "delete",
            "delete the older",
            "delete and find by account",
            "delete twice",
            "delete and put",
            "delete and register",
        ],
    ),
    (
        Variant::DeletionQueuedForLong,
        &[
            "delete",
            "delete one memo",
            "delete the older",
            "delete and find by account",
            "delete twice",
            "delete and put",
            "delete and register",
            "delete and register another",
            "delete an encoded id",
            "delete a slash",
            "delete an encoded slash",
        ],
    ),
    (
        Variant::ForbiddenForBadCredentials,
        &["credentials", "wrong key", "longer key", "delete without key", "put without key"],
    ),
    (Variant::NoProvidedFields, &["merge", "..."]),
    (Variant::NoFieldStatus, &["merge", "..."]),
    (Variant::FieldExtraMembers, &["unregistered", "..."]),
    (Variant::MessagesAlways, &["unregistered", "..."]),
    (
        Variant::EmptyFieldsWhenAccepted,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (
        Variant::OptionalFieldsWhenAccepted,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (Variant::OffersChoices, &["unregistered", "..."]),
    (Variant::Translates, &["language"]),
    (
        Variant::AsynchronousAcceptance,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (
        Variant::ProcessingForAWhile,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (Variant::LateRefusal, &["bad date", "bad choice", "late bad date"]),
    (Variant::DeferredValidation, &["bad date", "bad choice", "late bad date"]),
    (Variant::StagedFields, &["unregistered", "..."]),
    (
        Variant::AsksForMore,
        &["accepted", "phone", "multipart update", "third put", "late bad date", "before and after"],
    ),
    (Variant::RejectsSome, &["rejected"]),
    (Variant::VerificationRequired, &["phone", "wrong code", "foreign code"]),
    (Variant::RefusesIncomplete, &["merge", "..."]),
    (Variant::RefusesAccountAlone, &["two types", "..."]),
    (Variant::RefusesOtherNames, &["both encodings", "name outside SEP-9", "many fields", "nested value"]),
    (Variant::RefusesChanges, &["change"]),
    (Variant::RefusesLargeFiles, &["huge file"]),
    (Variant::RefusesLargeBodies, &["large file", "huge file"]),
    (Variant::LengthRequired, &["chunked"]),
    (Variant::OnlyIdMemos, &["memo types", "memo case", "long memos"]),
    (Variant::ConflictOnParallelPuts, &["register", "..."]),
    (Variant::TypeRequired, &["unregistered", "..."]),
    (Variant::RateLimited, &["burst"]),
    (Variant::RateLimitedPerSecond, &["burst"]),
    (Variant::NumericIds, &["register", "..."]),
    (Variant::LongIds, &["register", "..."]),
    (Variant::SequentialIds, &["register", "..."]),
    (Variant::SlashedIds, &["register", "..."]),
    (Variant::MuxedApart, &["muxed and memo"]),
];

/// The probes that delete somebody.
const DELETIONS: &[&str] = &[
    "delete",
    "delete one memo",
    "delete the older",
    "delete and find by account",
    "delete twice",
    "delete and put",
    "delete and register another",
    "delete an encoded id",
    "delete a slash",
    "delete an encoded slash",
];

#[test]
fn every_fault_shows_exactly_where_it_should() {
    assert_eq!(FAULTS.iter().map(|(fault, _)| *fault).collect::<Vec<_>>(), Fault::ALL);
    let mut without_fault = BTreeMap::new();
    for (fault, probes) in FAULTS {
        let variants = Config::that_shows(*fault).variants;
        let without = without_fault.entry(variants.clone()).or_insert_with(|| talk(&config([], variants.clone())));
        expect(probes, &differences(without, &talk(&config([*fault], variants))), fault.name());
    }
}

#[test]
fn every_variant_shows_exactly_where_it_should() {
    assert_eq!(VARIANTS.iter().map(|(variant, _)| *variant).collect::<Vec<_>>(), Variant::ALL);
    let by_default = talk(&config([], []));
    for (variant, probes) in VARIANTS {
        expect(probes, &differences(&by_default, &talk(&config([], [*variant]))), variant.name());
    }
}

#[test]
fn names_are_unique_kebab_case_and_read_back() {
    let faults = Fault::ALL.iter().map(|fault| fault.name());
    let names: Vec<_> = faults.chain(Variant::ALL.iter().map(|variant| variant.name())).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    assert!(names.iter().all(|name| name.bytes().all(is_kebab)));
    assert!(Fault::ALL.iter().all(|fault| fault.name().parse() == Ok(*fault)));
    assert!(Variant::ALL.iter().all(|variant| variant.name().parse() == Ok(*variant)));
    let unknown = "id-emtpy".parse::<Fault>().expect_err("unknown");
    assert_eq!(unknown.to_string(), "no fault is called `id-emtpy`; `anchor-conformance list faults` shows them all");
}

fn expect(probes: &[&str], found: &[&str], name: &str) {
    match probes {
        [first, "..."] => assert!(found.len() > 8 && found.contains(first), "{name}: {found:?}"),
        all => assert_eq!(found, all, "{name}"),
    }
}

fn config(faults: impl IntoIterator<Item = Fault>, variants: impl IntoIterator<Item = Variant>) -> Config {
    Config {
        faults: faults.into_iter().collect(),
        variants: variants.into_iter().collect(),
        seed: Some(1),
        api_key: Some(super::KEY.to_owned()),
        ..Config::default()
    }
}

/// What all probes are answered.
fn talk(config: &Config) -> Vec<Vec<Answer>> {
    PROBES.iter().map(|(_, probe)| probe(&Anchor::new(config.clone()))).collect()
}

/// The probes that tell the two apart.
fn differences(one: &[Vec<Answer>], other: &[Vec<Answer>]) -> Vec<&'static str> {
    let pairs = PROBES.iter().zip(one.iter().zip(other));
    pairs.filter(|(_, (one, other))| one != other).map(|((name, _), _)| *name).collect()
}

#[test]
fn a_fault_gets_the_key_and_the_variants_that_it_needs() {
    for fault in Fault::ALL {
        let config = Config::that_shows(*fault);
        assert_eq!(config.faults, BTreeSet::from([*fault]));
        assert_eq!(config.api_key.is_some(), fault.needs().contains(&Need::Credentials), "{fault}");
        for need in fault.needs() {
            match need {
                Need::Variant(variant) => assert!(config.variants.contains(variant), "{fault}"),
                Need::Types(one, other) => {
                    assert!([one, other].iter().all(|name| config.types.contains_key(**name)), "{fault}");
                }
                _ => {}
            }
        }
    }
}
