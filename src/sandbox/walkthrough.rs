//! What is said at the start: where to point a wallet, and a customer's life in curl, to be pasted.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::platform::WebAuth;
use crate::sep1;
use crate::sep10::SigningKey;
use crate::sep10::token::{Claims, Secret, sign};

/// How long the token of the walk-through counts, in seconds.
const A_DAY: u64 = 24 * 60 * 60;

pub(super) fn text(wallets: SocketAddr, anchor: SocketAddr, web_auth: &WebAuth, secret: &Secret) -> String {
    let base = match &web_auth.public_url {
        Some(url) => url.to_string(),
        None => format!("http://{}", reachable(wallets)),
    };
    let account = SigningKey::generate().account();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let token = sign(&Claims { sub: Some(account.to_string()), iss: None, iat: now, exp: now + A_DAY }, secret);
    let (network, key) = (web_auth.network.passphrase(), web_auth.key.account());
    let toml = sep1::PATH;
    format!(
        r#"
For a wallet, with the network "{network}":
  stellar.toml   {base}{toml}
  SEP-10         {base}/auth, signed by {key}
  SEP-12         {base}/sep12
The mock anchor behind it: http://{anchor} (callback API)

To try it without a wallet, paste (the account is made up, the token good for a day):

  KYC={base}/sep12/customer
  AUTH='Authorization: Bearer {token}'
  # what is needed?
  curl -s -H "$AUTH" $KYC
  # strings alone: forwarded as JSON
  curl -s -H "$AUTH" -X PUT $KYC -H 'Content-Type: application/json' -d '{{"first_name": "Ada", "last_name": "Invented", "email_address": "ada@example.com"}}'
  # with a file: forwarded as multipart
  printf 'no real photo' | curl -s -H "$AUTH" -X PUT $KYC -F first_name=Ada -F 'photo_id_front=@-;filename=front.jpg;type=image/jpeg'
  curl -s -H "$AUTH" $KYC
  curl -s -H "$AUTH" -X DELETE $KYC/{account}

"#
    )
}

/// An address that listens everywhere is reached on this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}
