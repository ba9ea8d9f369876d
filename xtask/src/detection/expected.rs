//! What each fault breaks: decided by reading the fault and the requirements, before looking at what caught it.

use super::expected_platform;
use super::lists::Lists;
use super::subject::{Group, Subject, Target};

/// The requirements that something broken breaks.
#[derive(Clone, Copy)]
pub(super) struct Expectation {
    pub(super) name: &'static str,
    /// Requirements; one of them must be seen to be broken. None if nobody has written down what is demanded.
    pub(super) breaks: &'static [&'static str],
    /// Whether a 5xx, or no answer at all, is the very thing that is wrong, or is right beside it: an anchor fails then.
    pub(super) is_crash: bool,
    /// Whether nothing can be tested at all: the suite then says that, and no check complains.
    pub(super) is_untestable: bool,
    /// Why no check looks for it, if that is right so.
    pub(super) unseen: Option<&'static str>,
}

pub(super) const fn fault(name: &'static str, breaks: &'static [&'static str]) -> Expectation {
    Expectation { name, breaks, is_crash: false, is_untestable: false, unseen: None }
}

pub(super) const fn crash(name: &'static str, breaks: &'static [&'static str]) -> Expectation {
    Expectation { is_crash: true, ..fault(name, breaks) }
}

pub(super) const fn unseen(name: &'static str, reason: &'static str) -> Expectation {
    Expectation { unseen: Some(reason), ..fault(name, &[]) }
}

/// What is expected of a broken subject.
pub(super) fn of(group: Group, name: &str) -> Option<&'static Expectation> {
    table(group).iter().find(|expectation| expectation.name == name)
}

fn table(group: Group) -> &'static [Expectation] {
    match group {
        Group::Default | Group::Variant => &[],
        Group::Fault => FAULTS,
        Group::Anchor("python") => PYTHON,
        Group::Anchor("node") => NODE,
        Group::Anchor("axum") => AXUM,
        Group::Platform("platform-node") => expected_platform::NODE,
        Group::Platform("platform-python") => expected_platform::PYTHON,
        Group::Anchor(_) | Group::Platform(_) => &[],
    }
}

/// Where the tables below and the lists do not fit together, and what to do.
pub(super) fn unknown_names(subjects: &[Subject], lists: &Lists) -> Vec<String> {
    let broken = subjects.iter().filter(|subject| !subject.is_sound);
    let missing = broken
        .filter(|subject| of(subject.group, &subject.name).is_none())
        .map(|subject| format!("{}: nobody said what it breaks; add it to {}", subject.id(), file(subject.group)));
    let mut groups: Vec<Group> = subjects.iter().map(|subject| subject.group).collect();
    groups.dedup();
    let expectations = || groups.iter().flat_map(|group| table(*group).iter().map(move |it| (*group, it)));
    let gone = expectations().filter(|(group, expectation)| {
        !subjects.iter().any(|it| it.group == *group && it.name == expectation.name && !it.is_sound)
    });
    let gone = gone.map(|(group, it)| {
        format!("{}/{}: there is no such thing; take it out of {}", group.word(), it.name, file(group))
    });
    let requirements = expectations().flat_map(|(group, it)| it.breaks.iter().map(move |id| (group, it.name, *id)));
    let requirements = requirements.filter(|(_, _, id)| !lists.has_requirement(id)).map(|(group, name, id)| {
        format!("{}/{name}: there is no requirement `{id}`; {} must name another", group.word(), file(group))
    });
    missing.chain(gone).chain(requirements).collect()
}

/// Where the expectations of that group are written down.
fn file(group: Group) -> &'static str {
    match group.target() {
        Target::Anchor => "xtask/src/detection/expected.rs",
        Target::Platform => "xtask/src/detection/expected_platform.rs",
    }
}

#[rustfmt::skip]
const FAULTS: &[Expectation] = &[
    // PUT: ids.
    fault("new-id-on-update", &["one-customer-one-id"]),
    fault("double-put-two-ids", &["one-customer-one-id"]),
    crash("answers-500-on-parallel-puts", &["one-customer-one-id", "unusual-requests-are-answered"]),
    fault("eighth-put-new-id", &["one-customer-one-id"]),
    fault("id-differs-between-json-and-multipart", &["one-customer-one-id"]),
    fault("id-differs-by-type", &["one-customer-one-id"]),
    fault("id-is-number", &["json-is-accepted", "multipart-is-accepted"]),
    fault("id-empty", &["json-is-accepted", "multipart-is-accepted"]),
    fault("no-id", &["json-is-accepted", "multipart-is-accepted"]),
    fault("answers-bare-id", &["json-is-accepted", "multipart-is-accepted"]),
    fault("put-answers-204", &["json-is-accepted", "multipart-is-accepted"]),
    fault("put-answer-in-envelope", &["json-is-accepted", "multipart-is-accepted"]),
    fault("id-alone-refused", &["id-is-enough"]),
    crash("answers-500-on-id-alone", &["id-is-enough", "unusual-requests-are-answered"]),
    fault("accepts-unknown-id", &["unknown-id-is-refused"]),
    fault("unknown-id-creates-customer", &["unknown-id-is-refused"]),
    fault("answers-400-on-unknown-id", &["unknown-id-is-not-found", "foreign-id-is-not-found", "unknown-customer-is-not-found", "deletion-of-unknown-is-not-found"]),
    crash("answers-500-on-unknown-id", &["unknown-id-is-not-found", "unknown-customer-is-not-found", "deletion-can-be-repeated"]),
    fault("foreign-id-updated", &["foreign-id-is-refused", "foreign-id-changes-nothing"]),
    fault("foreign-id-shown", &["strangers-see-nothing"]),
    fault("foreign-id-put-answers-200", &["foreign-id-is-refused"]),
    fault("foreign-id-refused-but-updated", &["foreign-id-changes-nothing"]),
    fault("foreign-memo-updated", &["foreign-id-is-refused", "foreign-id-changes-nothing"]),
    fault("foreign-memo-shown", &["strangers-see-nothing"]),
    fault("foreign-id-error-shows-customer", &["refusals-show-no-customer"]),
    fault("answers-403-on-foreign-id", &["foreign-id-is-not-found", "foreign-customer-is-not-found"]),

    // PUT: who is meant.
    fault("found-by-email-address", &["customers-are-told-apart"]),
    fault("shared-email-error-shows-owner", &["refusals-show-no-customer"]),
    fault("memo-ignored", &["customers-are-told-apart"]),
    fault("zero-memo-taken-for-none", &["customers-are-told-apart"]),
    fault("zero-memo-refused", &["customers-are-told-apart"]),
    fault("memo-leading-zeros-matter", &["memo-ids-are-numbers"]),
    fault("memo-ids-cut-to-32-bits", &["customers-are-told-apart"]),
    fault("memo-type-needed", &["memo-type-is-optional"]),
    fault("memo-type-ignored", &["customers-are-told-apart"]),
    fault("memos-case-insensitive", &["customers-are-told-apart"]),
    fault("long-memos-cut", &["customers-are-told-apart"]),
    fault("memo-parsed-as-double", &["customers-are-told-apart"]),
    crash("signed-memo-ids", &["customers-are-told-apart"]),
    fault("muxed-id-ignored", &["customers-are-told-apart"]),
    fault("muxed-accounts-cut", &["customers-are-told-apart"]),
    fault("muxed-accounts-refused", &["muxed-accounts-are-accepted"]),
    fault("contract-accounts-refused", &["served-identities-are-accepted"]),
    fault("contract-accounts-collide", &["customers-are-told-apart"]),
    fault("contradictory-memo-accepted", &["contradictory-memos-are-refused"]),

    // PUT: reading the body.
    crash("answers-500-on-multipart", &["multipart-is-accepted"]),
    fault("ignores-multipart-fields", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("drops-files", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("keeps-only-the-first-file", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("drops-text-beside-files", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("drops-fields-after-the-first-file", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("keeps-only-ten-fields", &["data-is-kept"]),
    fault("drops-newer-sep-9-names", &["data-is-kept"]),
    fault("drops-dotted-names", &["data-is-kept"]),
    fault("forgets-fields", &["data-is-kept"]),
    fault("update-replaces-instead-of-merging", &["updates-merge"]),
    fault("multipart-update-replaces", &["updates-merge"]),
    fault("second-update-replaces", &["updates-merge"]),
    fault("needs-file-name", &["file-name-is-optional"]),
    fault("needs-part-content-type", &["part-content-type-is-optional"]),
    fault("rejects-quoted-boundary", &["multipart-is-read-by-its-rules"]),
    crash("binary-treated-as-text", &["files-are-bytes", "multipart-is-accepted"]),
    crash("answers-500-on-large-file", &["large-files-do-not-crash"]),
    crash("drops-connection-on-large-file", &["large-files-do-not-crash"]),
    crash("answers-500-on-empty-file", &["unusual-requests-are-answered"]),
    crash("answers-500-on-non-ascii-file-name", &["unusual-requests-are-answered", "any-text-is-handled"]),
    crash("never-answers-multipart", &["multipart-is-accepted"]),
    crash("answers-500-on-non-ascii", &["any-text-is-handled"]),
    crash("answers-500-on-four-byte-character", &["any-text-is-handled"]),
    crash("answers-500-on-apostrophe", &["any-text-is-handled"]),
    crash("answers-500-on-long-value", &["any-text-is-handled", "unusual-requests-are-answered"]),
    crash("answers-500-on-nested-value", &["unusual-requests-are-answered"]),
    crash("answers-500-on-many-fields", &["unusual-requests-are-answered"]),
    crash("answers-500-on-damaged-body", &["malformed-body-is-the-clients-error"]),
    crash("answers-500-on-unknown-name", &["unusual-requests-are-answered"]),
    crash("answers-500-on-identity-alone", &["unusual-requests-are-answered"]),
    crash("answers-500-on-empty-value", &["unusual-requests-are-answered", "any-text-is-handled"]),
    fault("rejects-chunked", &["chunked-is-accepted"]),
    fault("rejects-content-type-with-charset", &["content-type-parameters"]),
    fault("case-sensitive-content-type", &["content-type-case"]),

    // PUT: values.
    fault("accepts-invalid-date", &["invalid-data-is-never-accepted"]),
    crash("answers-500-on-invalid-date", &["unusual-requests-are-answered"]),
    fault("accepts-value-outside-choices", &["invalid-data-is-never-accepted"]),
    crash("answers-500-on-value-outside-choices", &["unusual-requests-are-answered"]),
    fault("any-code-verifies", &["wrong-codes-verify-nothing"]),
    fault("no-code-verifies", &["right-codes-verify"]),
    crash("answers-500-on-wrong-code", &["codes-are-handled"]),

    // Errors.
    fault("error-without-error-text", &["errors-are-json"]),
    fault("error-empty", &["errors-are-json"]),
    fault("error-as-object", &["errors-are-json"]),
    fault("error-with-stack-trace", &["errors-show-no-inside"]),
    fault("answers-200-with-error", &["unusual-requests-are-answered", "unknown-id-is-refused", "foreign-id-is-refused"]),
    crash("hangs-up-instead-of-error", &["unusual-requests-are-answered", "malformed-body-is-the-clients-error", "unusual-queries-are-answered"]),
    fault("html-error-page", &["errors-are-json"]),
    fault("error-quotes-values", &["errors-quote-no-values"]),

    // GET.
    fault("get-registers-customer", &["no-id-before-registration", "asking-changes-nothing"]),
    fault("answers-404-to-unregistered", &["needed-fields-are-told"]),
    fault("unknown-id-shown-as-new", &["unknown-customers-are-not-shown", "unknown-customer-is-not-found"]),
    crash("answers-500-without-parameters", &["unusual-queries-are-answered"]),
    crash("answers-500-on-unknown-type", &["unusual-queries-are-answered"]),
    crash("answers-500-on-lang", &["lang-changes-texts-only", "unusual-queries-are-answered"]),
    fault("status-ignores-type", &["accepted-means-complete"]),
    fault("get-cached", &["answers-are-fresh"]),
    fault("get-without-id", &["customer-is-found-again"]),
    fault("get-shows-another-id", &["customer-is-found-again"]),
    fault("get-answers-array", &["answers-are-readable"]),
    fault("get-answers-html", &["answers-are-readable", "answers-say-json"]),
    crash("truncates-answers", &["answers-are-readable", "unusual-queries-are-answered"]),
    crash("answers-after-a-minute", &["answers-are-readable", "unusual-queries-are-answered"]),
    fault("byte-order-mark", &["answers-are-readable", "json-is-accepted"]),
    fault("accepted-with-required-fields", &["accepted-asks-for-nothing", "accepted-means-complete"]),
    fault("stuck-in-needs-info", &["needs-info-says-what"]),
    fault("received-fields-still-asked", &["data-is-kept"]),
    fault("needs-info-without-fields", &["needs-info-says-what"]),
    fault("needs-info-with-empty-fields", &["needs-info-says-what"]),
    fault("verification-not-listed", &["needs-info-says-what"]),
    fault("verification-as-customer-status", &["status-is-known"]),
    fault("rejected-without-message", &["rejection-is-explained"]),
    fault("no-status", &["status-is-known"]),
    fault("lower-case-status", &["status-is-known"]),
    fault("unknown-status", &["status-is-known"]),
    fault("fields-as-array", &["fields-are-objects"]),
    fault("field-without-type", &["field-types-are-known"]),
    fault("field-without-description", &["fields-are-described"]),
    fault("unknown-field-type", &["field-types-are-known"]),
    fault("choices-as-text", &["choices-are-texts"]),
    fault("optional-as-text", &["optional-is-boolean"]),
    fault("unknown-provided-status", &["field-status-is-known"]),

    // DELETE.
    fault("delete-does-nothing", &["deleted-is-gone"]),
    crash("answers-500-on-delete", &["customers-can-be-deleted"]),
    fault("deletes-all-memos", &["deletion-spares-others"]),
    fault("deletes-the-latest-customer", &["deletion-spares-others", "deleted-is-gone"]),
    fault("deleted-still-found-by-id", &["deleted-is-gone"]),
    fault("deleted-still-found-by-account", &["deleted-is-gone"]),
    fault("deleted-data-returns", &["deleted-data-does-not-return"]),
    fault("deleted-id-reused", &["ids-are-not-reused"]),
    fault("put-resurrects-deleted", &["unknown-id-is-refused"]),
    crash("answers-500-on-second-delete", &["deletion-can-be-repeated"]),
    fault("id-in-path-not-decoded", &["ids-are-percent-decoded"]),
    fault("id-in-path-decoded-twice", &["ids-are-percent-decoded"]),
    fault("refuses-encoded-slash", &["ids-are-percent-decoded"]),
    fault("delete-unknown-id-succeeds", &["deletion-of-unknown-is-not-found"]),

    // Access.
    fault("ignores-credentials", &["credentials-are-checked"]),
    fault("accepts-any-credentials", &["credentials-are-checked"]),
    fault("accepts-longer-credentials", &["credentials-are-checked"]),
    fault("get-needs-no-credentials", &["credentials-are-checked"]),
    fault("delete-needs-no-credentials", &["credentials-are-checked"]),
    fault("refused-credentials-still-act", &["refused-credentials-change-nothing"]),
    fault("redirects-to-login", &["credentials-are-checked"]),
    fault("answers-404-to-bad-credentials", &["credentials-are-checked"]),
    fault("answers-200-to-bad-credentials", &["credentials-are-checked"]),

    // Seen only by who looks at exactly that.
    fault("unknown-id-refused-but-registered", &["unknown-id-registers-nobody"]),
    fault("found-by-mobile-number", &["customers-are-told-apart"]),
    fault("shared-email-merges-customers", &["customers-are-told-apart"]),
    fault("shared-mobile-number-merges-customers", &["customers-are-told-apart"]),
    fault("accounts-ignored", &["customers-are-told-apart"]),
    crash("answers-500-on-dotted-name", &["unusual-requests-are-answered"]),
    crash("answers-500-on-hyphens-in-file", &["files-are-bytes"]),
    fault("wrong-code-without-error-text", &["errors-are-json"]),
    fault("foreign-id-verifies", &["strangers-verify-nothing"]),
    fault("get-needs-account", &["id-is-enough-to-look-up"]),
    fault("get-by-account-asks-for-all", &["one-customer-one-view"]),
    fault("get-memo-parsed-as-double", &["customers-are-told-apart"]),
    crash("get-signed-muxed-ids", &["customers-are-told-apart"]),
    fault("query-not-decoded", &["queries-are-decoded"]),
    fault("get-without-parameters-shows-latest", &["strangers-see-nothing"]),
    fault("unknown-type-taken-for-default", &["unknown-type-is-refused"]),
    crash("answers-500-on-unknown-transaction", &["unusual-queries-are-answered"]),
    fault("description-as-object", &["texts-are-texts"]),
    fault("field-error-as-list", &["texts-are-texts"]),
    fault("message-as-object", &["texts-are-texts"]),
    fault("deletes-the-later-customers", &["deletion-spares-others"]),
    fault("delete-matches-prefixes", &["deletion-spares-others"]),
    fault("deleted-id-shown-as-new", &["deleted-is-not-found"]),
    fault("deleted-id-error-shows-customer", &["refusals-show-no-customer"]),
    crash("answers-500-on-malformed-id", &["strange-ids-are-answered"]),
];

#[rustfmt::skip]
const PYTHON: &[Expectation] = &[
    fault("memo_float", &["customers-are-told-apart"]),
    fault("muxed_drops_id", &["customers-are-told-apart"]),
    fault("foreign_id", &["foreign-id-is-refused", "foreign-id-changes-nothing"]),
    fault("put_replaces", &["updates-merge"]),
    fault("lost_update", &["updates-merge", "data-is-kept"]),
    fault("no_chunked", &["chunked-is-accepted"]),
    fault("filename_required", &["file-name-is-optional"]),
    fault("form_dropped", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("content_type_exact", &["content-type-parameters", "content-type-case"]),
    fault("ascii_text", &["multipart-takes-what-json-takes"]),
    fault("impossible_dates", &["invalid-data-is-never-accepted"]),
    fault("choices_unchecked", &["invalid-data-is-never-accepted"]),
    fault("integer_id", &["json-is-accepted"]),
    fault("get_creates", &["no-id-before-registration", "asking-changes-nothing"]),
    fault("unknown_id_200", &["unknown-customers-are-not-shown", "unknown-customer-is-not-found"]),
    fault("needs_info_no_fields", &["needs-info-says-what"]),
    fault("accepted_early", &["accepted-asks-for-nothing", "accepted-means-complete"]),
    fault("stale_get", &["answers-are-fresh"]),
    fault("wrong_field_type", &["field-types-are-known"]),
    fault("type_ignored", &["accepted-means-complete"]),
    fault("soft_delete", &["deleted-is-gone"]),
    fault("delete_whole_account", &["deletion-spares-others"]),
    fault("delete_not_unquoted", &["ids-are-percent-decoded"]),
    fault("delete_keeps_photo", &["deleted-data-does-not-return"]),
    crash("traceback_500", &["errors-show-no-inside", "errors-are-json"]),
    fault("detail_key", &["errors-are-json"]),
];

#[rustfmt::skip]
const NODE: &[Expectation] = &[
    fault("memo-float", &["customers-are-told-apart"]),
    fault("memo-zero", &["customers-are-told-apart"]),
    fault("shared-email", &["customers-are-told-apart"]),
    fault("foreign-id", &["foreign-id-is-refused", "strangers-see-nothing", "foreign-id-changes-nothing"]),
    fault("type-blind", &["accepted-means-complete"]),
    fault("files-ignored", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("nameless-photo", &["file-name-is-optional"]),
    fault("quoted-boundary", &["multipart-is-read-by-its-rules"]),
    fault("charset-refused", &["content-type-parameters"]),
    fault("chunked-empty", &["chunked-is-accepted"]),
    crash("body-limit", &["large-files-do-not-crash"]),
    fault("dotted-nested", &["data-is-kept"]),
    crash("utf8-500", &["any-text-is-handled"]),
    fault("multipart-replaces", &["updates-merge"]),
    unseen(
        "empty-overwrites",
        "An empty text may also be read as a wish to take the value back; no source says which is right.",
    ),
    fault("put-race", &["updates-merge", "data-is-kept"]),
    fault("choices-open", &["invalid-data-is-never-accepted"]),
    fault("date-rolls", &["invalid-data-is-never-accepted"]),
    fault("id-number", &["json-is-accepted"]),
    fault("get-unknown-id-200", &["unknown-customers-are-not-shown", "unknown-customer-is-not-found"]),
    fault("cached-get", &["answers-are-fresh"]),
    fault("lowercase-status", &["status-is-known"]),
    fault("fields-array", &["fields-are-objects"]),
    fault("fields-dropped", &["needs-info-says-what"]),
    fault("html-errors", &["errors-are-json"]),
    crash("dropped-connection", &["unknown-id-is-not-found"]),
    fault("delete-undecoded", &["ids-are-percent-decoded"]),
    fault("delete-ghost", &["deleted-data-does-not-return"]),
    fault("id-reuse", &["ids-are-not-reused"]),
];

#[rustfmt::skip]
const AXUM: &[Expectation] = &[
    fault("memo-f64", &["customers-are-told-apart"]),
    fault("account-only-key", &["customers-are-told-apart"]),
    fault("muxed-truncated", &["customers-are-told-apart"]),
    fault("foreign-id-update", &["foreign-id-is-refused", "foreign-id-changes-nothing"]),
    fault("foreign-id-read", &["strangers-see-nothing"]),
    fault("unknown-id-creates", &["unknown-id-is-refused"]),
    fault("new-id-every-put", &["one-customer-one-id"]),
    fault("update-replaces", &["updates-merge"]),
    fault("create-201-empty", &["json-is-accepted"]),
    fault("deny-unknown-fields", &["errors-are-json"]),
    fault("body-limit-2mb", &["errors-are-json"]),
    crash("panic-non-utf8", &["file-name-is-optional"]),
    fault("multipart-stops-at-file", &["data-is-kept", "nothing-is-lost-around-files"]),
    fault("dotted-names-lost", &["data-is-kept"]),
    fault("bad-date-accepted", &["invalid-data-is-never-accepted"]),
    fault("type-mixed-up", &["accepted-means-complete"]),
    fault("needs-info-without-fields", &["needs-info-says-what"]),
    fault("delete-whole-account", &["deletion-spares-others"]),
    fault("deleted-still-found", &["deleted-is-gone"]),
    crash("delete-unknown-500", &["deletion-can-be-repeated", "deletion-of-unknown-is-not-found"]),
    fault("error-leaks-debug", &["refusals-show-no-customer"]),
    fault("validation-200", &["unusual-requests-are-answered"]),
    fault("key-only-on-get", &["credentials-are-checked"]),
];
