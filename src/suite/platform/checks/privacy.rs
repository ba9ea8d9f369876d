//! What is the wallet's stays the wallet's: tokens, cookies, headers; and no redirect takes a customer elsewhere.

use std::sync::Arc;

use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::{Heard, Reply};
use crate::suite::platform::compare::an_error;
use crate::suite::platform::context::{get, put};
use crate::suite::platform::wallet::Wallet;
use crate::suite::request::{Request, Tries};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "privacy/token-stays",
        title: "the wallet's token never reaches the anchor",
        requirements: &["tokens-stay-at-the-platform"],
        run: Attempt::Platform(|context| Box::pin(token(context))),
    },
    Check {
        id: "privacy/cookies-stay",
        title: "the wallet's cookies never reach the anchor",
        requirements: &["cookies-stay-at-the-platform"],
        run: Attempt::Platform(|context| Box::pin(cookies(context))),
    },
    Check {
        id: "privacy/own-credentials-cannot-be-set",
        title: "a wallet cannot set the credentials that the platform shows to its anchor",
        requirements: &["wallets-cannot-speak-for-the-platform"],
        run: Attempt::Platform(|context| Box::pin(credentials(context))),
    },
    Check {
        id: "privacy/other-headers-stay",
        title: "other headers of the wallet never reach the anchor",
        requirements: &["headers-stay-at-the-platform"],
        run: Attempt::Platform(|context| Box::pin(other_headers(context))),
    },
    Check {
        id: "privacy/anchor-headers-stay",
        title: "cookies and other headers of the anchor never reach the wallet",
        requirements: &["internals-stay-inside"],
        run: Attempt::Platform(|context| Box::pin(anchor_headers(context))),
    },
    Check {
        id: "privacy/query-stays",
        title: "the query of a PUT never reaches the anchor",
        requirements: &["headers-stay-at-the-platform"],
        run: Attempt::Platform(|context| Box::pin(query(context))),
    },
    Check {
        id: "privacy/no-redirect-is-followed",
        title: "no redirect of the anchor is followed, and none is passed on",
        requirements: &["redirects-are-not-followed"],
        run: Attempt::Platform(|context| Box::pin(redirects(context))),
    },
];

/// What the anchor gets of a PUT of text, a PUT of a file, a GET and a DELETE with those headers.
async fn heard(
    context: &mut Context,
    wallet: &Wallet,
    headers: &[(&'static str, String)],
) -> Result<Vec<Arc<Heard>>, NotKept> {
    let file = context.file("photo_id_front");
    let (text, with_file) = (context.customer(), context.customer_with([file]));
    let mut heard = Vec::new();
    for request in [put(&text), put(&with_file), get(&[])] {
        let request = Request { headers: headers.to_vec(), ..request };
        heard.extend(context.ask(wallet.signed(request)).await.heard);
    }
    if wallet.account().is_some() {
        heard.extend(context.delete(wallet).await?.heard);
    }
    if heard.is_empty() {
        return Err(NotKept::inconclusive("nothing that names this customer reached the anchor"));
    }
    Ok(heard)
}

/// Nowhere in a request: neither in a header nor in the request line nor in the body.
fn never(heard: &[Arc<Heard>], secret: &str, what: &str) -> Finding {
    for heard in heard {
        let in_header = heard.headers.iter().find(|(_, value)| contains(value.as_bytes(), secret));
        let place = match in_header {
            Some((name, _)) => format!("the header {name}"),
            None if heard.query.iter().any(|(_, value)| value.contains(secret)) => "the query".to_owned(),
            None if contains(&heard.raw[..heard.raw.len().min(64 * 1024)], secret) => "the body".to_owned(),
            None => continue,
        };
        let actual = format!("it stands in {place} of {} {}", heard.method, heard.path);
        return Err(NotKept::broken(format!("{what} does not reach the anchor"), actual));
    }
    Ok(())
}

fn contains(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

async fn token(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let heard = heard(context, &wallet, &[]).await?;
    never(&heard, &wallet.token, "the wallet's token")
}

async fn cookies(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let secret = context.mark();
    let heard = heard(context, &wallet, &[("cookie", format!("session={secret}; theme=dark"))]).await?;
    never(&heard, &secret, "the wallet's cookie")
}

async fn credentials(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let secret = context.mark();
    let headers = ["x-api-key", "proxy-authorization"].map(|name| (name, secret.clone()));
    let heard = heard(context, &wallet, &headers).await?;
    never(&heard, &secret, "a credential that the wallet sent")
}

async fn other_headers(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let secret = context.mark();
    let names = ["x-wallet-device", "x-custom", "referer", "origin", "from"];
    let headers = names.map(|name| (name, format!("https://{secret}.example/")));
    let heard = heard(context, &wallet, &headers).await?;
    never(&heard, &secret, "a header of the wallet's")
}

async fn anchor_headers(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let secret = context.mark();
    let given = secret.clone();
    let body = serde_json::json!({"id": context.id(), "status": "ACCEPTED"});
    context.script(move |_| {
        let mut reply = Reply::json(200, &body);
        reply.headers.extend(["set-cookie", "x-internal-host", "server"].map(|name| (name, format!("a={given}"))));
        Some(reply)
    });
    let fields = context.customer();
    for request in [put(&fields), get(&[])] {
        let answer = context.ask(wallet.signed(request)).await.answer?;
        let passed = answer.headers.iter().find(|(_, value)| contains(value.as_bytes(), &secret));
        if let Some((name, _)) = passed {
            return Err(NotKept::broken("the wallet gets no header of the anchor's", format!("it gets {name}")));
        }
    }
    Ok(())
}

async fn query(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let secret = context.mark();
    let file = context.file("photo_id_front");
    for more in [None, Some(file)] {
        let fields = context.customer_with(more);
        let request = put(&fields);
        let request = Request { path: format!("{}?utm_source={secret}&debug=1", request.path), ..request };
        let seen = context.ask(wallet.signed(request)).await;
        never(&seen.heard, &secret, "the query of a PUT")?;
    }
    Ok(())
}

/// Wherever it leads, a redirect would take the customer's data and the platform's credentials with it.
async fn redirects(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for status in [301, 302, 303, 307, 308] {
        let mark = context.mark();
        // As a path: by whatever name and scheme the platform came, it leads to the suite.
        let location = format!("/elsewhere/{mark}?next={mark}");
        let (target, given) = (location.clone(), mark.clone());
        context.script(move |heard| {
            let is_there = heard.path.contains(&given);
            let redirect = Reply { headers: vec![("location", target.clone())], ..Reply::empty(status) };
            (!is_there).then_some(redirect)
        });
        let file = context.file("photo_id_front");
        let (text, with_file) = (context.customer(), context.customer_with([file]));
        for request in [put(&text), put(&with_file), get(&[])] {
            let asked = format!("{} while the anchor redirects with {status}", request.method);
            let seen = context.ask(wallet.signed(Request { tries: Tries::Once, ..request })).await;
            if seen.heard.iter().any(|heard| heard.path.contains(&mark)) {
                let expected = format!("{asked}: nothing is sent to where the redirect leads");
                return Err(NotKept::broken(expected, "the platform followed the redirect"));
            }
            let answer = an_error(seen, &asked)?;
            if answer.headers.values().any(|value| contains(value.as_bytes(), &mark)) {
                return Err(NotKept::broken(format!("{asked} tells the wallet no other place"), answer.to_string()));
            }
        }
    }
    Ok(())
}
