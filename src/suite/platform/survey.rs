//! Finds out whether the platform can be tested, and whether the anchor side is the anchor behind it.

use super::context::Context;
use super::tokens::Tokens;
use crate::suite::answer::Answer;
use crate::suite::check::NotKept;
use crate::suite::client::Failure;
use crate::suite::discovery::Untestable;

/// What is known of the platform before the checks.
pub(crate) struct Survey {
    /// Why checks that look at the anchor side cannot be run, if so.
    pub(crate) deaf: Option<String>,
}

/// Sends a look-up and a customer.
///
/// # Errors
///
/// Says why nothing can be tested.
pub(crate) async fn survey(context: &mut Context) -> Result<Survey, Untestable> {
    let wallet = context.wallet().await.map_err(untestable)?;
    let look = context.get(&wallet, &[]).await;
    let is_heard_early = !look.heard.is_empty();
    let look = judged(look.answer, &context.suite.tokens)?;
    let customer = context.customer();
    let put = context.put(&wallet, &customer).await;
    if is_heard_early || !put.heard.is_empty() {
        return Ok(Survey { deaf: None });
    }
    // A platform that wants the account named is wrong, but not unconnected.
    let named = wallet.account().map(|account| crate::sep12::Field::text("account", account.to_string()));
    let customer: Vec<_> = named.into_iter().chain(context.customer()).collect();
    if !context.put(&wallet, &customer).await.heard.is_empty() {
        return Ok(Survey { deaf: None });
    }
    let put = judged(put.answer, &context.suite.tokens)?;
    if matches!(look.status.as_u16(), 404 | 405) && matches!(put.status.as_u16(), 404 | 405) {
        let hint = "the URL must be the KYC_SERVER base, so that /customer follows it";
        return Err(Untestable(format!("there is no SEP-12 at this URL ({look}); {hint}")));
    }
    let (url, strays) = (&context.suite.anchor_url, context.suite.desk.strays());
    let deaf = if strays > 0 {
        format!(
            "the platform's requests reach {url}, but name neither the account nor anything else of the \
             customer (PUT: {put})"
        )
    } else {
        format!(
            "the anchor side at {url} heard nothing of the platform (PUT: {put}); make {url} the \
             platform's anchor (its callback API), or say with --anchor-listen where it looks for its anchor"
        )
    };
    Ok(Survey { deaf: Some(deaf) })
}

fn judged(answer: Result<Answer, Failure>, tokens: &Tokens) -> Result<Answer, Untestable> {
    let answer = answer.map_err(|failure| Untestable(format!("the target could not be reached: {failure}")))?;
    if matches!(answer.status.as_u16(), 401 | 403) {
        let remedy = tokens.remedy();
        return Err(Untestable(format!("the target refuses the wallet's token ({answer}); {remedy}")));
    }
    Ok(answer)
}

fn untestable(reason: NotKept) -> Untestable {
    match reason {
        NotKept::Skip { reason } | NotKept::Inconclusive { reason } => Untestable(reason),
        NotKept::Broken { expected, actual } => Untestable(format!("{expected}; {actual}")),
    }
}
