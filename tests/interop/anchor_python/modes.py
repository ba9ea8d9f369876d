"""The clean mode and the broken ones, each broken one with a single bug.

The running mode is kept in `active`; the other modules ask `bug(name)` at the
one place where that bug lives.
"""

active = "clean"


def bug(name):
    return active == name


# name, what of the contract is broken and where it is written, consequence
BROKEN = [
    # --- PUT: who the customer is
    ("memo_float", "Memos go through a float, so two id memos above 2^53 become one customer, though a memo names "
     "one user of a shared account (SEP-12, Shared Accounts and the memo parameter).", "leaks data"),
    ("muxed_drops_id", "The 64-bit id inside an M account is thrown away and all muxed addresses of a base account "
     "are one customer (SEP-12, Shared Accounts; SEP-23, muxed keys).", "leaks data"),
    ("foreign_id", "PUT with an id that belongs to another Stellar account updates that customer instead of "
     "answering 404 (SEP-12, Customer PUT, Response).", "loses data"),
    # --- PUT: what is stored
    ("put_replaces", "A PUT throws away the fields of earlier PUTs, although it is an update with the fields still "
     "needed (SEP-12, Customer PUT and the GET response's fields and provided_fields).", "loses data"),
    ("lost_update", "Two PUTs for one customer at the same time overwrite each other, although both were answered as "
     "received and stored (SEP-12, Customer PUT, Response).", "loses data"),
    # --- PUT: reading the request
    ("no_chunked", "A body sent with Transfer-Encoding: chunked and no Content-Length is taken as empty, although "
     "both request bodies of PUT /customer must be understood (callbacks API, PUT /customer, requestBody).", "breaks"),
    ("filename_required", "A binary part without a filename parameter is silently dropped, although a form field is "
     "known by its name (callbacks API, PutCustomerMultipartRequest; SEP-12, Content Type).", "loses data"),
    ("form_dropped", "When a multipart request has a file, its text fields are answered as received but not stored "
     "(callbacks API, PutCustomerMultipartRequest lists both; SEP-12, Customer PUT, Response).", "loses data"),
    ("content_type_exact", "Content-Type is compared as a string, so application/json with a charset parameter or in "
     "capitals is refused (callbacks API, PUT /customer, requestBody).", "breaks"),
    ("ascii_text", "Text parts of a multipart request are decoded as ASCII, so a customer named Zoë is refused, "
     "although name fields are strings without that limit (SEP-9, Natural Person Fields).", "breaks"),
    # --- PUT: validation
    ("impossible_dates", "Dates are checked by their look only and the 30th of February is accepted, although anchors "
     "have to validate (callbacks API, PUT /customer) and dates are ISO 8601 (SEP-9, Encodings).", "minor"),
    ("choices_unchecked", "A value outside the published choices of a field is stored and shown as accepted (SEP-12, "
     "Fields, choices; callbacks API, PUT /customer: anchors have to validate).", "minor"),
    # --- GET
    ("integer_id", "The customer id is a JSON number in the answers of PUT and GET instead of a string (SEP-12, "
     "Customer PUT and GET, Response; callbacks API, GetCustomerResponse).", "breaks"),
    ("get_creates", "GET for an account nobody registered creates a customer and returns an id, although ids exist "
     "only after a PUT (SEP-12, Customer GET, Response, id).", "minor"),
    ("unknown_id_200", "GET with an id that does not exist answers 200 with the fields for a new customer instead of "
     "404 (SEP-12, Customer GET, Errors; callbacks API, GET /customer 404).", "breaks"),
    ("needs_info_no_fields", "A registered customer in NEEDS_INFO comes without the fields object that this status "
     "requires (SEP-12, Customer Statuses and Fields).", "breaks"),
    ("accepted_early", "A customer without the required photo is ACCEPTED, and fields still lists the photo as "
     "required (SEP-12, Customer Statuses, ACCEPTED, and Fields).", "breaks"),
    ("stale_get", "GET answers from a cache by URL for a minute, so fields sent by PUT still appear as missing "
     "(SEP-12, Customer GET, purpose 2, and Fields).", "breaks"),
    ("wrong_field_type", "Binary fields are described with the type `file`, which is not one of the four allowed "
     "types (SEP-12, Fields, type; callbacks API, GetCustomerResponse).", "breaks"),
    ("type_ignored", "GET ignores its type parameter for a registered customer and answers for the type of the last "
     "PUT (SEP-12, Type Specification and Customer Statuses).", "breaks"),
    # --- DELETE
    ("soft_delete", "DELETE only marks the row and GET by id still shows the customer and the provided fields "
     "(SEP-12, Customer DELETE).", "leaks data"),
    ("delete_whole_account", "DELETE of one customer also deletes the customers with other memos on the same account "
     "(callbacks API, DELETE /customer/{id}; SEP-12, Customer DELETE on shared accounts).", "loses data"),
    ("delete_not_unquoted", "The id in the path of DELETE is not percent-decoded, so an existing customer is answered "
     "404 and never deleted (callbacks API, DELETE /customer/{id}).", "leaks data"),
    ("delete_keeps_photo", "DELETE leaves the photo behind and it reappears when the same account registers again "
     "(SEP-12, Customer DELETE: everything personal goes).", "leaks data"),
    # --- errors
    ("traceback_500", "A date that cannot be parsed gives a 500 with an HTML traceback instead of a 400 with an error "
     "(callbacks API, PUT /customer 400; SEP-12, Customer PUT, Response).", "breaks"),
    ("detail_key", "Error bodies carry the text under `detail` and have no `error` member (callbacks API, Error; "
     "SEP-12, Errors).", "minor"),
]

NAMES = ["clean"] + [name for name, _, _ in BROKEN]


def listing():
    first = {"name": "clean", "clean": True, "breaks": "", "consequence": ""}
    return [first] + [{"name": n, "clean": False, "breaks": b, "consequence": c} for n, b, c in BROKEN]
