//! Starts the parts, sends as a wallet, and stops everything when dropped.

pub(crate) mod binary;
pub(crate) mod listener;
pub(crate) mod proxy;
pub(crate) mod receiver;
pub(crate) mod store;
pub(crate) mod tls;
pub(crate) mod wallet;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anchor_conformance::mock::{self, MockAnchor};
use anchor_conformance::platform::{self, Config};
use anchor_conformance::sep10::token::{Claims, Secret, sign};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use wallet::{Answer, Wallet};

/// The key of SEP-23's own examples.
pub(crate) const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
/// The same, muxed with 2^63.
pub(crate) const M: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
/// A contract account.
pub(crate) const C: &str = "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE";
/// What a contract account's token, `M`, and a shared account's token look like to the identity table.
pub(crate) const SHARED: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ:007";

/// A platform on a free port, stopped when dropped.
pub(crate) struct Platform {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

/// A platform in front of a mock anchor on wiremock.
pub(crate) struct Stack {
    pub(crate) platform: Platform,
    pub(crate) anchor: MockAnchor,
}

pub(crate) fn secret() -> Secret {
    Secret::new("an invented secret for tests, 32 bytes or more").expect("not empty")
}

/// A token that is valid for a minute.
pub(crate) fn token(sub: &str) -> String {
    let iat = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    sign(&Claims { sub: Some(sub.to_owned()), iss: None, aud: Vec::new(), iat, exp: iat + 60 }, &secret())
}

/// The default configuration for an anchor.
pub(crate) fn config(anchor: &str) -> Config {
    Config::new(anchor.parse().expect("a base URL"), secret())
}

impl Platform {
    pub(crate) async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let task = tokio::spawn(async {
            platform::run(listener, config, std::future::pending()).await.expect("a valid configuration");
        });
        Self { address, task }
    }

    pub(crate) fn wallet(&self, sub: &str) -> Wallet {
        Wallet::new(self.address, token(sub))
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stack {
    pub(crate) async fn start() -> Self {
        Self::with(mock::Config::default(), |_| {}).await
    }

    pub(crate) async fn with(anchor: mock::Config, change: impl FnOnce(&mut Config)) -> Self {
        let anchor = MockAnchor::with(anchor).await;
        let mut config = config(&anchor.url());
        change(&mut config);
        Self { platform: Platform::start(config).await, anchor }
    }

    pub(crate) fn wallet(&self, sub: &str) -> Wallet {
        self.platform.wallet(sub)
    }
}

/// The one place where snapshots are configured: top-level `snapshots/`, `<area>__<case>.snap`.
pub(crate) fn assert_snapshot(area: &str, case: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{area}__{case}"), text));
}
