//! The whole page, and the small ones: a notice, and the values of one customer.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::StatusCode;
use uuid::Uuid;

use super::answer::{Answer, document};
use super::html::Html;
use super::shown::Shown;
use super::values::values;
use crate::mock::{Config, Customer, MAGIC};
use crate::sandbox::introduction::Introduction;
use crate::sandbox::live::Live;
use crate::sep1;

/// What does not change while the sandbox runs.
#[derive(Debug)]
pub(super) struct Document {
    run: String,
    introduction: Html,
    magic: Html,
    field_names: Html,
}

impl Document {
    pub(super) fn new(introduction: &Introduction, config: &Config) -> Self {
        Self {
            run: Uuid::new_v4().simple().to_string(),
            introduction: introduce(introduction),
            magic: magic(),
            field_names: field_names(config),
        }
    }

    /// What tells this run from an earlier one on the same port.
    pub(super) fn run(&self) -> &str {
        &self.run
    }

    pub(super) async fn whole(&self, live: &Arc<Live>, shown: &Shown) -> Answer {
        let pieces = shown.pieces().await;
        let (seen, rows) = shown.requests(live, 0).await;
        let nonce = Uuid::new_v4().simple().to_string();
        let mut html = head("Sandbox");
        html.markup("<script defer src=\"/page/script.js\" nonce=\"").text(&nonce).markup("\"></script></head>\n");
        html.markup("<body data-run=\"").text(&self.run).markup("\" data-seen=\"").text(seen);
        html.markup("\">").markup(BANNER).piece(&self.introduction);
        html.piece(&self.magic).markup("</section>\n<main>").markup(REQUESTS).piece(&rows).markup(DIRECT);
        html.piece(&pieces.direct).markup(CUSTOMERS).piece(&pieces.customers).markup("</div></section></main>\n");
        html.piece(&self.field_names).markup("</body></html>\n");
        document(html, &nonce)
    }

    /// A sentence for the reader; the script shows it on the page.
    pub(super) fn notice(&self, status: StatusCode, sentence: &str) -> Answer {
        let mut html = Html::default();
        html.markup("<p>").text(sentence).markup("</p>");
        let mut answer = small("Sandbox", &html);
        *answer.status_mut() = status;
        answer
    }

    pub(super) fn values(&self, customer: &Customer) -> Answer {
        let mut html = Html::default();
        html.markup("<h1>Values of <code>").text(&customer.id).markup("</code></h1>").piece(&values(customer));
        small("Values", &html)
    }
}

const BANNER: &str = r##"
<a class="skip" href="#customers">To the customers</a>
<header class="banner"><h1>anchor-conformance <span>sandbox</span></h1>
<p id="state" role="status">Reload to see what is new.</p></header>
<p id="notice" role="alert" hidden></p>
<section class="introduction" aria-label="Where everything is">
"##;

const REQUESTS: &str = r#"
<section aria-labelledby="requests-title"><h2 id="requests-title">Requests</h2>
<p class="hint">What wallets sent, newest first, and below each what the anchor got for it. Times are UTC. No values.</p>
<table><caption>Requests of wallets and to the anchor</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Content type and fields</th>
<th scope="col">Status</th><th scope="col">Took</th></tr></thead>
<tbody id="requests-none"><tr><td colspan="5">None yet.</td></tr></tbody>
"#;

const DIRECT: &str = r#"</table>
<details class="direct"><summary>Requests that went straight to the anchor</summary>
<table id="direct"><caption>Requests that went straight to the anchor</caption>
"#;

const CUSTOMERS: &str = r#"</table></details></section>
<section aria-labelledby="customers"><h2 id="customers" tabindex="-1">Customers</h2>
<div id="customer-list">
"#;

fn head(title: &'static str) -> Html {
    let mut html = Html::default();
    html.markup("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").markup(title);
    html.markup(
        " · anchor-conformance</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    );
    html.markup("<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"/page/icon.svg\">");
    html.markup("<link rel=\"stylesheet\" href=\"/page/style.css\">");
    html
}

fn small(title: &'static str, content: &Html) -> Answer {
    let mut html = head(title);
    html.markup("</head>\n<body class=\"small\"><main>").piece(content);
    html.markup("<p><a href=\"/\">Back to the page</a></p></main></body></html>\n");
    document(html, &Uuid::new_v4().simple().to_string())
}

fn introduce(introduction: &Introduction) -> Html {
    let Introduction { base, page: _, network, signer, anchor } = introduction;
    let mut html = Html::default();
    html.markup("<dl><div><dt>stellar.toml</dt><dd><code>").text(base).markup(sep1::PATH).markup("</code></dd></div>");
    html.markup("<div><dt>SEP-10</dt><dd><code>").text(base).markup("/auth</code></dd></div>");
    html.markup("<div><dt>SEP-12</dt><dd><code>").text(base).markup("/sep12</code></dd></div>");
    html.markup("<div><dt>Mock anchor</dt><dd><code>").text(anchor).markup("</code></dd></div>");
    html.markup("<div><dt>Network</dt><dd>").text(network).markup("</dd></div>");
    html.markup("<div><dt>Signs</dt><dd><code>").text(signer).markup("</code></dd></div></dl>\n");
    html
}

fn magic() -> Html {
    let mut html = Html::default();
    html.markup("<details><summary>Values that lead somewhere</summary><table class=\"magic\">");
    html.markup("<caption>Magic values</caption><thead><tr><th scope=\"col\">Value</th><th scope=\"col\">Of</th>");
    html.markup("<th scope=\"col\">Leads to</th></tr></thead><tbody>");
    for magic in MAGIC {
        html.markup("<tr><th scope=\"row\"><code>").text(magic.value).markup("</code></th><td>");
        html.text(magic.place.describe()).markup("</td><td>").text(magic.effect).markup("</td></tr>");
    }
    html.markup("</tbody></table></details>\n");
    html
}

/// What the anchor's types know, to choose from.
fn field_names(config: &Config) -> Html {
    let names: BTreeSet<&str> = config.types.values().flat_map(|fields| fields.keys()).map(String::as_str).collect();
    let mut html = Html::default();
    html.markup("<datalist id=\"field-names\">");
    for name in names {
        html.markup("<option value=\"").exactly(name).markup("\"></option>");
    }
    html.markup("</datalist>\n");
    html
}
