//! Nobody gets through without a token of the platform's own.

use std::sync::Arc;

use hyper::header::WWW_AUTHENTICATE;

use crate::sep12::CustomerId;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::compare::nothing_changed;
use crate::suite::platform::context::{get, put};
use crate::suite::platform::tokens::{forged, unsigned};
use crate::suite::platform::wallet::Wallet;
use crate::suite::request::{Request, Shown};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "errors/token-is-required",
        title: "requests without a token are refused with 401 or 403",
        requirements: &["tokens-are-checked"],
        run: Attempt::Wallet(|context| Box::pin(none(context))),
    },
    Check {
        id: "errors/forged-token",
        title: "a token with another signature is refused with 401 or 403",
        requirements: &["tokens-are-checked"],
        run: Attempt::Wallet(|context| Box::pin(forgery(context))),
    },
    Check {
        id: "errors/unsigned-token",
        title: "a token that nobody signed is refused with 401 or 403",
        requirements: &["tokens-are-checked"],
        run: Attempt::Wallet(|context| Box::pin(nobody_signed(context))),
    },
    Check {
        id: "errors/expired-token",
        title: "a token that has expired is refused with 401 or 403",
        requirements: &["tokens-are-checked"],
        run: Attempt::Wallet(|context| Box::pin(expired(context))),
    },
    Check {
        id: "errors/token-in-other-places",
        title: "a token in the query or a cookie does not count",
        requirements: &["tokens-stand-in-their-header"],
        run: Attempt::Wallet(|context| Box::pin(other_places(context))),
    },
    Check {
        id: "errors/bearer-in-any-case",
        title: "the scheme of a token has no case",
        requirements: &["schemes-have-no-case"],
        run: Attempt::Wallet(|context| Box::pin(any_case(context))),
    },
    Check {
        id: "errors/401-names-its-scheme",
        title: "a 401 says in WWW-Authenticate what is wanted",
        requirements: &["refused-tokens-are-explained"],
        run: Attempt::Wallet(|context| Box::pin(challenge(context))),
    },
];

/// A GET, a PUT of text, a PUT of a file and a DELETE with that token.
async fn refused_everywhere(context: &mut Context, shown: Shown, asked: &str) -> Finding {
    let file = context.file("photo_id_front");
    let (text, with_file) = (context.customer(), context.customer_with([file]));
    let account = CustomerId::try_from(context.foreign_account().to_string());
    let account = account.map_err(|error| NotKept::inconclusive(error.to_string()))?;
    for request in [get(&[]), put(&text), put(&with_file), Request::delete(&account)] {
        let asked = format!("{} {asked}", request.method);
        let seen = context.ask(Request { credentials: shown.clone(), ..request }).await;
        let answer = answered(seen.answer, || format!("{asked} is answered 401 or 403"))?;
        if !matches!(answer.status.as_u16(), 401 | 403) {
            return Err(NotKept::broken(format!("{asked} is answered 401 or 403"), answer.to_string()));
        }
        nothing_changed(&seen.heard, &asked)?;
    }
    Ok(())
}

async fn none(context: &mut Context) -> Finding {
    refused_everywhere(context, Shown::None, "without a token").await
}

async fn forgery(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    refused_everywhere(context, Shown::Bearer(forged(&wallet.token)), "with a forged signature").await?;
    refused_everywhere(context, Shown::Bearer(Arc::from("not-a-token")), "with a text that is no token").await
}

async fn nobody_signed(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let caller = wallet.caller.ok_or_else(|| NotKept::skip("the token given does not tell its account"))?;
    refused_everywhere(context, Shown::Bearer(unsigned(&caller)), "with a token that nobody signed").await
}

async fn expired(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let caller = wallet.caller.ok_or_else(|| NotKept::skip("the token given does not tell its account"))?;
    let token = context.suite.tokens.signed(&caller, 24 * 60 * 60)?;
    refused_everywhere(context, Shown::Bearer(token), "with a token that expired a day ago").await
}

async fn other_places(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let request = get(&[]);
    let cookie = Request { headers: vec![("cookie", format!("token={}", wallet.token))], ..request.clone() };
    let query =
        Request { path: format!("{}?access_token={}&token={}", request.path, wallet.token, wallet.token), ..request };
    for (request, asked) in [(cookie, "a token in a cookie"), (query, "a token in the query")] {
        let secret = Some(Arc::clone(&wallet.token));
        let seen = context.ask(Request { credentials: Shown::None, secret, ..request }).await;
        let answer = answered(seen.answer, || format!("{asked} is answered 401 or 403"))?;
        if answer.is_success() {
            return Err(NotKept::broken(format!("{asked} is answered 401 or 403"), answer.status.to_string()));
        }
    }
    Ok(())
}

async fn any_case(context: &mut Context) -> Finding {
    let Wallet { token, .. } = context.wallet().await?;
    let headers = vec![("authorization", format!("bearer {token}"))];
    let request = Request { headers, credentials: Shown::None, secret: Some(token), ..get(&[]) };
    let answer =
        answered(context.ask(request).await.answer, || "`bearer TOKEN` is answered as `Bearer TOKEN`".to_owned())?;
    if matches!(answer.status.as_u16(), 401 | 403) {
        return Err(NotKept::broken("`bearer TOKEN` is answered as `Bearer TOKEN`", answer.to_string()));
    }
    Ok(())
}

async fn challenge(context: &mut Context) -> Finding {
    let seen = context.ask(Request { credentials: Shown::None, ..get(&[]) }).await;
    let answer = answered(seen.answer, || "a request without a token is answered".to_owned())?;
    if answer.status.as_u16() == 401 && !answer.headers.contains_key(WWW_AUTHENTICATE) {
        return Err(NotKept::broken("a 401 has WWW-Authenticate", "it has none"));
    }
    Ok(())
}
