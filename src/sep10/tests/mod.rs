//! Claims about challenges: what is refused, what verifies, and what another implementation makes of them.

#[cfg(feature = "generate")]
mod properties;
mod refusals;
mod signatures;
mod vectors;

use stellar_xdr::Transaction;

use super::client::Wallet;
use super::envelope::Envelope;
use super::verify::Authenticated;
use super::{Authority, ClientAccount, Domain, Network, Refusal, Server, SigningKey};
use crate::sep12::Account;

const NOW: u64 = 1_800_000_000;

fn key(number: u8) -> SigningKey {
    SigningKey::from_secret([number; 32])
}

fn domain(text: &str) -> Domain {
    text.parse().expect("a domain")
}

fn server() -> Server {
    Server {
        key: key(1),
        network: Network::test(),
        home_domain: domain("anchor.example:8443"),
        web_auth_domain: domain("auth.anchor.example"),
        lifetime: 900,
    }
}

/// The owner of `key(2)`.
fn client() -> ClientAccount {
    ClientAccount::new(key(2).account(), None).expect("classic")
}

fn muxed(id: u64) -> Account {
    key(2).account().with_muxed_id(id).expect("classic")
}

fn wallet(client: ClientAccount) -> Wallet {
    let Server { key, network, home_domain, web_auth_domain, .. } = server();
    Wallet { client, server: key.public_key(), network, home_domain, web_auth_domain }
}

/// A challenge for [`client`], changed before the server signs it, and signed by the client all the same.
fn changed(change: impl FnOnce(&mut Transaction)) -> String {
    let server = server();
    let mut tx = server.transaction(client(), NOW, [7; 48]);
    change(&mut tx);
    signed(Envelope { tx, signatures: Vec::new() }, &[&server.key, &key(2)])
}

fn signed(mut envelope: Envelope, keys: &[&SigningKey]) -> String {
    for key in keys {
        envelope.sign(key, &server().network);
    }
    envelope.encode().expect("few signatures")
}

fn authenticate(transaction: &str) -> Result<Authenticated, Refusal> {
    server().open(transaction, NOW)?.authenticate(&Authority::MasterKey)
}
