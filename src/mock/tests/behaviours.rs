//! Every fault and every variant is really shown, and nowhere else than where it belongs.

use std::collections::BTreeSet;

use serde_json::json;

use super::{authorised, complete, delete, g, get, m, multipart, put, request};
use crate::mock::{Anchor, Answer, Config, Fault, Received, ReceivedBody, ReceivedValue, Variant};

/// A short conversation with a fresh anchor.
type Probe = fn(&Anchor) -> Vec<Answer>;

const PROBES: &[(&str, Probe)] = &[
    ("unregistered", |a| vec![get(a, &format!("account={}", g(1))), get(a, &format!("account={}", g(1)))]),
    ("register", |a| vec![put(a, &complete(&g(1)))]),
    ("update", |a| vec![put(a, &complete(&g(1))), put(a, &complete(&g(1)))]),
    ("merge", |a| {
        put(a, &json!({ "account": g(1), "first_name": "Ana" }));
        put(a, &json!({ "account": g(1), "last_name": "Silva" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("accepted", |a| {
        put(a, &complete(&g(1)));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("by id alone", |a| vec![put(a, &json!({ "id": seeded(a) }))]),
    ("unknown id", |a| vec![put(a, &json!({ "id": "x" })), get(a, "id=x")]),
    ("foreign put", |a| vec![put(a, &json!({ "id": seeded(a), "account": g(2) }))]),
    ("foreign get", |a| vec![get(a, &format!("id={}&account={}", seeded(a), g(2)))]),
    ("two types", |a| {
        vec![
            put(a, &json!({ "account": g(1), "type": "sep6" })),
            put(a, &json!({ "account": g(1), "type": "business" })),
        ]
    }),
    ("two memos", |a| ["1", "2"].map(|memo| put(a, &json!({ "account": g(1), "memo": memo }))).into()),
    ("large memos", |a| {
        ["9007199254740992", "9007199254740993"].map(|memo| put(a, &json!({ "account": g(1), "memo": memo }))).into()
    }),
    ("huge memo", |a| vec![put(a, &json!({ "account": g(1), "memo": "9223372036854775808" }))]),
    ("two muxed ids", |a| [1, 2].map(|id| put(a, &json!({ "account": m(1, id) }))).into()),
    ("muxed and memo", |a| {
        vec![put(a, &json!({ "account": m(1, 7) })), put(a, &json!({ "account": g(1), "memo": "7" }))]
    }),
    ("both encodings", |a| vec![put(a, &json!({ "account": g(1), "x": "" })), photo(a, b"ok")]),
    ("multipart", |a| vec![photo(a, b"ok"), get(a, &format!("account={}", g(1)))]),
    ("binary", |a| vec![photo(a, b"\xff\xd8")]),
    ("large file", |a| vec![photo_of(a, 1_100_000)]),
    ("huge file", |a| vec![photo_of(a, 5_000_001)]),
    ("no file name", |a| {
        let headers = "Content-Disposition: form-data; name=\"photo_id_front\"\r\nContent-Type: image/png";
        let account = format!("--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n{}\r\n", g(1));
        let body = format!("{account}--b\r\n{headers}\r\n\r\nx\r\n--b--\r\n");
        vec![a.answer(authorised(request("PUT", "/customer", "multipart/form-data; boundary=b", body.as_bytes())))]
    }),
    ("dotted name", |a| {
        put(a, &json!({ "account": g(1), "organization.name": "Acme" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("beyond ASCII", |a| vec![put(a, &json!({ "account": g(1), "first_name": "é" }))]),
    ("name outside SEP-9", |a| vec![put(a, &json!({ "account": g(1), "favourite_colour": "red" }))]),
    ("empty value", |a| vec![put(a, &json!({ "account": g(1), "first_name": "" }))]),
    ("bad date", |a| {
        let bad = json!({ "account": g(1), "birth_date": "1976-02-30" });
        vec![put(a, &bad), get(a, &format!("account={}", g(1)))]
    }),
    ("bad choice", |a| vec![put(a, &json!({ "account": g(1), "type": "sep6", "id_type": "library_card" }))]),
    ("charset", |a| vec![sent(a, "application/json; charset=utf-8")]),
    ("capitals", |a| vec![sent(a, "Application/JSON")]),
    ("chunked", |a| {
        let mut chunked = request("PUT", "/customer", "application/json", complete(&g(1)).to_string().as_bytes());
        chunked.headers.retain(|(name, _)| name != "content-length");
        vec![a.answer(authorised(chunked))]
    }),
    ("credentials", |a| vec![a.answer(request("GET", "/customer", "", b""))]),
    ("phone", |a| {
        let with_phone = json!({ "account": g(1), "mobile_number": "+5511987654321" });
        put(a, &complete(&g(1)));
        put(a, &with_phone);
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("change", |a| {
        put(a, &complete(&g(1)));
        vec![put(a, &json!({ "account": g(1), "first_name": "Eve" }))]
    }),
    ("delete", |a| {
        let id = seeded(a);
        vec![delete(a, &id), get(a, &format!("id={id}"))]
    }),
    ("delete unknown", |a| vec![delete(a, "x")]),
    ("many", |a| (0..20).map(|_| get(a, "type=sep6")).collect()),
];

/// Which probes tell each fault; `...` stands for the many that an answer's form shows in.
const FAULTS: &[(Fault, &[&str])] = &[
    (
        Fault::NewIdOnUpdate,
        &["update", "merge", "by id alone", "two types", "muxed and memo", "both encodings", "phone", "change"],
    ),
    (Fault::DoublePutTwoIds, &["register", "..."]),
    (Fault::IdDiffersByEncoding, &["both encodings", "multipart"]),
    (Fault::IdDiffersByType, &["two types"]),
    (Fault::IdIsNumber, &["register", "..."]),
    (Fault::IdEmpty, &["register", "..."]),
    (Fault::NoId, &["register", "..."]),
    (Fault::AnswersBareId, &["register", "..."]),
    (Fault::IdAloneRefused, &["by id alone", "unknown id"]),
    (Fault::AcceptsUnknownId, &["unknown id"]),
    (Fault::AnswersFiveHundredOnUnknownId, &["unknown id", "foreign put", "foreign get", "delete", "delete unknown"]),
    (Fault::ForeignIdUpdated, &["foreign put"]),
    (Fault::ForeignIdShown, &["foreign get"]),
    (Fault::MemoIgnored, &["two memos", "large memos", "muxed and memo"]),
    (Fault::MemoParsedAsDouble, &["large memos"]),
    (Fault::SignedMemoIds, &["huge memo"]),
    (Fault::MuxedIdIgnored, &["two muxed ids", "muxed and memo"]),
    (
        Fault::AnswersFiveHundredOnMultipart,
        &["both encodings", "multipart", "binary", "large file", "huge file", "no file name"],
    ),
    (Fault::IgnoresMultipartFields, &["multipart"]),
    (Fault::DropsFiles, &["multipart"]),
    (Fault::DropsDottedNames, &["dotted name"]),
    (Fault::ForgetsFields, &["merge", "accepted", "multipart", "dotted name", "phone"]),
    (Fault::UpdateReplaces, &["merge", "phone"]),
    (Fault::NeedsFileName, &["no file name"]),
    (Fault::BinaryTreatedAsText, &["binary"]),
    (Fault::AnswersFiveHundredOnLargeFile, &["large file", "huge file"]),
    (Fault::AnswersFiveHundredOnNonAscii, &["beyond ASCII"]),
    (Fault::AnswersFiveHundredOnUnknownName, &["both encodings", "name outside SEP-9"]),
    (
        Fault::AnswersFiveHundredOnIdentityAlone,
        &["by id alone", "two types", "two memos", "large memos", "huge memo", "two muxed ids", "muxed and memo"],
    ),
    (Fault::AnswersFiveHundredOnEmptyValue, &["both encodings", "empty value"]),
    (Fault::RejectsChunked, &["chunked"]),
    (Fault::RejectsCharset, &["charset"]),
    (Fault::CaseSensitiveContentType, &["capitals"]),
    (Fault::AcceptsInvalidDate, &["bad date"]),
    (Fault::AcceptsOtherChoices, &["bad choice"]),
    (
        Fault::ErrorWithoutText,
        &[
            "unknown id",
            "foreign put",
            "foreign get",
            "bad date",
            "bad choice",
            "credentials",
            "delete",
            "delete unknown",
        ],
    ),
    (
        Fault::HtmlErrorPage,
        &[
            "unknown id",
            "foreign put",
            "foreign get",
            "bad date",
            "bad choice",
            "credentials",
            "delete",
            "delete unknown",
        ],
    ),
    (Fault::ErrorQuotesValues, &["bad date", "bad choice"]),
    (Fault::GetRegistersCustomer, &["unregistered", "bad date"]),
    (Fault::AcceptedWithRequiredFields, &["merge", "multipart", "dotted name"]),
    (Fault::NeedsInfoWithoutFields, &["unregistered", "merge", "multipart", "dotted name", "bad date", "many"]),
    (Fault::NoStatus, &["unregistered", "merge", "accepted", "multipart", "dotted name", "bad date", "phone", "many"]),
    (
        Fault::LowerCaseStatus,
        &["unregistered", "merge", "accepted", "multipart", "dotted name", "bad date", "phone", "many"],
    ),
    (Fault::FieldsAsArray, &["unregistered", "merge", "multipart", "dotted name", "bad date", "many"]),
    (Fault::DeleteDoesNothing, &["delete"]),
    (Fault::DeleteUnknownSucceeds, &["delete unknown"]),
    (Fault::IgnoresCredentials, &["credentials"]),
];

/// The same for the variants.
const VARIANTS: &[(Variant, &[&str])] = &[
    (Variant::AnswersCreated, &["register", "..."]),
    (Variant::AnswersAccepted, &["register", "..."]),
    (Variant::PutAnswersInfo, &["register", "..."]),
    (Variant::ExtraMembers, &["register", "..."]),
    (Variant::CharsetInAnswers, &["unregistered", "..."]),
    (Variant::DeleteAnswersOk, &["delete"]),
    (Variant::DeletionQueued, &["delete"]),
    (Variant::ForbiddenForBadCredentials, &["credentials"]),
    (Variant::NoProvidedFields, &["merge", "accepted", "multipart", "dotted name", "phone"]),
    (Variant::NoFieldStatus, &["merge", "accepted", "multipart", "dotted name", "phone"]),
    (Variant::AsynchronousAcceptance, &["accepted", "phone"]),
    (Variant::DeferredValidation, &["bad date", "bad choice"]),
    (Variant::StagedFields, &["unregistered", "merge", "multipart", "dotted name", "bad date", "many"]),
    (Variant::VerificationRequired, &["phone"]),
    (Variant::RefusesIncomplete, &["merge", "..."]),
    (Variant::RefusesOtherNames, &["both encodings", "name outside SEP-9"]),
    (Variant::RefusesChanges, &["change"]),
    (Variant::RefusesLargeFiles, &["huge file"]),
    (Variant::TypeRequired, &["unregistered", "..."]),
    (Variant::RateLimited, &["many"]),
    (Variant::NumericIds, &["register", "..."]),
    (Variant::LongIds, &["register", "..."]),
    (Variant::SlashedIds, &["register", "..."]),
    (Variant::MuxedApart, &["muxed and memo"]),
];

/// A customer of the first account, put there without a request.
fn seeded(anchor: &Anchor) -> String {
    let identity = crate::sep12::Identity::of_account(super::account(1));
    anchor.register_as("seeded", &identity, Vec::new());
    "seeded".to_owned()
}

fn photo(anchor: &Anchor, bytes: &[u8]) -> Answer {
    anchor.answer(photo_request(bytes))
}

fn photo_request(bytes: &[u8]) -> Received {
    multipart(&[("account", &g(1)), ("first_name", "Ana")], "photo_id_front", bytes)
}

fn sent(anchor: &Anchor, content_type: &str) -> Answer {
    anchor.answer(authorised(request("PUT", "/customer", content_type, complete(&g(1)).to_string().as_bytes())))
}

/// A file that is only said to be that long.
fn photo_of(anchor: &Anchor, length: u64) -> Answer {
    let mut received = photo_request(b"ok");
    let ReceivedBody::Multipart(fields) = &mut received.body else { panic!("not multipart") };
    for field in fields {
        if let ReceivedValue::File(file) = &mut field.value {
            file.length = length;
        }
    }
    anchor.answer(received)
}

#[test]
fn every_fault_shows_exactly_where_it_should() {
    assert_eq!(FAULTS.iter().map(|(fault, _)| *fault).collect::<Vec<_>>(), Fault::ALL);
    let by_default = talk(&config([], []));
    for (fault, probes) in FAULTS {
        expect(probes, &differences(&by_default, &talk(&config([*fault], []))), fault.name());
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
