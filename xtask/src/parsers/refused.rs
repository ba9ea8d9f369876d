//! Requests that the platform refuses because a parser would read something else than was sent: each is refused, and
//! the parser, given the bytes, does read it so.

use serde_json::Value;

use super::readers::{FETCH, FILE_UPLOAD, GO};
use super::recorder::Recorded;
use super::{Run, hex};
use crate::Outcome;
use crate::multipart::BOUNDARY;

pub(super) struct Refused {
    pub(super) what: &'static str,
    /// A part behind `account`, or the members behind it.
    pub(super) sent: Sent,
    pub(super) parser: &'static str,
    /// What the parser makes of it, for the page.
    pub(super) reads: &'static str,
    is_read_so: fn(&Value) -> bool,
}

pub(super) enum Sent {
    /// The headers of a part, and its content.
    Part(&'static str, &'static str),
    Members(&'static str),
}

pub(super) const REFUSED: &[Refused] = &[
    Refused {
        what: "a name with a blank before it",
        sent: Sent::Part("Content-Disposition: form-data; name=\" account\"", "another"),
        parser: FILE_UPLOAD,
        reads: "a second `account`",
        is_read_so: has_second_account,
    },
    Refused {
        what: "an encoded word as a name",
        sent: Sent::Part("Content-Disposition: form-data; name=\"=?utf-8?Q?account?=\"", "another"),
        parser: FILE_UPLOAD,
        reads: "a second `account`",
        is_read_so: has_second_account,
    },
    Refused {
        what: "a name with a byte order mark before it",
        sent: Sent::Part("Content-Disposition: form-data; name=\"\u{feff}account\"", "another"),
        parser: FETCH,
        reads: "a second `account`",
        is_read_so: has_second_account,
    },
    Refused {
        what: "an empty name",
        sent: Sent::Part("Content-Disposition: form-data; name=\"\"", "another"),
        parser: FILE_UPLOAD,
        reads: "nothing: the part is left out",
        is_read_so: |report| report["parts"].as_array().is_some_and(|parts| parts.len() == 1),
    },
    Refused {
        // It takes inner boundaries of the outer one's length alone.
        what: "a part that is multipart itself",
        sent: Sent::Part(
            "Content-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.jpg\"\r\n\
             Content-Type: multipart/mixed; boundary=inner-7MA4YWxkTrZu0gW",
            "--inner-7MA4YWxkTrZu0gW\r\nContent-Disposition: attachment; filename=\"b.jpg\"\r\n\r\nanother\r\n\
             --inner-7MA4YWxkTrZu0gW--\r\n",
        ),
        parser: FILE_UPLOAD,
        reads: "the file within",
        is_read_so: |report| report["parts"][1]["filename"] == "b.jpg" && report["parts"][1]["hex"] == hex(b"another"),
    },
    Refused {
        what: "a name in capitals, in JSON",
        sent: Sent::Members("\"ACCOUNT\": \"another\""),
        parser: GO,
        reads: "a second `account`, which wins, where it decodes into a struct",
        is_read_so: |report| report["account"] == "another",
    },
];

fn has_second_account(report: &Value) -> bool {
    let part = &report["parts"][1];
    part["name"] == "account" && part["hex"] == hex(b"another")
}

impl Refused {
    pub(super) fn check(&self, run: &mut Run) -> Outcome {
        let request = self.sent.request();
        let answer = run.put(&request.content_type, &request.body)?;
        if answer.status != 400 || run.recorder.waiting() > 0 {
            return Err(format!("    answered with {}: {}", answer.status, answer.body).into());
        }
        run.each(|reader| {
            if reader.parser.name != self.parser {
                return Ok(());
            }
            let report = reader.read(&request)?;
            if (self.is_read_so)(&report) {
                Ok(())
            } else {
                Err(format!("      reads it as it was sent: {report}").into())
            }
        })
    }
}

impl Sent {
    fn request(&self) -> Recorded {
        match self {
            Self::Part(headers, content) => Recorded {
                content_type: format!("multipart/form-data; boundary={BOUNDARY}"),
                body: format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n\r\n\
                     --{BOUNDARY}\r\n{headers}\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
                )
                .into_bytes(),
            },
            Self::Members(members) => Recorded {
                content_type: "application/json".to_owned(),
                body: format!("{{\"account\": \"\", {members}}}").into_bytes(),
            },
        }
    }
}
