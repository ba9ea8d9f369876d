//! SEP-10 with keys of the suite's own: the platform's `stellar.toml`, a challenge, a token.

use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::parse;
use super::tokens::unix_time;
use crate::sep1::{self, Published};
use crate::sep10::client::Wallet;
use crate::sep10::credentials::Credentials;
use crate::sep10::{ClientAccount, Domain, Network, SigningKey};
use crate::sep12::Caller;
use crate::suite::answer::Answer;
use crate::suite::client::{Client, Transcript};
use crate::suite::options::Options;
use crate::suite::request::{Content, Request, escape};
use crate::wire::redactor::Redactor;
use crate::wire::target::Target;

/// What the platform says of itself, and the way to where it authenticates.
pub(crate) struct WebAuth {
    client: Client,
    server: [u8; 32],
    network: Network,
    home_domain: Domain,
    web_auth_domain: Domain,
}

/// A longer token fits no header that servers take.
const LONGEST_TOKEN: usize = 16 * 1024;

#[derive(Deserialize)]
struct Challenge {
    transaction: String,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

impl WebAuth {
    /// Reads the `stellar.toml` at the target's origin.
    ///
    /// # Errors
    ///
    /// Says why the suite cannot authenticate, and what else there is.
    pub(crate) async fn discover(options: &Options, redactor: &Redactor) -> Result<Self, String> {
        let hint = "without it, give --auth jwt:VALUE (the platform's wallet-token secret) or --auth bearer:TOKEN";
        Self::read(options, redactor).await.map_err(|why| format!("SEP-10 cannot be used: {why}; {hint}"))
    }

    async fn read(options: &Options, redactor: &Redactor) -> Result<Self, String> {
        let target = &options.target;
        let scheme = if target.is_tls() { "https" } else { "http" };
        let origin = format!("{scheme}://{}", target.authority());
        let client = client(&origin, redactor, options)?;
        let answer = send(&client, Request::new(Method::GET, sep1::PATH)).await?;
        let place = format!("{origin}{}", sep1::PATH);
        if !answer.is_success() {
            return Err(format!("{place} is answered {}", answer.status));
        }
        let published = Published::read(&answer.body).map_err(|error| format!("{place}: {error}"))?;
        let endpoint = published.web_auth_endpoint.ok_or_else(|| format!("{place} has no WEB_AUTH_ENDPOINT"))?;
        let domain = |text: &str| text.parse().map_err(|error| format!("{text}: {error}"));
        Ok(Self {
            client: self::client(endpoint.as_str(), redactor, options)?,
            server: published.signing_key.ok_or_else(|| format!("{place} has no SIGNING_KEY"))?,
            network: published.network_passphrase.map_or_else(Network::test, Network::new),
            home_domain: domain(target.authority())?,
            web_auth_domain: domain(endpoint.authority())?,
        })
    }

    /// A token for a caller of that key.
    pub(crate) async fn token(&self, key: &SigningKey, caller: &Caller) -> Result<String, String> {
        let (account, memo) = match caller {
            Caller::Account(account) | Caller::Muxed(account) | Caller::Contract(account) => (*account, None),
            Caller::SharedAccount { account, memo } => (*account, Some(*memo)),
        };
        let client = ClientAccount::new(account, memo).map_err(|_| "no challenge can be for it".to_owned())?;
        let memo = memo.map(|memo| format!("&memo={memo}")).unwrap_or_default();
        let domain = escape(self.home_domain.as_str());
        let asked = Request::new(Method::GET, format!("?account={account}{memo}&home_domain={domain}"));
        let Challenge { transaction } = self.json(asked, "a challenge").await?;
        let wallet = Wallet {
            client,
            server: self.server,
            network: self.network.clone(),
            home_domain: self.home_domain.clone(),
            web_auth_domain: self.web_auth_domain.clone(),
        };
        let signed = wallet.sign(&transaction, &[key], unix_time());
        let signed = signed.map_err(|refusal| format!("the platform's challenge breaks SEP-10: {refusal}"))?;
        let body = serde_json::json!({"transaction": signed}).to_string();
        let answered =
            Request { content: Some(Content::raw("application/json", body)), ..Request::new(Method::POST, "") };
        let Token { token } = self.json(answered, "a token").await?;
        if token.len() > LONGEST_TOKEN {
            return Err(format!("the token has {} bytes; servers take no such header", token.len()));
        }
        self.client.redactor().learn(token.as_bytes());
        Ok(token)
    }

    async fn json<T: DeserializeOwned>(&self, request: Request, wished: &str) -> Result<T, String> {
        let answer = send(&self.client, request).await?;
        if !answer.is_success() {
            return Err(format!("asked for {wished}, the platform answers {answer}"));
        }
        parse::json(&answer.body).map_err(|why| format!("the answer is not {wished}: {why}"))
    }
}

fn client(url: &str, redactor: &Redactor, options: &Options) -> Result<Client, String> {
    let target: Target = url.parse().map_err(|error| format!("{url}: {error}"))?;
    Client::to(target, Credentials::None, redactor.clone(), options).map_err(|error| error.to_string())
}

/// Tokens are secrets: what is said here is kept in no report.
async fn send(client: &Client, request: Request) -> Result<Answer, String> {
    client.send(&request, &Transcript::default()).await.map_err(|failure| failure.to_string())
}
