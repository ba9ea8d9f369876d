//! What each endpoint does with a request: the steps it takes, one file each.

mod health;

mod auth;
mod stellar_toml;

mod get_customer;
mod put_customer;

mod delete_customer;
mod put_verification;

mod files;
mod put_callback;

use hyper::Request;
use hyper::body::Incoming;

use super::accept::Platform;
use super::cors::preflight;
use super::record::Record;
use super::respond::Answered;
use super::route::Endpoint;

/// Answers a request for this endpoint.
pub(crate) async fn answer(
    endpoint: Endpoint,
    platform: &Platform,
    request: Request<Incoming>,
    record: &mut Record,
) -> Answered {
    match endpoint {
        Endpoint::Preflight { allow } => Ok(preflight(allow)),
        Endpoint::Health => Ok(health::answer()),
        Endpoint::StellarToml => stellar_toml::answer(platform, &request),
        Endpoint::GetChallenge => auth::challenge(platform, &request),
        Endpoint::PostChallenge => auth::token(platform, request).await,
        Endpoint::GetCustomer => get_customer::answer(platform, &request, record).await,
        Endpoint::PutCustomer => put_customer::answer(platform, request, record).await,
        Endpoint::DeleteCustomer { account } => delete_customer::answer(platform, &account, request, record).await,
        Endpoint::PutVerification => put_verification::answer(platform, request, record).await,
        Endpoint::PutCallback => put_callback::answer(platform, request, record).await,
        Endpoint::PostFile => files::post(platform, request, record).await,
        Endpoint::GetFiles => files::get(platform, &request, record).await,
    }
}
