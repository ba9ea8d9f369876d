//! Which endpoint a request is for, and if none, which one it nearly is.

use super::refusal::Refusal;
use crate::mock::config::Config;

/// The callback API's endpoints for customers, and those that only a desk has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    /// `GET /customer`.
    Get,
    /// `PUT /customer`.
    Put,
    /// `DELETE /customer/{id}`, the id as it stands in the path.
    Delete(&'a str),
    /// `PUT /customer/callback`.
    PutCallback,
    /// `POST /customer/files`.
    PostFile,
    /// `GET /customer/files`.
    GetFiles,
}

pub(super) fn endpoint<'a>(method: &str, path: &'a str, config: &Config) -> Result<Endpoint<'a>, Refusal> {
    let prefix = &config.prefix;
    let Some(place) = path.strip_prefix(prefix) else {
        return Err(Refusal::new(404, format!("no such path; every path here begins with {prefix}/customer")));
    };
    if place == "/customer" {
        return match method {
            "GET" => Ok(Endpoint::Get),
            "PUT" => Ok(Endpoint::Put),
            "DELETE" => {
                Err(Refusal::of_method("GET, PUT", "the nearest endpoint is DELETE /customer/{id}: the id is missing"))
            }
            _ => Err(Refusal::of_method(
                "GET, PUT",
                "the nearest endpoints are GET and PUT /customer: the method differs",
            )),
        };
    }
    if let Some(endpoint) = config.desk.as_ref().and_then(|_| at_desk(method, place)) {
        return endpoint;
    }
    match place.strip_prefix("/customer/") {
        Some(id) if !id.is_empty() && !id.contains('/') => by_id(method, id),
        _ => Err(Refusal::new(404, format!("no such path; {}", nearest(method, place)))),
    }
}

/// An id that is `callback` or `files` can still be deleted.
fn at_desk<'a>(method: &str, place: &str) -> Option<Result<Endpoint<'a>, Refusal>> {
    Some(match (place, method) {
        (_, "DELETE") => return None,
        ("/customer/callback", "PUT") => Ok(Endpoint::PutCallback),
        ("/customer/callback", _) => Err(Refusal::of_method("PUT", "the endpoint is PUT /customer/callback")),
        ("/customer/files", "POST") => Ok(Endpoint::PostFile),
        ("/customer/files", "GET") => Ok(Endpoint::GetFiles),
        ("/customer/files", _) => {
            Err(Refusal::of_method("GET, POST", "the endpoints are GET and POST /customer/files"))
        }
        _ => return None,
    })
}

fn by_id<'a>(method: &str, id: &'a str) -> Result<Endpoint<'a>, Refusal> {
    match method {
        "DELETE" => Ok(Endpoint::Delete(id)),
        "GET" | "PUT" => Err(Refusal::of_method(
            "DELETE",
            format!("the nearest endpoint is {method} /customer: the path differs, the id is a parameter there"),
        )),
        _ => Err(Refusal::of_method("DELETE", "the nearest endpoint is DELETE /customer/{id}: the method differs")),
    }
}

fn nearest(method: &str, place: &str) -> String {
    let endpoint = if method == "DELETE" { "DELETE /customer/{id}" } else { "GET and PUT /customer" };
    let lower = place.to_ascii_lowercase();
    let difference = match () {
        () if place == "/customer/" => "the path ends with a slash",
        () if place.starts_with("/customer/") && place.ends_with('/') => "the path ends with a slash",
        () if place.starts_with("/customer/") => "a slash within an id is written %2F",
        () if place != lower && lower.starts_with("/customer") => "the path is case-sensitive",
        () if place.starts_with("/customers") => "the path is singular",
        () if place.contains("/customer") => "the path has something before it",
        () => "the path differs",
    };
    let many = if method == "DELETE" { "the nearest endpoint is" } else { "the nearest endpoints are" };
    format!("{many} {endpoint}: {difference}")
}
