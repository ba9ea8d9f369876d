//! The modes the server can be started in: one sound, the others with one bug.

use serde_json::{Value, json};

struct Mode {
    name: &'static str,
    breaks: &'static str,
    consequence: &'static str,
}

const fn mode(name: &'static str, consequence: &'static str, breaks: &'static str) -> Mode {
    Mode { name, breaks, consequence }
}

const BREAKS: &str = "breaks";
const LOSES: &str = "loses data";
const LEAKS: &str = "leaks data";
const MINOR: &str = "minor";

#[rustfmt::skip]
const MODES: &[Mode] = &[
    mode("clean", "", ""),

    // Who a customer is.
    mode("memo-f64", LEAKS,
        "Id memos go through an f64, so big neighbouring memos of one account share a customer, though a memo tells the users of a shared account apart (SEP-12, Shared, Omnibus, or Pooled Accounts)."),
    mode("account-only-key", LEAKS,
        "Customers are kept by account alone, so all memos of an account are one customer, though account and memo together identify a customer (SEP-12, ID vs. Account & Memo)."),
    mode("muxed-truncated", LEAKS,
        "Accounts are cut to 56 characters, so the muxed accounts of one base account are one customer, though each of them is a user of its own (SEP-12, Shared, Omnibus, or Pooled Accounts; SEP-23 on the 69 characters of a muxed account)."),
    mode("foreign-id-update", LEAKS,
        "PUT with the id of another account's customer updates that customer instead of answering 404 (SEP-12, Customer PUT, Response)."),
    mode("foreign-id-read", LEAKS,
        "GET with the id of another account's customer answers 200 with that customer instead of 404 (SEP-12, Customer GET, Errors)."),

    // PUT.
    mode("unknown-id-creates", LOSES,
        "PUT with an id that does not exist creates a customer of that id instead of answering 404 (SEP-12, Customer PUT, Response)."),
    mode("new-id-every-put", LOSES,
        "Every PUT by account creates another customer with another id, though the upload is to be idempotent and the first id to stay good for updates (SEP-12, Customer PUT)."),
    mode("update-replaces", LOSES,
        "An update replaces the stored record with what the request carries, though a client sends what is still missing and the anchor has to persist what it was given (callbacks API, PUT /customer; SEP-12, Fields)."),
    mode("create-201-empty", BREAKS,
        "A PUT that creates answers 201 without a body instead of 200 or 202 with the customer's id (SEP-12, Customer PUT, Response)."),
    mode("deny-unknown-fields", BREAKS,
        "A JSON PUT with a member the server does not ask for itself, even a SEP-9 name or transaction_id, is refused with 422 in plain text, though the callbacks API lists these members and every error belongs under `error` (callbacks API, PutCustomerRequest; SEP-12, Customer PUT, Response)."),
    mode("body-limit-2mb", BREAKS,
        "Bodies over 2 MB are refused with 413 in plain text, though photos of 3 MB are usual, 10 MB is the limit suggested and every error belongs under `error` (SEP-12, File Size Limits and Customer PUT, Response)."),
    mode("panic-non-utf8", BREAKS,
        "A multipart part without a filename is taken for text and unwrapped, so the bytes of a photo sent like that panic the handler and the connection drops without a response, though binary fields belong in multipart requests (callbacks API, PutCustomerMultipartRequest)."),
    mode("multipart-stops-at-file", LOSES,
        "The multipart reader stops after the first file, so the parts behind it, such as a second photo, are lost although PUT answers 200 (SEP-12, Customer PUT: stored data is what a success stands for)."),
    mode("dotted-names-lost", LOSES,
        "A field name is cut at its first dot, so organization fields are lost although PUT answers 200, though the dot is a plain part of the name (SEP-9, Dot Notation)."),
    mode("bad-date-accepted", MINOR,
        "Dates are only checked for a day up to 31, so 2023-02-30 is stored and counts as provided, though the anchor has to validate and dates are ISO 8601 (callbacks API, PUT /customer; SEP-9, Encodings)."),

    // GET.
    mode("type-mixed-up", BREAKS,
        "GET answers for the type last used in a PUT instead of the type asked for, so a customer accepted as a sender is shown as an accepted receiver (SEP-12, Type Specification)."),
    mode("needs-info-without-fields", BREAKS,
        "A stored customer in NEEDS_INFO is shown without `fields`, which that status requires (SEP-12, Customer GET, Response and Customer Statuses)."),

    // DELETE.
    mode("delete-whole-account", LOSES,
        "Deleting one customer deletes all customers of the same account, whatever their memos (SEP-12, Customer DELETE)."),
    mode("deleted-still-found", LEAKS,
        "A deleted customer is gone by id, but GET by account still answers with its id and status, though all stored data is to be deleted (SEP-12, Customer DELETE)."),
    mode("delete-unknown-500", MINOR,
        "DELETE of an unknown customer answers 500 instead of 404 (callbacks API, DELETE /customer/{id}; SEP-12, DELETE Responses)."),

    // Errors and access.
    mode("validation-200", LOSES,
        "A PUT refused for a value that is not valid answers 200 with an `error` member and no id instead of 400, and stores nothing (callbacks API, PUT /customer, 400; SEP-12, Customer PUT, Response)."),
    mode("error-leaks-debug", LEAKS,
        "The 404 for the id of another account's customer prints that customer's record in its error text, though nothing about it may be told (SEP-12, Customer GET, Errors and Customer PUT, Response)."),
    mode("key-only-on-get", LOSES,
        "Started with --api-key, only GET asks for the key, so anybody can write and delete customers, though all requests have to be authenticated (SEP-12, Authentication and DELETE Responses, 401)."),
];

/// The name of a mode as the table spells it, if there is such a mode.
pub fn find(name: &str) -> Option<&'static str> {
    MODES.iter().map(|mode| mode.name).find(|known| *known == name)
}

pub fn list() -> Value {
    let describe = |mode: &Mode| {
        json!({
            "name": mode.name,
            "clean": mode.breaks.is_empty(),
            "breaks": mode.breaks,
            "consequence": mode.consequence,
        })
    };
    MODES.iter().map(describe).collect()
}
