//! Each rule of SEP-10 for what a challenge says, broken one at a time, by a server that signs it nevertheless.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stellar_xdr::{
    AccountId, BumpSequenceOp, FeeBumpTransaction, FeeBumpTransactionEnvelope, FeeBumpTransactionExt,
    FeeBumpTransactionInnerTx, Hash, Limits, ManageDataOp, Memo, MuxedAccount, MuxedAccountMed25519, Operation,
    OperationBody, Preconditions, PublicKey, SequenceNumber, TimeBounds, TimePoint, Transaction, TransactionEnvelope,
    TransactionV0, TransactionV0Envelope, TransactionV0Ext, TransactionV1Envelope, Uint256, WriteXdr,
};

use super::*;
use crate::sep10::challenge::entry;

/// Both sides refuse it, for the same reason.
fn is_refused(transaction: &str, refusal: Refusal) {
    assert_eq!(authenticate(transaction), Err(refusal));
    assert_eq!(wallet(client()).check(transaction, NOW), Err(refusal));
}

fn operations(tx: &mut Transaction, change: impl FnOnce(&mut Vec<Operation>)) {
    let mut operations = tx.operations.to_vec();
    change(&mut operations);
    tx.operations = operations.try_into().expect("few operations");
}

fn with_operations(change: impl FnOnce(&mut Vec<Operation>)) -> String {
    changed(|tx| operations(tx, change))
}

fn account(number: u8) -> MuxedAccount {
    MuxedAccount::Ed25519(Uint256(key(number).public_key()))
}

fn bump_sequence() -> OperationBody {
    OperationBody::BumpSequence(BumpSequenceOp { bump_to: SequenceNumber(1) })
}

fn bounds(min: u64, max: u64) -> Preconditions {
    Preconditions::Time(TimeBounds { min_time: TimePoint(min), max_time: TimePoint(max) })
}

#[test]
fn an_unchanged_challenge_is_taken() {
    let transaction = changed(|_| ());
    assert_eq!(authenticate(&transaction).map(|found| found.client), Ok(client()));
    assert_eq!(wallet(client()).check(&transaction, NOW), Ok(()));
}

#[test]
fn what_is_no_envelope_is_refused() {
    let sound = changed(|_| ());
    let mut longer = STANDARD.decode(&sound).expect("base64");
    longer.extend([0; 4]);
    let shorter = STANDARD.encode(&longer[..longer.len() - 8]);
    for transaction in ["", "AAAA", "not base64!", &sound[1..], &STANDARD.encode(longer), &shorter] {
        is_refused(transaction, Refusal::Malformed);
    }
}

#[test]
fn a_fee_bump_and_an_old_envelope_are_refused() {
    let envelope = Envelope::decode(&changed(|_| ())).expect("an envelope");
    let signatures: stellar_xdr::VecM<_, 20> = envelope.signatures.try_into().expect("two");
    let tx = envelope.tx;
    let old = TransactionEnvelope::TxV0(TransactionV0Envelope {
        tx: TransactionV0 {
            source_account_ed25519: Uint256(key(1).public_key()),
            fee: tx.fee,
            seq_num: tx.seq_num.clone(),
            time_bounds: None,
            memo: tx.memo.clone(),
            operations: tx.operations.clone(),
            ext: TransactionV0Ext::V0,
        },
        signatures: signatures.clone(),
    });
    let bump = TransactionEnvelope::TxFeeBump(FeeBumpTransactionEnvelope {
        tx: FeeBumpTransaction {
            fee_source: account(1),
            fee: 400,
            inner_tx: FeeBumpTransactionInnerTx::Tx(TransactionV1Envelope { tx, signatures: signatures.clone() }),
            ext: FeeBumpTransactionExt::V0,
        },
        signatures,
    });
    for envelope in [old, bump] {
        let bytes = envelope.to_xdr(Limits::none()).expect("written");
        is_refused(&STANDARD.encode(bytes), Refusal::Envelope);
    }
}

#[test]
fn the_source_must_be_the_server_itself() {
    is_refused(&changed(|tx| tx.source_account = account(2)), Refusal::Source);
    let muxed = MuxedAccountMed25519 { id: 0, ed25519: Uint256(key(1).public_key()) };
    is_refused(&changed(|tx| tx.source_account = MuxedAccount::MuxedEd25519(muxed)), Refusal::Source);
}

#[test]
fn a_sequence_number_that_could_be_executed_is_refused() {
    for number in [1, -1, i64::MAX] {
        is_refused(&changed(|tx| tx.seq_num = SequenceNumber(number)), Refusal::Sequence);
    }
}

#[test]
fn the_time_bounds_must_be_there_and_around_now() {
    is_refused(&changed(|tx| tx.cond = Preconditions::None), Refusal::TimeBounds);
    is_refused(&changed(|tx| tx.cond = bounds(0, 0)), Refusal::TimeBounds);
    is_refused(&changed(|tx| tx.cond = bounds(NOW - 9, NOW - 1)), Refusal::Expired);
    is_refused(&changed(|tx| tx.cond = bounds(NOW + 301, NOW + 900)), Refusal::NotYetValid);
    assert!(authenticate(&changed(|tx| tx.cond = bounds(NOW, NOW))).is_ok());
}

#[test]
fn only_a_wallet_forgives_a_clock_that_is_ahead() {
    let transaction = changed(|tx| tx.cond = bounds(NOW + 300, NOW + 900));
    assert_eq!(wallet(client()).check(&transaction, NOW), Ok(()));
    assert_eq!(authenticate(&transaction), Err(Refusal::NotYetValid));
}

#[test]
fn every_operation_must_be_manage_data() {
    is_refused(&with_operations(Vec::clear), Refusal::NoOperation);
    for index in [0, 1] {
        is_refused(&with_operations(|operations| operations[index].body = bump_sequence()), Refusal::OperationKind);
    }
}

#[test]
fn the_first_operation_names_the_client_and_the_home_domain() {
    is_refused(&with_operations(|operations| operations[0].source_account = None), Refusal::ClientMissing);
    for name in ["other.example auth", "anchor.example auth", "anchor.example:8443", "anchor.example:8443 Auth"] {
        let renamed = |operations: &mut Vec<_>| operations[0] = entry(account(2), name, &[b'A'; 64]);
        is_refused(&with_operations(renamed), Refusal::HomeDomain);
    }
}

#[test]
fn the_nonce_must_be_48_bytes_in_base64() {
    for value in [&b""[..], &[b'A'; 60], &[b'!'; 64], &[7; 48]] {
        let name = server().home_domain.data_name();
        let with_nonce = |operations: &mut Vec<_>| operations[0] = entry(account(2), &name, value);
        is_refused(&with_operations(with_nonce), Refusal::Nonce);
    }
    let without_value = |operations: &mut Vec<Operation>| {
        if let OperationBody::ManageData(ManageDataOp { data_value, .. }) = &mut operations[0].body {
            *data_value = None;
        }
    };
    is_refused(&with_operations(without_value), Refusal::Nonce);
}

#[test]
fn every_further_operation_is_the_server_s() {
    for source in [None, Some(account(2)), Some(account(9))] {
        let moved = |operations: &mut Vec<Operation>| operations[1].source_account = source.clone();
        is_refused(&with_operations(moved), Refusal::OperationSource);
    }
    let extended = |operations: &mut Vec<_>| operations.push(entry(account(1), "future", b"use"));
    assert!(authenticate(&with_operations(extended)).is_ok());
}

#[test]
fn the_web_auth_domain_must_be_this_one() {
    let other = entry(account(1), "web_auth_domain", b"other.example");
    is_refused(&with_operations(|operations| operations[1] = other.clone()), Refusal::WebAuthDomain);
    is_refused(&with_operations(|operations| operations.push(other)), Refusal::WebAuthDomain);
}

#[test]
fn only_a_wallet_can_do_without_the_web_auth_domain() {
    let transaction = with_operations(|operations| drop(operations.pop()));
    assert_eq!(wallet(client()).check(&transaction, NOW), Ok(()));
    assert_eq!(authenticate(&transaction), Err(Refusal::WebAuthDomain));
}

#[test]
fn a_memo_must_be_an_id_and_beside_no_muxed_account() {
    let text = Memo::Text("7".try_into().expect("short"));
    for memo in [text, Memo::Hash(Hash([7; 32])), Memo::Return(Hash([7; 32]))] {
        is_refused(&changed(|tx| tx.memo = memo), Refusal::MemoType);
    }
    let transaction = changed(|tx| {
        let muxed = MuxedAccountMed25519 { id: 7, ed25519: Uint256(key(2).public_key()) };
        operations(tx, |operations| operations[0].source_account = Some(MuxedAccount::MuxedEd25519(muxed)));
        tx.memo = Memo::Id(7);
    });
    is_refused(&transaction, Refusal::MemoWithMuxed);
}

#[test]
fn a_wallet_takes_only_the_challenge_that_it_asked_for() {
    let transaction = changed(|_| ());
    let with_memo = ClientAccount::new(key(2).account(), Some(0)).expect("classic");
    let muxed = ClientAccount::new(muxed(0), None).expect("muxed");
    let other = ClientAccount::new(key(3).account(), None).expect("classic");
    for client in [with_memo, muxed, other] {
        assert_eq!(wallet(client).check(&transaction, NOW), Err(Refusal::Client));
    }
}

#[test]
fn no_money_can_move_by_what_a_wallet_signs() {
    let destination = PublicKey::PublicKeyTypeEd25519(Uint256(key(9).public_key()));
    let create = stellar_xdr::CreateAccountOp { destination: AccountId(destination), starting_balance: 1 };
    let payment = Operation { source_account: Some(account(2)), body: OperationBody::CreateAccount(create) };
    let transaction = with_operations(|operations| operations.push(payment));
    assert_eq!(wallet(client()).sign(&transaction, &[&key(2)], NOW), Err(Refusal::OperationKind));
}
