//! Finds out what the anchor asks for, and whether it can be tested at all.

use std::collections::BTreeMap;

use super::answer::Answer;
use super::client::Failure;
use super::context::{Context, data_hint};
use super::people::{Customer, Inventor, Wanted};
use super::request::Request;
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::registry::Kind;
use crate::sep12::{CustomerId, CustomerStatus, Identity};

/// What an anchor asks of customers of one type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    pub(crate) customer_type: Option<String>,
    /// In the order in which the anchor asked.
    pub(crate) wanted: Vec<Wanted>,
    /// Why a complete customer was not accepted during the survey, if so.
    pub(crate) refusal: Option<String>,
    /// What a reader of the report should know.
    pub(crate) note: Option<String>,
}

/// Why the target cannot be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Untestable(pub(crate) String);

/// How often an anchor may come up with further fields.
const ROUNDS: usize = 5;
/// More fields than any form has: what an anchor asks for beyond them is not sent.
pub(crate) const MOST_WANTED: usize = 1000;
/// What is sent to an anchor that does not say what it wants.
const USUAL: [&str; 3] = ["first_name", "last_name", "email_address"];

impl Survey {
    /// What a complete customer provides. A code goes only with what it verifies.
    pub(crate) fn complete(&self) -> Vec<Wanted> {
        let required = self.required();
        let all = if required.is_empty() { self.wanted.clone() } else { required };
        let is_sent = |name: &str| all.iter().any(|wanted| wanted.name == name);
        let fits = |wanted: &&Wanted| wanted.name.strip_suffix("_verification").is_none_or(is_sent);
        all.iter().filter(fits).cloned().collect()
    }

    /// What the anchor insists on, and what the user gives.
    fn required(&self) -> Vec<Wanted> {
        self.wanted.iter().filter(|wanted| !wanted.optional).cloned().collect()
    }

    /// The countries that a customer may live in, if the anchor says so.
    pub(crate) fn countries(&self) -> &[String] {
        let country = self.wanted.iter().find(|wanted| wanted.name == "address_country_code");
        country.map_or(&[], |country| &country.choices)
    }

    /// The values that the anchor offers, of all fields.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().flat_map(|wanted| &wanted.choices).map(String::as_str)
    }

    fn add(&mut self, wanted: Wanted) {
        let is_full = self.wanted.len() == MOST_WANTED;
        match self.wanted.iter_mut().find(|known| known.name == wanted.name) {
            Some(known) => {
                known.optional &= wanted.optional;
                known.listed |= wanted.listed;
            }
            None if is_full => {}
            None => self.wanted.push(wanted),
        }
    }

    /// Whether something is required that was not before. Codes that the user has not given cannot be sent.
    pub(super) fn add_fields(&mut self, fields: Option<&BTreeMap<String, FieldInfo>>, inventor: &Inventor) -> bool {
        let before = self.required().len();
        for (name, field) in fields.into_iter().flatten().filter(|(name, _)| inventor.can_tell(name)) {
            self.add(Wanted {
                name: name.clone(),
                kind: field.kind,
                choices: field.choices.clone().unwrap_or_default(),
                optional: field.optional,
                listed: true,
            });
        }
        self.required().len() > before
    }
}

/// Asks for the fields of one customer type, and provides them until the anchor asks for no more.
pub(crate) async fn survey(context: &mut Context, customer_type: Option<&str>) -> Result<Survey, Untestable> {
    let mut survey = Survey { customer_type: customer_type.map(str::to_owned), ..Survey::default() };
    let mut customer = Customer {
        identity: Identity::of_account(context.account()),
        customer_type: survey.customer_type.clone(),
        fields: Vec::new(),
    };
    let doubt = first_look(context, &customer, &mut survey).await?;
    let given: Vec<_> = context.suite.inventor.given().collect();
    for wanted in given {
        survey.add(Wanted { optional: false, ..wanted });
    }
    if survey.wanted.is_empty() {
        survey.wanted = USUAL.map(|name| Wanted { optional: false, ..Wanted::given(name, Kind::String) }).to_vec();
    }
    for _ in 0..ROUNDS {
        let identity = customer.identity.clone();
        customer = context.customer_of(identity, &survey);
        let answer = context.put(customer.request_fields()).await;
        check_put(&answer, doubt.as_deref(), context.suite.client.has_credentials())?;
        survey.refusal = refusal(&answer);
        let Some(id) = answer.ok().filter(Answer::is_success).and_then(|answer| answer.id().ok()) else { break };
        if !asks_for_more(context, &customer, &id, &mut survey).await {
            break;
        }
    }
    Ok(survey)
}

/// Reads what is asked of a new customer. Gives what is to be said if the customer cannot be created either.
async fn first_look(context: &Context, customer: &Customer, survey: &mut Survey) -> Result<Option<String>, Untestable> {
    let answer = context.send(Request::get(&customer.query())).await.map_err(|failure| unreachable(&failure))?;
    refuses_credentials(&answer, context.suite.client.has_credentials())?;
    if answer.status.is_redirection() {
        let place = answer.headers.get("location").and_then(|place| place.to_str().ok()).unwrap_or("elsewhere");
        return Err(Untestable(format!(
            "the target redirects to {place} ({}); redirects are not followed, give the URL behind it",
            answer.status
        )));
    }
    let doubt = match (answer.status.as_u16(), CustomerInfo::read(&answer.body)) {
        (200..=299, Ok((info, _))) => {
            survey.add_fields(info.fields.as_ref(), &context.suite.inventor);
            return Ok(None);
        }
        (404 | 405, _) => format!(
            "there is no callback API at this URL: GET /customer got {answer}; give the URL so that /customer follows it"
        ),
        (400 | 422, _) if customer.customer_type.is_none() => {
            format!("the anchor refuses GET /customer without a type ({answer}); pass --type NAME")
        }
        (400 | 422, _) => format!("the anchor refuses GET /customer with this --type ({answer})"),
        (_, Err(error)) if is_html(&answer) => {
            format!("this URL answers with a web page ({error}); give the URL so that /customer follows it")
        }
        _ => {
            survey.note = Some(format!(
                "GET /customer does not tell what a new customer needs ({answer}); {} are sent",
                USUAL.join(", ")
            ));
            return Ok(None);
        }
    };
    survey.note = Some(doubt.clone());
    Ok(Some(doubt))
}

fn check_put(answer: &Result<Answer, Failure>, doubt: Option<&str>, has_credentials: bool) -> Result<(), Untestable> {
    match (answer, doubt) {
        (Ok(answer), _) if answer.is_success() => Ok(()),
        (Ok(answer), None) => refuses_credentials(answer, has_credentials),
        (Err(failure @ (Failure::Unreachable(_) | Failure::GaveUp)), _) => Err(unreachable(failure)),
        (Err(failure @ Failure::TimedOut(_)), _) => Err(Untestable(format!("PUT /customer hangs: {failure}"))),
        (_, Some(doubt)) => Err(Untestable(doubt.to_owned())),
        (Err(_), None) => Ok(()),
    }
}

/// Why the answer to a complete customer is not what it should be.
fn refusal(answer: &Result<Answer, Failure>) -> Option<String> {
    match answer {
        Err(failure) => Some(failure.to_string()),
        Ok(answer) if answer.is_success() => answer.id().err().map(|error| format!("{error}: {answer}")),
        Ok(answer) => Some(format!("{answer}{}", data_hint(answer))),
    }
}

async fn asks_for_more(context: &Context, customer: &Customer, id: &CustomerId, survey: &mut Survey) -> bool {
    match context.look(customer, id).await {
        Ok(info) if info.status == CustomerStatus::NeedsInfo => {
            survey.add_fields(info.fields.as_ref(), &context.suite.inventor)
        }
        _ => false,
    }
}

fn unreachable(failure: &Failure) -> Untestable {
    Untestable(format!("the target could not be reached: {failure}"))
}

fn refuses_credentials(answer: &Answer, has_credentials: bool) -> Result<(), Untestable> {
    if !matches!(answer.status.as_u16(), 401 | 403) {
        return Ok(());
    }
    let what = if has_credentials { "the credentials given with --auth" } else { "requests without credentials" };
    let hint = "pass what the platform is configured with, as --auth api-key:VALUE or --auth jwt:VALUE";
    Err(Untestable(format!("the target refuses {what} ({}); {hint}", answer.status)))
}

fn is_html(answer: &Answer) -> bool {
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(256)]).trim_start().to_ascii_lowercase();
    text.starts_with("<!doctype") || text.starts_with("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_that_asks_for_everything_is_sent_a_bounded_form() {
        let field = r#"{"type": "string", "description": ""}"#;
        let names: Vec<String> = (0..50_000).map(|number| format!(r#""f{number}": {field}"#)).collect();
        let body = format!(r#"{{"status": "NEEDS_INFO", "fields": {{{}}}}}"#, names.join(","));
        let (info, _) = CustomerInfo::read(body.as_bytes()).expect("readable");
        let mut survey = Survey::default();
        assert!(survey.add_fields(info.fields.as_ref(), &Inventor::default()));
        assert_eq!(survey.complete().len(), MOST_WANTED);
        assert!(!survey.add_fields(info.fields.as_ref(), &Inventor::default()));
    }
}
