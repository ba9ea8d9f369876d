//! SEP-10 challenges as they come back to the platform. An input is a transaction envelope in XDR.
//!
//! As it is, only what the server has signed may be opened. Signed by the server once more, so that the rules behind
//! the signature are reached, only what keeps each rule may be opened; the rules are written here anew.

#![no_main]

use std::sync::LazyLock;

use anchor_conformance::sep10::client::{Wallet, sign_unchecked};
use anchor_conformance::sep10::keys::verify;
use anchor_conformance::sep10::{Authority, ClientAccount, Network, Server, SigningKey};
use anchor_conformance::sep12::Account;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use stellar_xdr::{
    Limits, ManageDataOp, Memo, MuxedAccount, Operation, OperationBody, Preconditions, ReadXdr, TransactionEnvelope,
    TransactionV1Envelope, WriteXdr,
};

const NOW: u64 = 1_800_000_000;

static SERVER: LazyLock<Server> = LazyLock::new(|| Server {
    key: SigningKey::from_secret([1; 32]),
    network: Network::test(),
    home_domain: "anchor.example".parse().expect("a domain"),
    web_auth_domain: "auth.anchor.example".parse().expect("a domain"),
    lifetime: 900,
});
static CLIENT: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_secret([2; 32]));
static WALLET: LazyLock<Wallet> = LazyLock::new(|| Wallet {
    client: ClientAccount::new(CLIENT.account(), None).expect("classic"),
    server: SERVER.key.public_key(),
    network: SERVER.network.clone(),
    home_domain: SERVER.home_domain.clone(),
    web_auth_domain: SERVER.web_auth_domain.clone(),
});

fuzz_target!(|xdr: &[u8]| {
    let text = STANDARD.encode(xdr);
    let envelope = read(xdr);
    if SERVER.open(&text, NOW).is_ok() {
        let envelope = envelope.as_ref().expect("what was opened can be read");
        assert!(is_signed_by_server(envelope) && is_challenge(envelope));
    }
    if let Ok(text) = std::str::from_utf8(xdr) {
        // The same bytes as a text: base64 that is not canonical, or none.
        let _ = SERVER.open(text, NOW);
        let _ = text.parse::<SigningKey>();
    }
    let Some(envelope) = envelope else {
        assert!(sign_unchecked(&text, &SERVER.network, &[]).is_err());
        return;
    };
    let Ok(signed) = sign_unchecked(&text, &SERVER.network, &[&SERVER.key, &CLIENT]) else { return };
    let opened = SERVER.open(&signed, NOW);
    assert_eq!(opened.is_ok(), is_challenge(&envelope), "{:?}", opened.err());
    if let Ok(opened) = opened {
        let client = opened.client();
        if let Ok(authenticated) = opened.authenticate(&Authority::MasterKey) {
            assert_eq!((authenticated.client, client.base()), (client, CLIENT.account()));
            assert_eq!(authenticated.hash, hash(&envelope));
        }
        if client == WALLET.client {
            WALLET.sign(&signed, &[], NOW).expect("what the server takes back, a wallet signs");
        }
    }
});

fn read(xdr: &[u8]) -> Option<TransactionV1Envelope> {
    match TransactionEnvelope::from_xdr(xdr, Limits { depth: 50, len: xdr.len() }) {
        Ok(TransactionEnvelope::Tx(envelope)) => Some(envelope),
        _ => None,
    }
}

/// The rules of SEP-10, signatures aside.
fn is_challenge(envelope: &TransactionV1Envelope) -> bool {
    let tx = &envelope.tx;
    let server = SERVER.key.account();
    let bounds = match &tx.cond {
        Preconditions::Time(bounds) => Some(bounds.clone()),
        Preconditions::V2(conditions) => conditions.time_bounds.clone(),
        Preconditions::None => None,
    };
    let in_time = bounds.is_some_and(|bounds| (bounds.min_time.0..=bounds.max_time.0).contains(&NOW));
    let Some((first, others)) = tx.operations.split_first() else { return false };
    let client = match (first.source_account.as_ref().map(account), &tx.memo) {
        (Some(Account::Muxed { .. }), Memo::None) => true,
        (Some(Account::Classic(_)), Memo::None | Memo::Id(_)) => true,
        _ => false,
    };
    let nonce = |entry: &ManageDataOp| {
        let value = entry.data_value.as_ref().map(|value| STANDARD.decode(value.0.as_slice()));
        entry.data_name.0.as_slice() == b"anchor.example auth" && matches!(value, Some(Ok(nonce)) if nonce.len() == 48)
    };
    let by_server = |operation: &Operation| {
        data(operation).is_some() && operation.source_account.as_ref().map(account) == Some(server)
    };
    let auth_domains =
        others.iter().filter_map(data).filter(|entry| entry.data_name.0.as_slice() == b"web_auth_domain");
    let values: Vec<&[u8]> =
        auth_domains.map(|entry| entry.data_value.as_ref().map_or(&[][..], |value| value.0.as_slice())).collect();
    account(&tx.source_account) == server
        && tx.seq_num.0 == 0
        && in_time
        && client
        && data(first).is_some_and(nonce)
        && others.iter().all(by_server)
        && !values.is_empty()
        && values.iter().all(|value| *value == b"auth.anchor.example")
}

fn data(operation: &Operation) -> Option<&ManageDataOp> {
    if let OperationBody::ManageData(entry) = &operation.body { Some(entry) } else { None }
}

fn account(source: &MuxedAccount) -> Account {
    match source {
        MuxedAccount::Ed25519(key) => Account::Classic(key.0),
        MuxedAccount::MuxedEd25519(muxed) => Account::Muxed { key: muxed.ed25519.0, id: muxed.id },
    }
}

fn is_signed_by_server(envelope: &TransactionV1Envelope) -> bool {
    let (key, hash) = (SERVER.key.public_key(), hash(envelope));
    envelope.signatures.iter().any(|signature| verify(&key, &hash, signature.signature.as_ref()))
}

/// What is signed: the network's id, the kind of envelope, the transaction.
fn hash(envelope: &TransactionV1Envelope) -> [u8; 32] {
    let transaction = envelope.tx.to_xdr(Limits::none()).expect("it was read");
    Sha256::new()
        .chain_update(SERVER.network.id())
        .chain_update([0, 0, 0, 2])
        .chain_update(transaction)
        .finalize()
        .into()
}
