//! The platform as the one who authenticates: its `stellar.toml`, its challenges and its tokens, as a wallet sees them.

use std::time::{SystemTime, UNIX_EPOCH};

use anchor_conformance::mock;
use anchor_conformance::platform::WebAuth;
use anchor_conformance::sep1::{self, Published};
use anchor_conformance::sep10::client::{self, sign_unchecked};
use anchor_conformance::sep10::{ClientAccount, Domain, Network, SigningKey};
use anchor_conformance::sep12::Account;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::support::listener::RawListener;
use crate::support::{Answer, Stack, Wallet};

/// A platform that authenticates, and a wallet with a key of its own.
struct Desk {
    stack: Stack,
    server: [u8; 32],
    key: SigningKey,
}

impl Desk {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut WebAuth)) -> Self {
        let mut web_auth = WebAuth::new(SigningKey::generate());
        change(&mut web_auth);
        let server = web_auth.key.public_key();
        let stack = Stack::with(mock::Config::default(), |config| config.web_auth = Some(web_auth)).await;
        Self { stack, server, key: SigningKey::generate() }
    }

    fn account(&self) -> String {
        self.key.account().to_string()
    }

    /// Without a token.
    fn anybody(&self) -> Wallet {
        Wallet::new(self.stack.platform.address, String::new())
    }

    async fn get(&self, path: &str) -> Answer {
        let wallet = self.anybody();
        wallet.send(wallet.request(Method::GET, path).body(Full::<Bytes>::default()).expect("a request")).await
    }

    async fn challenge(&self, query: &str) -> String {
        let answer = self.get(&format!("/auth?{query}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let json = answer.json();
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(2), "{json}");
        assert_eq!(json["network_passphrase"], Network::test().passphrase());
        json["transaction"].as_str().expect("a text").to_owned()
    }

    async fn post(&self, content_type: &str, body: String) -> Answer {
        let wallet = self.anybody();
        let request = wallet.request(Method::POST, "/auth").header(CONTENT_TYPE, content_type);
        wallet.send(request.body(Full::<Bytes>::from(body)).expect("a request")).await
    }

    async fn answer(&self, transaction: &str) -> Answer {
        self.post("application/json", json!({"transaction": transaction}).to_string()).await
    }

    fn wallet_of(&self, client: ClientAccount) -> client::Wallet {
        let domain: Domain = self.stack.platform.address.to_string().parse().expect("a domain");
        client::Wallet {
            client,
            server: self.server,
            network: Network::test(),
            home_domain: domain.clone(),
            web_auth_domain: domain,
        }
    }

    fn signed(&self, transaction: &str) -> String {
        sign_unchecked(transaction, &Network::test(), &[&self.key]).expect("a challenge")
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(1), "{json}");
    json["token"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn the_toml_says_where_everything_is() {
    let desk = Desk::start().await;
    let answer = desk.get(sep1::PATH).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].to_str().expect("ASCII").starts_with("text/plain"));
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let toml = Published::read(&answer.body).expect("a toml");
    let base = format!("http://{}", desk.stack.platform.address);
    assert_eq!(toml.web_auth_endpoint.expect("given").as_str(), format!("{base}/auth"));
    assert_eq!(toml.kyc_server.expect("given").as_str(), format!("{base}/sep12"));
    assert_eq!(
        (toml.signing_key, toml.network_passphrase.as_deref()),
        (Some(desk.server), Some(Network::test().passphrase()))
    );
}

/// Gets a challenge as the client, checks it as a wallet does, signs it, and registers a customer with the token.
async fn goes_all_the_way(desk: &Desk, client: ClientAccount, query: &str, content_type: &str) {
    let challenge = desk.challenge(query).await;
    let signed = desk.wallet_of(client).sign(&challenge, &[&desk.key], now()).expect("a challenge that a wallet signs");
    let body = match content_type {
        "application/json" => json!({"transaction": signed}).to_string(),
        _ => format!(
            "transaction={}",
            percent_encoding::utf8_percent_encode(&signed, percent_encoding::NON_ALPHANUMERIC)
        ),
    };
    let token = token(&desk.post(content_type, body).await);
    let wallet = Wallet::new(desk.stack.platform.address, token);
    let id = wallet.put_json(&json!({"first_name": "Invented"})).await.id();
    let customer = desk.stack.anchor.customer(&id).expect("registered");
    assert_eq!(customer.key.account, desk.account());
    let memo = client.memo().or_else(|| client.account().muxed_id());
    assert_eq!(customer.key.memo, memo.map(|memo| memo.to_string()));
}

#[tokio::test]
async fn a_token_speaks_for_the_account_the_memo_or_the_muxed_id() {
    let desk = Desk::start().await;
    let Account::Classic(key) = desk.key.account() else { panic!("a G account") };
    let (account, muxed) = (desk.account(), Account::Muxed { key, id: u64::MAX });
    let client = |account, memo| ClientAccount::new(account, memo).expect("a client");
    for content_type in ["application/json", "application/x-www-form-urlencoded"] {
        goes_all_the_way(&desk, client(desk.key.account(), None), &format!("account={account}"), content_type).await;
        for memo in [0, 7, u64::MAX] {
            let query = format!("account={account}&memo={memo}");
            goes_all_the_way(&desk, client(desk.key.account(), Some(memo)), &query, content_type).await;
        }
        goes_all_the_way(&desk, client(muxed, None), &format!("account={muxed}"), content_type).await;
    }
}

#[tokio::test]
async fn a_challenge_gives_one_token() {
    let desk = Desk::start().await;
    let signed = desk.signed(&desk.challenge(&format!("account={}", desk.account())).await);
    token(&desk.answer(&signed).await);
    let (status, error) = desk.answer(&signed).await.refusal();
    assert_eq!(status, 400);
    assert!(error.contains("used"), "{error}");
}

#[tokio::test]
async fn a_challenge_is_asked_for_rightly_or_refused() {
    let desk = Desk::start().await;
    let (account, contract) = (desk.account(), crate::support::C);
    let domain = desk.stack.platform.address.to_string();
    desk.challenge(&format!("account={account}&home_domain={domain}&client_domain=wallet.example&memo=")).await;
    for (query, named) in [
        (String::new(), "account"),
        ("account=".to_owned(), "account"),
        ("account=GABC".to_owned(), "account"),
        (format!("account={contract}"), "account"),
        (format!("account={account}&account={account}"), "account"),
        (format!("account={account}&memo=text"), "memo"),
        (format!("account={account}&memo=18446744073709551616"), "memo"),
        (format!("account={}&memo=1", crate::support::M), "memo"),
        (format!("account={account}&home_domain=another.example"), "home_domain"),
    ] {
        let (status, error) = desk.get(&format!("/auth?{query}")).await.refusal();
        assert_eq!(status, 400, "{query}: {error}");
        assert!(error.contains(named), "{query}: {error}");
    }
}

#[tokio::test]
async fn whatever_is_not_a_challenge_of_ours_signed_by_its_client_is_refused() {
    let desk = Desk::start().await;
    let query = format!("account={}", desk.account());
    let challenge = desk.challenge(&query).await;
    let (stranger, signed) = (SigningKey::generate(), desk.signed(&challenge));
    let sign =
        |network: Network, keys: &[&SigningKey]| sign_unchecked(&challenge, &network, keys).expect("a challenge");
    let elsewhere = Desk::start().await;
    let foreign = desk.signed(&elsewhere.challenge(&query).await);
    for (transaction, named) in [
        (challenge.clone(), "client account must have signed"),
        (sign(Network::test(), &[&stranger]), "every signature"),
        (sign(Network::test(), &[&desk.key, &stranger]), "every signature"),
        (sign(Network::test(), &[&desk.key, &desk.key]), "only once"),
        (sign(Network::public(), &[&desk.key]), "for this network"),
        (foreign, "server account"),
        (signed[..signed.len() - 8].to_owned(), "base64 XDR"),
        ("not base64".to_owned(), "base64 XDR"),
        (String::new(), "transaction"),
    ] {
        let (status, error) = desk.answer(&transaction).await.refusal();
        assert_eq!(status, 400, "{named}: {error}");
        assert!(error.contains(named), "{named}: {error}");
    }
    for body in ["{}", "{\"transaction\": 1}", "[]", ""] {
        assert_eq!(desk.post("application/json", body.to_owned()).await.status, 400, "{body}");
    }
    assert_eq!(desk.post("text/plain", signed.clone()).await.status, 415);
    token(&desk.answer(&signed).await);
}

#[tokio::test]
async fn another_host_is_no_home_unless_configured() {
    let desk = Desk::start().await;
    let request = |host: &str, path: &str| {
        Request::get(path).header(HOST, host).body(Full::<Bytes>::default()).expect("a request")
    };
    let auth = format!("/auth?account={}", desk.account());
    for path in [sep1::PATH, &auth] {
        let (status, error) = desk.anybody().send(request("phishing.example", path)).await.refusal();
        assert_eq!(status, 400);
        assert!(error.contains("--public-url"), "{error}");
        assert_eq!(desk.anybody().send(request("localhost:1", path)).await.status, 200);
    }
    let desk = Desk::with(|web_auth| {
        web_auth.public_url = Some("https://kyc.anchor.example".parse().expect("a URL"));
        web_auth.home_domain = Some("anchor.example".parse().expect("a domain"));
    })
    .await;
    let answer = desk.anybody().send(request("phishing.example", &auth.replace(&auth[14..], &desk.account()))).await;
    let challenge = answer.json()["transaction"].as_str().expect("a challenge").to_owned();
    let client = ClientAccount::new(desk.key.account(), None).expect("a client");
    let wallet = client::Wallet {
        home_domain: "anchor.example".parse().expect("a domain"),
        web_auth_domain: "kyc.anchor.example".parse().expect("a domain"),
        ..desk.wallet_of(client)
    };
    let signed = wallet.sign(&challenge, &[&desk.key], now()).expect("the configured domains");
    token(&desk.answer(&signed).await);
}

#[tokio::test]
async fn without_a_key_there_is_nothing_to_authenticate_with() {
    let stack = Stack::start().await;
    let wallet = Wallet::new(stack.platform.address, String::new());
    for path in [sep1::PATH, "/auth"] {
        let request = wallet.request(Method::GET, path).body(Full::<Bytes>::default()).expect("a request");
        assert_eq!(wallet.send(request).await.status, 404, "{path}");
    }
}

/// Answers one request to Horizon, and says what it was.
async fn horizon(listener: &RawListener, status: &str, body: &Value) -> String {
    let mut stream = listener.accept().await;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tokio::io::AsyncReadExt::read_exact(&mut stream, &mut byte).await.expect("a request");
        request.push(byte[0]);
    }
    let body = body.to_string();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.expect("it listens");
    String::from_utf8(request).expect("text")
}

/// Whoever asks for a token has none yet.
#[tokio::test]
async fn a_signed_challenge_may_be_no_longer_than_one_can_be() {
    let desk = Desk::start().await;
    for (length, status) in [(30_000, 400), (40_000, 413), (1_000_000, 413)] {
        let answer = desk.post("application/json", json!({"transaction": "A".repeat(length)}).to_string()).await;
        assert_eq!(answer.status, status, "{length}: {answer:?}");
    }
}

#[tokio::test]
async fn the_ledgers_signers_decide_where_horizon_is_asked() {
    let listener = RawListener::start().await;
    let url = listener.url();
    let desk = Desk::with(|web_auth| web_auth.horizon = Some(url.parse().expect("a URL"))).await;
    let cosigner = SigningKey::generate();
    let account = desk.account();
    let signer = |key: &str, weight| json!({"key": key, "weight": weight, "type": "ed25519_public_key"});
    let ledger = |threshold: u32, master: u32| {
        json!({
            "account_id": account,
            "thresholds": {"low_threshold": 0, "med_threshold": threshold, "high_threshold": threshold},
            "signers": [signer(&account, master), signer(&cosigner.account().to_string(), 1)],
        })
    };
    for (status, body, cosigned, expected) in [
        ("404 Not Found", json!({"type": "https://stellar.org/horizon-errors/not_found"}), false, 200),
        ("404 Not Found", json!({"message": "no Route matched with those values"}), false, 503),
        ("200 OK", ledger(1, 1), false, 200),
        ("200 OK", ledger(2, 1), false, 400),
        ("200 OK", ledger(2, 1), true, 200),
        ("200 OK", ledger(1, 0), false, 400),
        ("200 OK", json!({}), false, 503),
        ("500 Internal Server Error", json!({}), false, 503),
    ] {
        let challenge = desk.challenge(&format!("account={account}")).await;
        let keys = [&desk.key, &cosigner];
        let keys = if cosigned { &keys[..] } else { &keys[..1] };
        let signed = sign_unchecked(&challenge, &Network::test(), keys).expect("a challenge");
        let (answer, asked) = tokio::join!(desk.answer(&signed), horizon(&listener, status, &body));
        assert!(asked.starts_with(&format!("GET /accounts/{account} HTTP/1.1\r\n")), "{asked}");
        assert_eq!(answer.status, expected, "{status} {body}: {answer:?}");
    }
}
