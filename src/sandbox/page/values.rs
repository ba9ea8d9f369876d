//! The values of one customer, for somebody who asked for them.

use super::html::{Html, beginning};
use crate::mock::{Customer, ReceivedFile, ReceivedValue};

/// The most characters of one value.
const MAX_CHARACTERS: usize = 4000;

/// A list of names and values.
pub(super) fn values(customer: &Customer) -> Html {
    let mut html = Html::default();
    if customer.fields.is_empty() {
        html.markup("<p>No field was sent.</p>");
        return html;
    }
    html.markup("<dl class=\"values\">");
    for (name, value) in &customer.fields {
        html.markup("<div><dt><code>").text(beginning(name, MAX_CHARACTERS)).markup("</code></dt><dd>");
        match value {
            ReceivedValue::Text(text) => html.text(beginning(text, MAX_CHARACTERS)),
            ReceivedValue::Json(json) => html.text(beginning(json.get(), MAX_CHARACTERS)),
            ReceivedValue::File(sent) => file(&mut html, sent),
        };
        html.markup("</dd></div>");
    }
    html.markup("</dl>");
    html
}

fn file<'a>(html: &'a mut Html, file: &ReceivedFile) -> &'a mut Html {
    html.markup("file ").text(beginning(file.file_name.as_deref().unwrap_or("without a name"), MAX_CHARACTERS));
    html.markup(", ").text(beginning(file.content_type.as_deref().unwrap_or("without a type"), MAX_CHARACTERS));
    html.markup(", ").text(file.length).markup(" bytes, SHA-256 <code>");
    for byte in file.sha256 {
        html.text(format_args!("{byte:02x}"));
    }
    html.markup("</code>")
}
