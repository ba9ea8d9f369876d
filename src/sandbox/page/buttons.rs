//! The buttons of a customer, and what they mean when they are pressed.

use super::form::Form;
use super::html::Html;
use crate::mock::{CustomerView, Decision};

/// Somebody's decision about a customer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pressed {
    pub(super) id: String,
    /// The type that it counts for; all of them if absent.
    pub(super) type_name: Option<String>,
    pub(super) decision: Decision,
}

/// The buttons as a form that works without a script, and the one that shows values.
///
/// The first button of a form is what Enter in a text presses: nothing.
pub(super) fn buttons(html: &mut Html, customer: &CustomerView, default_type: Option<&str>) {
    html.markup("<form class=\"values\" method=\"post\" action=\"/page/values\">");
    identity(html, customer);
    html.markup("<button>Show values</button></form>\n<div class=\"shown\"></div>\n");
    html.markup("<details class=\"decide\" data-key=\"decide\"><summary>Decide</summary>");
    html.markup("<form class=\"decision\" method=\"post\" action=\"/page/decide\">");
    identity(html, customer);
    html.markup("<button disabled hidden></button><label>For the type <select name=\"type\">");
    html.markup("<option value=\"\">all of them</option>");
    for name in customer.types.keys() {
        html.markup("<option value=\"").exactly(name).markup("\"");
        html.markup(if Some(name.as_str()) == default_type { " selected>" } else { ">" });
        html.text(name).markup("</option>");
    }
    html.markup(CONTROLS);
}

const CONTROLS: &str = r#"</select></label>
<label>Reason, for the wallet <input name="reason" maxlength="500" autocomplete="off"></label>
<div class="row" role="group" aria-label="The customer">
<button name="decision" value="accept">Accept</button>
<button name="decision" value="process">Put into processing</button>
<button name="decision" value="reject" class="harsh">Reject</button>
</div>
<label>Field <input name="field" list="field-names" maxlength="500" autocomplete="off" spellcheck="false"></label>
<div class="row" role="group" aria-label="The field">
<button name="decision" value="ask_for">Ask for it</button>
<button name="decision" value="reject_field" class="harsh">Reject it</button>
<button name="decision" value="require_verification">Require verification</button>
</div></form></details>
"#;

fn identity(html: &mut Html, customer: &CustomerView) {
    html.markup("<input type=\"hidden\" name=\"id\" value=\"").exactly(&customer.id).markup("\">");
}

impl Pressed {
    /// Reads the form; the error says what is missing.
    pub(super) fn read(form: &Form) -> Result<Self, &'static str> {
        let reason = || form.value("reason").to_owned();
        let field = || match form.value("field").trim() {
            "" => Err("Name the field."),
            name => Ok(name.to_owned()),
        };
        let decision = match form.value("decision") {
            "accept" => Decision::Accept,
            "process" => Decision::Process,
            "reject" => Decision::Reject(reason()),
            "ask_for" => Decision::AskFor(field()?),
            "reject_field" if reason().is_empty() => Decision::RejectField(field()?, "not accepted".to_owned()),
            "reject_field" => Decision::RejectField(field()?, reason()),
            "require_verification" => Decision::RequireVerification(field()?),
            _ => return Err("This is no decision."),
        };
        let type_name = Some(form.value("type").to_owned()).filter(|name| !name.is_empty());
        Ok(Self { id: form.value("id").to_owned(), type_name, decision })
    }
}

/// Why nothing came of a decision.
pub(super) fn refusal(decision: &Decision) -> &'static str {
    match decision {
        Decision::AskFor(_) => "Nothing changed: the customer has given this field, or is gone.",
        Decision::RejectField(..) | Decision::RequireVerification(_) => {
            "Nothing changed: the customer has not given this field, or is gone."
        }
        Decision::Accept | Decision::Reject(_) | Decision::Process => "Nothing changed: the customer is gone.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Pressed, &'static str> {
        Pressed::read(&Form::of_query(Some(text)))
    }

    #[test]
    fn a_form_becomes_a_decision() {
        let pressed = read("id=1&type=&decision=reject&reason=no+good").expect("a decision");
        assert_eq!(pressed, Pressed { id: "1".into(), type_name: None, decision: Decision::Reject("no good".into()) });
        let pressed = read("id=1&type=sep6&decision=reject_field&field=+tax_id+").expect("a decision");
        assert_eq!(pressed.decision, Decision::RejectField("tax_id".into(), "not accepted".into()));
        assert_eq!(pressed.type_name.as_deref(), Some("sep6"));
    }

    #[test]
    fn without_its_field_it_is_none() {
        for text in ["decision=ask_for", "decision=reject_field&field=+", "decision=", ""] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
