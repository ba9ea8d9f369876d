//! Bodies that are not what they say never reach the anchor.

use crate::suite::check::NotKept;
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::compare::{an_error, nothing_changed, refused, shown};
use crate::suite::platform::context::put;
use crate::suite::request::{Content, Request};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "errors/malformed-json",
        title: "JSON that is malformed or no object is refused with 4xx",
        requirements: &["unreadable-bodies-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(json(context))),
    },
    Check {
        id: "errors/malformed-multipart",
        title: "multipart without its end, without names or without its boundary is never forwarded whole",
        requirements: &["no-half-body-looks-whole"],
        run: Attempt::Platform(|context| Box::pin(multipart(context))),
    },
    Check {
        id: "errors/duplicate-field",
        title: "a field that occurs twice is refused, or reaches the anchor once",
        requirements: &["duplicates-are-decided"],
        run: Attempt::Platform(|context| Box::pin(duplicates(context))),
    },
    Check {
        id: "errors/unknown-path",
        title: "a path that SEP-12 does not know is a 404",
        requirements: &["unknown-places-are-told"],
        run: Attempt::Wallet(|context| Box::pin(unknown_path(context))),
    },
    Check {
        id: "errors/unknown-method",
        title: "a method that a path does not have is a 405 or a 404",
        requirements: &["unknown-places-are-told"],
        run: Attempt::Wallet(|context| Box::pin(unknown_method(context))),
    },
];

async fn json(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    for body in [
        format!(r#"{{"last_name": "{mark}""#),
        format!(r#"{{"last_name": "{mark}",}}"#),
        format!(r#"[{{"last_name": "{mark}"}}]"#),
        format!(r#""{mark}""#),
        format!(r#"{{"last_name": "{mark}"}} {{"last_name": "{mark}"}}"#),
        "null".to_owned(),
    ] {
        let asked = format!("the JSON body {}", shown(&body));
        refused(context.put_content(&wallet, Content::raw("application/json", body)).await, &asked)?;
    }
    let mut bytes = format!(r#"{{"last_name": "{mark}", "city": ""#).into_bytes();
    bytes.extend(b"\xff\xfe\"}");
    refused(context.put_content(&wallet, Content::raw("application/json", bytes)).await, "JSON that is not UTF-8")
        .map(drop)
}

async fn multipart(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    let name = format!("--b\r\nContent-Disposition: form-data; name=\"last_name\"\r\n\r\n{mark}\r\n");
    let photo = "--b\r\nContent-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.png\"\r\n\
        Content-Type: image/png\r\n\r\n\u{89}PNG";
    for (what, body) in [
        ("without its end", format!("{name}{photo}")),
        ("that ends within a boundary", format!("{name}{photo}\r\n--b")),
        ("that ends within the headers of a part", format!("{name}{photo}\r\n--b\r\nContent-Disposition: form-da")),
        ("with a part that has no name", format!("{name}--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n")),
    ] {
        let asked = format!("multipart {what}");
        let content = Content::raw("multipart/form-data; boundary=b", body);
        let seen = context.ask_and_wait(wallet.signed(Request::put_content(content))).await;
        nothing_changed(&seen.heard, &asked)?;
        an_error(seen, &asked)?;
    }
    let content = Content::raw("multipart/form-data; boundary=other", format!("{name}--b--\r\n"));
    let asked = "multipart without its boundary";
    refused(context.put_content(&wallet, content).await, asked).map(drop)
}

/// First wins against last wins is an attack; whatever the platform decides, the anchor must not have to.
async fn duplicates(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    let part = |value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"city\"\r\n\r\n{value}\r\n");
    for (content_type, body) in [
        ("application/json", format!(r#"{{"last_name":"{mark}","city":"Rome","city":"Oslo"}}"#)),
        ("application/x-www-form-urlencoded", format!("last_name={mark}&city=Rome&city=Oslo")),
        (
            "multipart/form-data; boundary=b",
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"last_name\"\r\n\r\n{mark}\r\n{}{}--b--\r\n",
                part("Rome"),
                part("Oslo")
            ),
        ),
    ] {
        let asked = format!("city twice as {content_type}");
        let seen = context.put_content(&wallet, Content::raw(content_type, body)).await;
        let cities = seen
            .heard
            .iter()
            .find(|heard| heard.is_put())
            .map_or(0, |heard| heard.fields().iter().filter(|field| field.name == "city").count());
        if cities > 1 {
            return Err(NotKept::broken(format!("{asked} is refused, or city arrives once"), "city arrives twice"));
        }
        let expected = || format!("{asked} is answered 2xx or 4xx");
        let answer = answered(seen.answer, expected)?;
        if answer.status.is_server_error() {
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

async fn unknown_path(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let request = Request::new(hyper::Method::GET, "/customers-of-nobody");
    expect_status(context, wallet.signed(request), &[404], "a GET of an unknown path").await
}

async fn unknown_method(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer();
    let request = Request { method: hyper::Method::PATCH, ..put(&fields) };
    expect_status(context, wallet.signed(request), &[404, 405, 501], "PATCH /customer").await
}

async fn expect_status(context: &Context, request: Request, right: &[u16], asked: &str) -> Finding {
    let right_text = right.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
    let expected = || format!("{asked} is answered {right_text}");
    let answer = answered(context.ask(request).await.answer, expected)?;
    if right.contains(&answer.status.as_u16()) { Ok(()) } else { Err(NotKept::broken(expected(), answer.to_string())) }
}
