"""The clean mode and the broken ones, each broken one with a single bug.

The running mode is kept in `active`; the other modules ask `bug(name)` at the
one place where that bug lives. CA is the Anchor Platform's callback
specification, AP is stellar/anchor-platform.
"""

active = "clean"


def bug(name):
    return active == name


# name, what it does, the rule it breaks, where that is written or was seen
BROKEN = [
    # --- reading what the wallet sends
    ("unquoted_before_split", "An urlencoded body is decoded first and split at & and = afterwards.",
     "Values reach the anchor character by character.", "WHATWG URL, urlencoded parsing: split, then decode"),
    ("universal_newlines", "A form is read as text: every line break in values and files becomes LF.",
     "Values and files reach the anchor byte by byte.", "Python, email.parser.BytesParser.parse: a TextIOWrapper"),
    ("boundary_quotes_kept", "A boundary in quotes is taken with its quotes, and the form is refused.",
     "Every legal form is understood.", "SEP-12, Customer PUT, Request: its example has the quotes"),
    ("boundary_in_regex", "The boundary is put into a regular expression as it is.",
     "Every legal form is understood.", "RFC 2046, section 5.1.1: a boundary may have + ( ) ? and dots"),
    ("part_headers_case", "Part headers in small letters are not found, and such parts are left out.",
     "No field is dropped on its way to the anchor.", "RFC 9110, section 5.1: names of headers are without case"),
    ("typed_text_is_file", "A part with a content type is a file, text or not.",
     "Text alone goes to the anchor as application/json.", "CA, PUT /customer; RFC 7578, section 4.4"),
    ("broken_form_is_empty", "A form that cannot be read counts as an empty one, and 200 is answered.",
     "What was not received whole is not answered as received.", "SEP-12, Customer PUT, Response"),
    ("true_as_True", "true and false in JSON become True and False.",
     "Values reach the anchor as they were written.", "Python, str(True)"),
    ("body_left_unread", "A request that is refused early leaves its body on the connection, where it is read as the "
     "next request.", "Each request on a connection gets its own answer.",
     "Python, http.server: nobody reads the body of an unauthorised request; RFC 9112, section 9.3"),
    # --- who is meant
    ("claims_ignored", "Another account or memo than that of the token is replaced silently.",
     "A wallet that claims another identity than that of its token is refused.", "SEP-12, Shared Accounts"),
    ("identity_shared", "The identity of the request is kept in the server, where a request at the same time "
     "replaces it.", "The identity of the token is the identity that reaches the anchor.", "patx/micropie issue 2"),
    ("memo_signed", "Memos are signed 64-bit numbers; larger ones are refused.",
     "Every id memo and every muxed id is accepted.", "SEP-10, Memos; CAP-27: unsigned"),
    ("hash_memo_as_hex", "The hash memo of a wallet is forwarded in hex instead of base64.",
     "Values reach the anchor character by character.", "SEP-12, memo_type: hash is base64; stellar/django-polaris stores hex"),
    ("memo_type_required", "A memo without memo_type is refused.",
     "memo_type is deprecated and may be left out.", "stellar/django-polaris issue 683"),
    ("delete_needs_body", "DELETE without a JSON body is answered with 415.",
     "memo and memo_type are optional in DELETE.", "AP, Sep12Controller.deleteCustomer: consumes JSON"),
    # --- the way to the anchor
    ("latin1_json", "JSON is sent in Latin-1, and 500 is answered where that is not possible.",
     "JSON is UTF-8.", "Python, http.client: a body of type str is sent as ISO 8859-1; RFC 8259, section 8.1"),
    ("file_name_crash", "A file name outside ASCII is answered with 500.",
     "Wallets may send files under any name.", "RFC 7578, section 4.2"),
    ("query_unescaped", "The query of GET is put together without escaping.",
     "The id that the anchor gives comes back to the anchor exactly.", "a common mistake: string templates for URLs"),
    # --- the way back
    ("anchor_type_exact", "An answer of the anchor is refused unless its content type is exactly application/json.",
     "A success at the anchor is a success for the wallet.", "a common mistake: content types compared as strings"),
    ("id_must_be_uuid", "An id that is no UUID is refused, any other spelling of one is changed.",
     "The id that the anchor gives reaches the wallet exactly.", "CA, PUT /customer: id is any string"),
]

NAMES = ["clean"] + [name for name, *_ in BROKEN]


def listing():
    keys = ("name", "about", "breaks", "source")
    modes = [dict(zip(keys, ("clean", "Nothing is wrong.", "", "")), kind="clean")]
    return modes + [dict(zip(keys, mode), kind="fault") for mode in BROKEN]
