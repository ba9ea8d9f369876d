//! Somebody who is not registered is told what is needed, and stays unregistered.

use crate::sep12::Identity;
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::Survey;
use crate::suite::expect::{answered, shown_or_declined};
use crate::suite::people::Customer;

use super::lookups::found;
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/unregistered-asks-for-fields",
        title: "an account that is not registered is told which fields are needed, for every type",
        requirements: &["needed-fields-are-told"],
        run: Attempt::Anchor(|context| Box::pin(asks_for_fields(context))),
    },
    Check {
        id: "get/unregistered-has-no-id",
        title: "an account that is not registered has no id",
        requirements: &["no-id-before-registration"],
        run: Attempt::Anchor(|context| Box::pin(has_no_id(context))),
    },
    Check {
        id: "get/registers-nobody",
        title: "asking twice registers nobody, and the first PUT is the registration",
        requirements: &["asking-changes-nothing"],
        run: Attempt::Anchor(|context| Box::pin(registers_nobody(context))),
    },
    Check {
        id: "get/without-parameters",
        title: "a GET without parameters is answered with the fields, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(without_parameters(context))),
    },
    Check {
        id: "get/without-parameters-shows-nobody",
        title: "a GET without parameters shows no customer",
        requirements: &["strangers-see-nothing"],
        run: Attempt::Anchor(|context| Box::pin(shows_nobody(context))),
    },
];

async fn asks_for_fields(context: &mut Context) -> Finding {
    for survey in context.surveys.clone().iter() {
        let customer = fresh(context, survey);
        let asked = "GET /customer of an unregistered account";
        let expected = || format!("{asked} is answered 2xx with NEEDS_INFO and the fields needed");
        let answer = answered(context.get(&customer.query()).await, expected)?;
        if matches!(answer.status.as_u16(), 400 | 422) && survey.customer_type.is_none() {
            let reason = format!("the anchor refuses GET /customer without a type ({answer}); pass --type NAME");
            return Err(NotKept::inconclusive(reason));
        }
        if !asks(&answer) {
            other_business(survey, &answer)?;
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

/// The status and the names count; what is wrong with an entry is another check's business.
fn asks(answer: &Answer) -> bool {
    View::of(answer).is_some_and(|view| view.status.as_deref() == Some("NEEDS_INFO") && !view.fields.is_empty())
}

/// An anchor may need nothing of some type, and say so; and what is no answer at all is another check's business.
fn other_business(survey: &Survey, answer: &Answer) -> Finding {
    let needs = survey.wanted.iter().any(|wanted| wanted.listed && !wanted.optional);
    match View::of(answer) {
        None if answer.is_success() => {
            Err(NotKept::inconclusive("GET /customer answers 2xx with what is no JSON object"))
        }
        Some(view) if view.status.as_deref() == Some("ACCEPTED") && !needs => {
            Err(NotKept::skip(format!("the anchor asks nothing of an unregistered account: {answer}")))
        }
        _ => Ok(()),
    }
}

fn fresh(context: &mut Context, survey: &Survey) -> Customer {
    let identity = Identity::of_account(context.account());
    context.customer_of(identity, survey)
}

async fn has_no_id(context: &mut Context) -> Finding {
    for survey in context.surveys.clone().iter() {
        let customer = fresh(context, survey);
        no_id(&context.get(&customer.query()).await?)?;
    }
    Ok(())
}

fn no_id(answer: &Answer) -> Finding {
    let Some(view) = View::of(answer) else {
        return Err(NotKept::inconclusive(format!("GET /customer shows no unregistered account: {answer}")));
    };
    match view.id {
        None => Ok(()),
        Some(_) => Err(NotKept::broken("an account that no PUT registered has no `id`", answer.to_string())),
    }
}

async fn registers_nobody(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    let first = context.get(&customer.query()).await?;
    no_id(&first)?;
    let second = context.get(&customer.query()).await?;
    no_id(&second)?;
    if View::of(&first) != View::of(&second) {
        let shown = |answer| View::of(answer).map_or_else(String::new, |view| view.to_string());
        let expected = format!("a second GET /customer shows what the first did: {}", shown(&first));
        return Err(NotKept::broken(expected, shown(&second)));
    }
    let id = context.register(&customer).await?;
    found(context, &customer.query(), &id, "account after the first PUT").await
}

async fn without_parameters(context: &mut Context) -> Finding {
    shown_or_declined(context.get(&[]).await, "GET /customer without parameters").map(drop)
}

async fn shows_nobody(context: &mut Context) -> Finding {
    let somebody = context.customer();
    context.register(&somebody).await?;
    let mut parameters = vec![Vec::new()];
    parameters.extend(somebody.customer_type.iter().map(|name| vec![("type".to_owned(), name.clone())]));
    for parameters in parameters {
        let answer = context.get(&parameters).await?;
        let Some(view) = View::of(&answer) else { continue };
        if view.id.is_some() || !view.provided.is_empty() {
            return Err(NotKept::broken("GET /customer that names nobody shows nobody", answer.to_string()));
        }
    }
    Ok(())
}
