//! Whole-system tests over the wire: platform, mock anchor, suite and command line as users meet them.

/// The parts that tests start, and a wallet that sends.
mod support;

/// What each answer of the anchor means to the client.
mod anchor_answers;
/// The connection to the anchor: reuse, retries, TLS, credentials, buffered bodies.
mod anchor_connection;
/// The files of `--tls-cert` and `--tls-key`.
mod certificate_files;
/// `check anchor`: verdicts, exit codes, reports.
mod check_anchor;
/// `check platform`: both sides, verdicts, exit codes, reports.
mod check_platform;
/// The binary: ports, signals, exit codes, secrets.
mod command_line;
/// Every answer may be read by a page of any site.
mod cross_origin;
/// `DELETE /customer/{account}`: an id of the anchor's stays one segment of a path.
mod customer_deletion;
/// `POST /customer/files`: a file is streamed, and never left half.
mod customer_files;
/// `GET /customer`: sizes, hostile answers, a customer's whole life.
mod customer_status;
/// Bodies as hostile or odd clients write them.
mod decoding;
/// The mock anchor as a KYC desk: magic values, signed callbacks, files.
mod desk;
/// One log line a request for every endpoint, and no value in it.
mod endpoint_log;
/// What the anchor receives and the client gets, for each encoding, field mix and identity.
mod forwarding;
/// Thousands of clients that never finish a request, and a process without a descriptor left.
#[cfg(unix)]
mod half_open;
/// Random queries and paths: always an answer, and never more at the anchor than SEP-12 names.
mod hostile_targets;
/// What is found wrong after streaming began never reaches the anchor as a complete body.
mod late_errors;
/// Limits in size and time, and what a client gets that breaks them.
mod limits;
/// Where servers listen unless told otherwise, and what they say of an open door.
mod listening;
/// `--verify-ownership` while many clients race.
mod ownership;
/// A panic ends one request at most, and says nothing of it.
mod panics;
/// No field value in a log, no file written.
mod privacy;
/// Random customers: nothing lost, nothing added, the right content type, the id unchanged.
mod properties;
/// `sandbox`: what it prints works when pasted; its page, its buttons, and who may press them.
mod sandbox;
/// Reports of `check` hold no secret, whatever the target says back.
mod secrets_in_reports;
/// Customers in SQLite and PostgreSQL: restarts, several processes, nothing lost.
mod stores;
/// In a database and in memory every fault and variant is the same.
mod stores_alike;
/// TLS toward the anchor: client certificates, and errors that say what to do.
mod tls_anchor;
/// TLS toward clients: what is served over it, and what attacks on the handshake come to.
mod tls_listening;
/// Troubles of the mock anchor, and what the platform makes of them.
mod troubles;
/// Our decoders beside multer, serde_json and form_urlencoded: each difference has its reason.
mod two_readers;
/// The platform's own `stellar.toml`, challenges and tokens.
mod web_auth;
