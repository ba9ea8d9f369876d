//! `PUT /customer/callback` (SEP-12, customer callback PUT), at a desk.

use serde_json::{Map, Value as Json};

use super::Rules;
use super::desk::{Named, Question};
use super::refusal::Refusal;
use crate::mock::answer::Answer;
use crate::mock::desk::{CallbackUrl, Language, Subscription};
use crate::mock::received::Received;

impl Rules<'_> {
    /// The type and the language that the wallet wants to be told of may stand in the query or in the body; without a type
    /// it is the one that the customer was registered for. Only a registered customer has a status that can change.
    pub(super) fn put_callback(&mut self, received: &Received) -> Result<Answer, Refusal> {
        self.check_readable(received)?;
        let value =
            |name: &str| received.query_value(name).or_else(|| received.text(name)).filter(|text| !text.is_empty());
        let url = self.callback_url(received.text("url"))?;
        let id = match self.named(received)? {
            Named::Known(id) => id,
            Named::Unregistered(_) => return Err(Refusal::new(404, "this customer is not registered")),
            Named::Nobody => return Err(Refusal::new(400, "account: missing; a customer is named by account or id")),
        };
        let registered_for = self.store.record(&id).and_then(|(record, _)| record.type_name.clone());
        let type_name = value("type").map(str::to_owned).or(registered_for);
        let type_name = type_name.or_else(|| self.config.default_type.clone());
        let fields = self.customer_type(type_name.as_deref(), None)?;
        let question = Question { type_name: type_name.as_deref(), lang: None };
        let seen = self.info_at_desk(&id, question, &fields).map(|info| info.status);
        let (Some(seen), Some(type_name), Some(record)) = (seen, type_name, self.store.record_mut(&id)) else {
            return Err(Refusal::internal());
        };
        record.desk.subscribe(Subscription::new(url, type_name, Language::of_tag(value("lang")), seen));
        Ok(self.json(200, &Json::Object(Map::new())))
    }

    fn callback_url(&self, text: Option<&str>) -> Result<CallbackUrl, Refusal> {
        let refuse = |expected| Refusal::of_field("url", expected, text);
        let url: Result<CallbackUrl, _> = text.unwrap_or_default().parse();
        let url = url.map_err(|_| refuse("must be an http or https URL without user name and fragment"))?;
        if url.is_plainly_private() && !self.desk().is_some_and(|desk| desk.allow_private_callbacks) {
            return Err(refuse("must not be of a private address, unless this anchor is told to call those"));
        }
        Ok(url)
    }
}
