//! The customer callbacks: GET and PUT /customer, DELETE /customer/{id}.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use serde_json::{Value, json};

use crate::store::{ById, Identity, Record, identity, strkey};
use crate::{App, forms, rules};

pub fn router(app: Arc<App>) -> Router {
    let nowhere = || async { Fail::new(StatusCode::NOT_FOUND, "nothing is served here") };
    let method = || async { Fail::new(StatusCode::METHOD_NOT_ALLOWED, "not with this method") };
    Router::new()
        .route("/customer", get(get_customer).put(put_customer))
        .route("/customer/{id}", delete(delete_customer))
        .fallback(nowhere)
        .method_not_allowed_fallback(method)
        // Bodies are limited where they are read.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), guard))
        .with_state(app)
}

/// A request that cannot be served, and what its sender is told.
pub struct Fail {
    status: StatusCode,
    text: String,
    plain: bool,
}

impl Fail {
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { status, text, plain: false }
    }

    /// Text without the JSON around it, as only broken modes answer.
    pub fn plain(status: StatusCode, text: impl Into<String>) -> Self {
        Self { plain: true, ..Self::new(status, text) }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }
}

impl From<String> for Fail {
    fn from(text: String) -> Self {
        Self::bad(text)
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        if self.plain {
            return (self.status, self.text).into_response();
        }
        (self.status, answer(json!({"error": self.text}))).into_response()
    }
}

fn answer(body: Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Lets nobody in without the key, if there is one.
async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let given = request.headers().get("x-api-key").map(|value| value.as_bytes());
    let needed = app.api_key.as_ref().map(|key| key.as_bytes());
    let open = app.is("key-only-on-get") && request.method() != Method::GET;
    if needed.is_some() && given != needed && !open {
        return Fail::new(StatusCode::UNAUTHORIZED, "X-Api-Key is missing or wrong").into_response();
    }
    next.run(request).await
}

/// The 404 for an id: the same whether it is unknown or somebody else's.
fn not_found(app: &App, id: &str, why: &ById<'_>) -> Fail {
    let text = match why {
        ById::Foreign(customer) if app.is("error-leaks-debug") => {
            format!("customer {id} belongs to {:?} with {:?}", customer.who, customer.record.texts)
        }
        _ => format!("there is no customer {id}"),
    };
    Fail::new(StatusCode::NOT_FOUND, text)
}

async fn get_customer(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Fail> {
    let mut members = forms::pairs(query.unwrap_or_default().as_bytes());
    let who = identity(&app, &mut members)?;
    let mut store = app.store.lock().expect("no handler panics holding it");
    let found = match members.remove("id") {
        Some(id) => match store.by_id(&id, who.as_ref()) {
            Err(ById::Foreign(customer)) if app.is("foreign-id-read") => Some(customer),
            known => Some(known.map_err(|why| not_found(&app, &id, &why))?),
        },
        None => who.and_then(|who| store.by_identity(&who, app.is("deleted-still-found"))),
    };
    let mut kind = rules::customer_type(members.get("type").map(String::as_str))?;
    if let Some(last) = found.as_ref().and_then(|customer| customer.last_type)
        && app.is("type-mixed-up")
    {
        kind = last;
    }
    let mut body = kind.assess(found.as_ref().map_or(&Record::default(), |found| &found.record));
    if let Some(customer) = found {
        body.insert("id".into(), json!(customer.id));
        if app.is("needs-info-without-fields") {
            body.remove("fields");
        }
    }
    body.insert("type".into(), json!(kind.name));
    body.insert("answered_by".into(), json!("anchor_axum"));
    Ok(answer(body.into()))
}

async fn put_customer(State(app): State<Arc<App>>, request: Request) -> Result<Response, Fail> {
    let mut form = forms::read(&app, request).await?;
    let who = identity(&app, &mut form.texts)?;
    let id = form.texts.remove("id");
    let kind = form.texts.remove("type");
    form.texts.remove("transaction_id");
    if id.is_none() && who.is_none() {
        return Err(Fail::bad("'id' or 'account' is required"));
    }
    // An id needs no other parameter with it.
    let kind = match (&id, kind) {
        (Some(_), None) => None,
        (_, kind) => Some(rules::customer_type(kind.as_deref())?),
    };

    let mut store = app.store.lock().expect("no handler panics holding it");
    let mut create = false;
    if let Some(id) = &id {
        match store.by_id(id, who.as_ref()) {
            Err(ById::Foreign(_)) if app.is("foreign-id-update") => {}
            Err(ById::Unknown) if app.is("unknown-id-creates") => create = true,
            known => drop(known.map_err(|why| not_found(&app, id, &why))?),
        }
    }
    // Nothing is stored of a request with anything wrong in it.
    for (name, text) in &form.texts {
        if let Err(problem) = rules::check(name, text, app.is("bad-date-accepted")) {
            if app.is("validation-200") {
                return Ok(answer(json!({"error": problem})));
            }
            return Err(Fail::bad(problem));
        }
    }
    let customer = match (&id, who) {
        (Some(id), who) if create => store.create(Some(id.clone()), who),
        (Some(id), _) => store.by_id(id, None).map_err(|why| not_found(&app, id, &why))?,
        (None, Some(who)) => {
            create = app.is("new-id-every-put") || store.by_identity(&who, false).is_none();
            if create { store.create(None, Some(who)) } else { store.by_identity(&who, false).expect("just found") }
        }
        (None, None) => unreachable!("refused above"),
    };
    if app.is("update-replaces") {
        customer.record = Record::default();
    }
    customer.record.texts.extend(form.texts);
    customer.record.files.extend(form.files);
    customer.last_type = kind.or(customer.last_type);
    if create && app.is("create-201-empty") {
        return Ok(StatusCode::CREATED.into_response());
    }
    let kind = customer.last_type.unwrap_or(&rules::TYPES[0]);
    let status = &kind.assess(&customer.record)["status"];
    Ok(answer(json!({"id": customer.id, "status": status, "stored": true})))
}

/// Takes the id of a customer or, as SEP-12 has it, an account with its memo.
async fn delete_customer(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Fail> {
    let Path(target) = path.map_err(|problem| Fail::bad(problem.body_text()))?;
    let mut who: Option<Identity> = None;
    if strkey(&target).is_some() {
        let mut members = forms::pairs(request.uri().query().unwrap_or("").as_bytes());
        members.extend(forms::read(&app, request).await?.texts);
        members.insert("account".into(), target.clone());
        who = identity(&app, &mut members)?;
    }
    let mut store = app.store.lock().expect("no handler panics holding it");
    let found = match &who {
        Some(who) => store.by_identity(who, false).ok_or(ById::Unknown),
        None => store.by_id(&target, None),
    };
    let customer = found.map_err(|why| {
        if app.is("delete-unknown-500") {
            Fail::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong")
        } else {
            not_found(&app, &target, &why)
        }
    })?;
    let (id, account) = (customer.id.clone(), customer.who.as_ref().map(|who| who.account.clone()));
    if app.is("deleted-still-found") {
        customer.deleted = true;
    } else if app.is("delete-whole-account") {
        store.customers.retain(|other| other.who.as_ref().map(|who| &who.account) != account.as_ref());
    } else {
        store.customers.retain(|other| other.id != id);
    }
    Ok(answer(json!({"id": id, "deleted": true})))
}
