//! Who has signed, who has not, and whether that is enough.

use super::*;
use crate::sep10::authority::{Signer, Signers};
use crate::sep10::client::sign_unchecked;

/// A challenge as issued, with further signatures.
fn signed_by(keys: &[&SigningKey]) -> String {
    let challenge = server().issue(client(), NOW);
    sign_unchecked(&challenge, &server().network, keys).expect("few signatures")
}

fn ledger(weights: &[(u8, u32)], medium_threshold: u32) -> Authority {
    let signer = |&(number, weight)| Signer { key: key(number).public_key(), weight };
    Authority::Ledger(Signers { signers: weights.iter().map(signer).collect(), medium_threshold })
}

fn weighed(keys: &[&SigningKey], authority: &Authority) -> Result<(), Refusal> {
    server().open(&signed_by(keys), NOW)?.authenticate(authority).map(drop)
}

#[test]
fn an_account_off_the_ledger_needs_its_master_key_alone() {
    let weigh = |keys: &[&SigningKey]| weighed(keys, &Authority::MasterKey);
    assert_eq!(weigh(&[&key(2)]), Ok(()));
    assert_eq!(weigh(&[]), Err(Refusal::NoClientSignature));
    assert_eq!(weigh(&[&key(3)]), Err(Refusal::UnknownSignature));
    assert_eq!(weigh(&[&key(2), &key(3)]), Err(Refusal::UnknownSignature));
    assert_eq!(weigh(&[&key(3), &key(2)]), Err(Refusal::UnknownSignature));
    assert_eq!(weigh(&[&key(2), &key(2)]), Err(Refusal::RepeatedSignature));
    assert_eq!(weigh(&[&key(1), &key(2)]), Err(Refusal::RepeatedSignature));
}

#[test]
fn the_signers_weights_must_reach_the_medium_threshold() {
    let account = ledger(&[(2, 1), (3, 2), (4, 2)], 3);
    let weigh = |keys: &[&SigningKey]| weighed(keys, &account);
    assert_eq!(weigh(&[&key(2), &key(3)]), Ok(()));
    assert_eq!(weigh(&[&key(3), &key(4), &key(2)]), Ok(()));
    assert_eq!(weigh(&[&key(3)]), Err(Refusal::Weight));
    assert_eq!(weigh(&[]), Err(Refusal::NoClientSignature));
    assert_eq!(weigh(&[&key(3), &key(3)]), Err(Refusal::RepeatedSignature));
    assert_eq!(weigh(&[&key(2), &key(3), &key(9)]), Err(Refusal::UnknownSignature));
}

#[test]
fn a_threshold_of_0_still_takes_a_signature_of_some_weight() {
    assert_eq!(weighed(&[&key(2)], &ledger(&[(2, 1)], 0)), Ok(()));
    assert_eq!(weighed(&[], &ledger(&[(2, 1)], 0)), Err(Refusal::NoClientSignature));
    assert_eq!(weighed(&[&key(2)], &ledger(&[(2, 0), (3, 1)], 0)), Err(Refusal::UnknownSignature));
}

#[test]
fn the_server_does_not_vouch_for_accounts_that_it_co_signs() {
    let account = ledger(&[(1, 5), (2, 1)], 2);
    assert_eq!(weighed(&[], &account), Err(Refusal::NoClientSignature));
    assert_eq!(weighed(&[&key(2)], &account), Err(Refusal::Weight));
}

#[test]
fn nobody_becomes_the_server_by_handing_back_its_own_challenge() {
    let itself = ClientAccount::new(key(1).account(), None).expect("classic");
    let opened = server().open(&server().issue(itself, NOW), NOW).expect("sound");
    assert_eq!(opened.authenticate(&Authority::MasterKey), Err(Refusal::NoClientSignature));
}

#[test]
fn a_challenge_that_the_server_did_not_sign_is_refused() {
    let tx = server().transaction(client(), NOW, [7; 48]);
    for keys in [&[key(2)][..], &[key(9), key(2)], &[]] {
        let envelope = Envelope { tx: tx.clone(), signatures: Vec::new() };
        let transaction = signed(envelope, &keys.iter().collect::<Vec<_>>());
        assert_eq!(authenticate(&transaction), Err(Refusal::ServerSignature));
        assert_eq!(wallet(client()).check(&transaction, NOW), Err(Refusal::ServerSignature));
    }
}

#[test]
fn a_signature_for_another_network_is_none() {
    let challenge = server().issue(client(), NOW);
    let transaction = sign_unchecked(&challenge, &Network::public(), &[&key(2)]).expect("few signatures");
    assert_eq!(authenticate(&transaction), Err(Refusal::UnknownSignature));
    let wallet = Wallet { network: Network::public(), ..wallet(client()) };
    assert_eq!(wallet.check(&challenge, NOW), Err(Refusal::ServerSignature));
}

#[test]
fn an_operation_changed_after_signing_is_refused() {
    let mut envelope = Envelope::decode(&signed_by(&[&key(2)])).expect("an envelope");
    let mut operations = envelope.tx.operations.to_vec();
    operations.pop();
    envelope.tx.operations = operations.try_into().expect("one");
    let transaction = envelope.encode().expect("few signatures");
    assert_eq!(authenticate(&transaction), Err(Refusal::ServerSignature));
}

#[test]
fn an_envelope_holds_twenty_signatures() {
    let challenge = server().issue(client(), NOW);
    let key = key(2);
    let sign = |count: usize| sign_unchecked(&challenge, &server().network, &vec![&key; count]);
    assert_eq!(authenticate(&sign(19).expect("twenty fit")), Err(Refusal::RepeatedSignature));
    assert_eq!(sign(20), Err(Refusal::TooManySignatures));
}

#[test]
fn every_challenge_is_another() {
    let issue =
        || authenticate(&wallet(client()).sign(&server().issue(client(), NOW), &[&key(2)], NOW).expect("sound"));
    let (first, second) = (issue().expect("authentic"), issue().expect("authentic"));
    assert_ne!(first.hash, second.hash);
    assert_eq!(first.until, NOW + 900);
}
