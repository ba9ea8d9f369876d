//! The page at `/`: what goes on, live, and buttons that move a customer on.
//!
//! Rendered here, whole or in pieces; a small script fetches the pieces that changed, and without it the page is read anew
//! by hand. Values are not on it: somebody has to ask for those of one customer. Who may have any of it, [`guard`] says.
//!
//! In reading order: [`guard`]; [`form`], [`html`] and [`answer`], what comes in and goes out; [`requests`], [`customers`],
//! [`buttons`] and [`values`], its pieces; [`shown`], the pieces of this moment; [`document`], the whole; [`changes`], what
//! is new.

mod guard;

mod answer;
mod form;
mod html;

mod buttons;
mod customers;
mod requests;
mod values;

mod changes;
mod document;
mod shown;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use self::answer::{Answer, JAVASCRIPT, SVG, TEXT_CSS, answer, see_page, wrong_method};
use self::buttons::{Pressed, refusal};
use self::document::Document;
use self::form::Form;
pub(super) use self::guard::Guard;
use self::shown::Shown;
use super::introduction::Introduction;
use super::live::Live;
use crate::mock::Anchor;

/// The page of one sandbox.
#[derive(Debug)]
pub(super) struct Page {
    guard: Guard,
    live: Arc<Live>,
    anchor: Arc<Anchor>,
    shown: Shown,
    document: Document,
    /// Tells those who wait for changes that somebody pressed a button.
    pressed: watch::Sender<u64>,
    is_closed: watch::Sender<bool>,
}

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
const ICON: &str = include_str!("icon.svg");

/// What the page consists of.
#[derive(Clone, Copy)]
enum Route {
    Document,
    Style,
    Script,
    Icon,
    Changes,
    Decide,
    Values,
}

impl Page {
    pub(super) fn new(guard: Guard, live: Arc<Live>, anchor: Arc<Anchor>, introduction: &Introduction) -> Self {
        Self {
            guard,
            live,
            shown: Shown::new(Arc::clone(&anchor)),
            document: Document::new(introduction, anchor.config()),
            anchor,
            pressed: watch::Sender::default(),
            is_closed: watch::Sender::default(),
        }
    }

    /// Whether a path is the page's.
    pub(super) fn has(&self, path: &str) -> bool {
        path == "/" || path.starts_with("/page/")
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Answer {
        let Some(route) = Route::of(request.uri().path()) else {
            return self.document.notice(StatusCode::NOT_FOUND, "There is nothing here.");
        };
        if let Err(refused) = self.guard.admit(&request) {
            return self.document.notice(StatusCode::FORBIDDEN, refused.message());
        }
        if !route.allow().split(", ").any(|method| request.method() == method) {
            return wrong_method(route.allow());
        }
        match route {
            Route::Document => self.document.whole(&self.live, &self.shown).await,
            Route::Style => answer(TEXT_CSS, STYLE),
            Route::Script => answer(JAVASCRIPT, SCRIPT),
            Route::Icon => answer(SVG, ICON),
            Route::Changes => self.changes(&Form::of_query(request.uri().query())).await,
            Route::Decide => self.decide(request).await,
            Route::Values => self.values(request).await,
        }
    }

    /// Those who wait for changes wait no longer.
    pub(super) fn close(&self) {
        self.is_closed.send_replace(true);
    }

    async fn decide(&self, request: Request<Incoming>) -> Answer {
        let Some(form) = Form::of_body(request).await else { return self.not_a_form() };
        let Pressed { id, type_name, decision } = match Pressed::read(&form) {
            Ok(pressed) => pressed,
            Err(problem) => return self.document.notice(StatusCode::BAD_REQUEST, problem),
        };
        let otherwise = refusal(&decision);
        let anchor = Arc::clone(&self.anchor);
        let decided = spawn_blocking(move || anchor.decide(&id, type_name.as_deref(), &decision)).await;
        self.shown.forget().await;
        self.pressed.send_modify(|count| *count += 1);
        match decided {
            Ok(true) => see_page(),
            Ok(false) => self.document.notice(StatusCode::CONFLICT, otherwise),
            Err(_) => self.document.notice(StatusCode::INTERNAL_SERVER_ERROR, STORE_FAILED),
        }
    }

    async fn values(&self, request: Request<Incoming>) -> Answer {
        let Some(form) = Form::of_body(request).await else { return self.not_a_form() };
        let (anchor, id) = (Arc::clone(&self.anchor), form.value("id").to_owned());
        match spawn_blocking(move || anchor.customer(&id)).await {
            Ok(Some(customer)) => self.document.values(&customer),
            Ok(None) => self.document.notice(StatusCode::NOT_FOUND, "There is no such customer any more."),
            Err(_) => self.document.notice(StatusCode::INTERNAL_SERVER_ERROR, STORE_FAILED),
        }
    }

    fn not_a_form(&self) -> Answer {
        self.document.notice(StatusCode::BAD_REQUEST, "This is no form of the page's.")
    }
}

const STORE_FAILED: &str = "The store of the mock anchor failed; stderr says why.";

impl Route {
    fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/" => Self::Document,
            "/page/style.css" => Self::Style,
            "/page/script.js" => Self::Script,
            "/page/icon.svg" => Self::Icon,
            "/page/changes" => Self::Changes,
            "/page/decide" => Self::Decide,
            "/page/values" => Self::Values,
            _ => return None,
        })
    }

    fn allow(self) -> &'static str {
        match self {
            Self::Decide | Self::Values => "POST",
            _ => "GET, HEAD",
        }
    }
}
