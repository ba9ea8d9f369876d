//! The customers and where they stand; no values.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::buttons::buttons;
use super::html::{Html, beginning};
use super::requests::time;
use crate::mock::{CallbackView, CustomerView, UploadInfo};
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::status::{CustomerStatus, FieldStatus};

/// The most customers that are shown.
pub(super) const MAX_CUSTOMERS: usize = 50;
/// The most characters of what others chose.
const MAX_CHARACTERS: usize = 300;
/// The most fields that a type shows of each kind, given and asked for.
const MAX_FIELDS: usize = 60;

/// So many of `count` customers. `default_type` is the type that matters most.
pub(super) fn list(count: usize, customers: &[CustomerView], default_type: Option<&str>) -> Html {
    let mut html = Html::default();
    html.markup("<p class=\"count\" data-key=\"count\" data-tag=\"").text(count).markup("\">");
    match count {
        0 => html.markup("None yet. A wallet's first <code>PUT /sep12/customer</code> makes one."),
        1 => html.markup("One customer."),
        count if count > customers.len() => {
            html.text(count).markup(" customers; the ").text(customers.len()).markup(" that changed last are shown.")
        }
        count => html.text(count).markup(" customers."),
    };
    html.markup("</p>\n");
    for customer in customers {
        let shown = article(customer, default_type);
        html.markup("<article data-key=\"").exactly(&customer.id).markup("\" data-tag=\"").text(tag(&shown));
        html.markup("\">").piece(&shown).markup("</article>\n");
    }
    html
}

/// Another tag, another content.
pub(super) fn tag(content: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn article(customer: &CustomerView, default_type: Option<&str>) -> Html {
    let mut html = Html::default();
    html.markup("<header><h3>Customer <code>").text(beginning(&customer.id, MAX_CHARACTERS)).markup("</code></h3>");
    html.markup("<p><code class=\"account\">").text(beginning(&customer.key.account, MAX_CHARACTERS)).markup("</code>");
    if let Some(memo) = &customer.key.memo {
        let kind = customer.key.memo_type.map_or("untyped", |kind| kind.as_str());
        html.markup(" memo <code>").text(beginning(memo, MAX_CHARACTERS)).markup("</code> (").text(kind).markup(")");
    }
    html.markup(" <span class=\"changed\">changed ");
    time(&mut html, customer.changed);
    html.markup("</span></p></header>\n");
    let (default, others): (Vec<_>, Vec<_>) =
        customer.types.iter().partition(|(name, _)| Some(name.as_str()) == default_type);
    for (name, info) in default.into_iter().chain(others) {
        customer_type(&mut html, name, info, Some(name.as_str()) == default_type);
    }
    if let Some(callback) = &customer.callback {
        told(&mut html, callback);
    }
    files(&mut html, &customer.files);
    buttons(&mut html, customer, default_type);
    html
}

fn customer_type(html: &mut Html, name: &str, info: &CustomerInfo, is_open: bool) {
    html.markup("<details class=\"type\" data-key=\"type ").exactly(name).markup("\"");
    html.markup(if is_open { " open>" } else { ">" }).markup("<summary><span class=\"type-name\">");
    html.text(beginning(name, MAX_CHARACTERS)).markup("</span> ").markup(customer_status(info.status));
    html.markup("</summary>");
    if let Some(message) = &info.message {
        html.markup("<p class=\"message\">").text(beginning(message, MAX_CHARACTERS)).markup("</p>");
    }
    html.markup("<ul class=\"fields\">");
    for (name, field) in info.provided_fields.iter().flatten().take(MAX_FIELDS) {
        let status = field.status.map_or("<span class=\"badge\">given</span>", field_status);
        html.markup("<li>");
        field_line(html, name, field, status);
    }
    for (name, field) in info.fields.iter().flatten().take(MAX_FIELDS) {
        let missing = if field.optional {
            "<span class=\"badge optional\">optional</span>"
        } else {
            "<span class=\"badge missing\">missing</span>"
        };
        html.markup("<li class=\"asked\">");
        field_line(html, name, field, missing);
    }
    html.markup("</ul></details>\n");
}

fn field_line(html: &mut Html, name: &str, field: &FieldInfo, badge: &'static str) {
    html.markup("<code class=\"name\">").text(beginning(name, MAX_CHARACTERS)).markup("</code> ").markup(badge);
    if let Some(error) = &field.error {
        html.markup(" <span class=\"error\">").text(beginning(error, MAX_CHARACTERS)).markup("</span>");
    }
    html.markup("</li>");
}

fn told(html: &mut Html, callback: &CallbackView) {
    html.markup("<p class=\"callback\">Changes of type ").text(beginning(&callback.type_name, MAX_CHARACTERS));
    html.markup(" are told to <code>").text(beginning(&callback.host, MAX_CHARACTERS)).markup("</code>");
    if let Some(failure) = &callback.failure {
        html.markup(" <span class=\"error\">").text(beginning(failure, MAX_CHARACTERS)).markup("</span>");
    }
    html.markup("</p>\n");
}

fn files(html: &mut Html, files: &[UploadInfo]) {
    if files.is_empty() {
        return;
    }
    html.markup("<p class=\"label\">Files</p><ul class=\"files\">");
    for file in files {
        html.markup("<li><code>").text(&file.file_id).markup("</code> ");
        html.text(beginning(&file.content_type, MAX_CHARACTERS)).markup(", ").text(file.size).markup(" bytes, ");
        match &file.expires_at {
            Some(expires) => html.markup("kept until ").text(expires),
            None => html.markup("in use"),
        };
        html.markup("</li>");
    }
    html.markup("</ul>\n");
}

fn customer_status(status: CustomerStatus) -> &'static str {
    match status {
        CustomerStatus::Accepted => "<span class=\"badge accepted\">ACCEPTED</span>",
        CustomerStatus::Processing => "<span class=\"badge processing\">PROCESSING</span>",
        CustomerStatus::NeedsInfo => "<span class=\"badge missing\">NEEDS_INFO</span>",
        CustomerStatus::Rejected => "<span class=\"badge rejected\">REJECTED</span>",
    }
}

fn field_status(status: FieldStatus) -> &'static str {
    match status {
        FieldStatus::Accepted => "<span class=\"badge accepted\">ACCEPTED</span>",
        FieldStatus::Processing => "<span class=\"badge processing\">PROCESSING</span>",
        FieldStatus::Rejected => "<span class=\"badge rejected\">REJECTED</span>",
        FieldStatus::VerificationRequired => "<span class=\"badge missing\">VERIFICATION_REQUIRED</span>",
    }
}
