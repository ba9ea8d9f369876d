//! The rules of SEP-10 that server and wallet check alike, up to the server's own signature.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stellar_xdr::{ManageDataOp, Memo, MuxedAccount, Operation, OperationBody, Preconditions, Transaction, Uint256};

use super::challenge::{NONCE_LEN, WEB_AUTH_DOMAIN};
use super::client_account::ClientAccount;
use super::domain::Domain;
use super::envelope::{Envelope, is_signed_by};
use super::network::Network;
use super::refusal::Refusal;
use crate::sep12::Account;

/// What a challenge must say.
pub(super) struct Rules<'a> {
    /// The server account's key.
    pub(super) server: [u8; 32],
    pub(super) network: &'a Network,
    pub(super) home_domain: &'a Domain,
    pub(super) web_auth_domain: &'a Domain,
    pub(super) now: u64,
    /// How many seconds a challenge is taken before its lower time bound.
    pub(super) leeway: u64,
}

/// A challenge that keeps the rules.
pub(super) struct Sound {
    pub(super) envelope: Envelope,
    pub(super) hash: [u8; 32],
    pub(super) client: ClientAccount,
    /// The upper time bound.
    pub(super) until: u64,
    /// Whether it has a `web_auth_domain`.
    pub(super) names_web_auth_domain: bool,
}

impl Rules<'_> {
    pub(super) fn read(&self, transaction: &str) -> Result<Sound, Refusal> {
        let envelope = Envelope::decode(transaction)?;
        let tx = &envelope.tx;
        if tx.source_account != self.server_account() {
            return Err(Refusal::Source);
        }
        if tx.seq_num.0 != 0 {
            return Err(Refusal::Sequence);
        }
        let until = self.check_time(tx)?;
        let (first, others) = tx.operations.split_first().ok_or(Refusal::NoOperation)?;
        let client = self.read_first(first, &tx.memo)?;
        let names_web_auth_domain = self.check_others(others)?;
        let hash = envelope.hash(self.network);
        if !envelope.signatures.iter().any(|signature| is_signed_by(signature, &self.server, &hash)) {
            return Err(Refusal::ServerSignature);
        }
        Ok(Sound { envelope, hash, client, until, names_web_auth_domain })
    }

    fn server_account(&self) -> MuxedAccount {
        MuxedAccount::Ed25519(Uint256(self.server))
    }

    /// The upper time bound.
    fn check_time(&self, tx: &Transaction) -> Result<u64, Refusal> {
        let bounds = match &tx.cond {
            Preconditions::Time(bounds) => Some(bounds),
            Preconditions::V2(conditions) => conditions.time_bounds.as_ref(),
            Preconditions::None => None,
        };
        // An upper bound of 0 stands for none.
        let bounds = bounds.filter(|bounds| bounds.max_time.0 != 0).ok_or(Refusal::TimeBounds)?;
        if self.now.saturating_add(self.leeway) < bounds.min_time.0 {
            return Err(Refusal::NotYetValid);
        }
        if self.now > bounds.max_time.0 {
            return Err(Refusal::Expired);
        }
        Ok(bounds.max_time.0)
    }

    fn read_first(&self, operation: &Operation, memo: &Memo) -> Result<ClientAccount, Refusal> {
        let entry = manage_data(operation)?;
        let account = account(operation.source_account.as_ref().ok_or(Refusal::ClientMissing)?);
        if entry.data_name.0.as_slice() != self.home_domain.data_name().as_bytes() {
            return Err(Refusal::HomeDomain);
        }
        if !STANDARD.decode(value(entry)).is_ok_and(|nonce| nonce.len() == NONCE_LEN) {
            return Err(Refusal::Nonce);
        }
        let memo = match memo {
            Memo::None => None,
            Memo::Id(id) => Some(*id),
            Memo::Text(_) | Memo::Hash(_) | Memo::Return(_) => return Err(Refusal::MemoType),
        };
        ClientAccount::new(account, memo).map_err(|_| Refusal::MemoWithMuxed)
    }

    /// Whether `web_auth_domain` is among them.
    fn check_others(&self, operations: &[Operation]) -> Result<bool, Refusal> {
        let mut found = false;
        for operation in operations {
            let entry = manage_data(operation)?;
            if operation.source_account != Some(self.server_account()) {
                return Err(Refusal::OperationSource);
            }
            if entry.data_name.0.as_slice() == WEB_AUTH_DOMAIN.as_bytes() {
                if value(entry) != self.web_auth_domain.as_str().as_bytes() {
                    return Err(Refusal::WebAuthDomain);
                }
                found = true;
            }
        }
        Ok(found)
    }
}

fn manage_data(operation: &Operation) -> Result<&ManageDataOp, Refusal> {
    match &operation.body {
        OperationBody::ManageData(entry) => Ok(entry),
        _ => Err(Refusal::OperationKind),
    }
}

fn value(entry: &ManageDataOp) -> &[u8] {
    entry.data_value.as_ref().map_or(&[], |value| value.0.as_slice())
}

fn account(source: &MuxedAccount) -> Account {
    match source {
        MuxedAccount::Ed25519(Uint256(key)) => Account::Classic(*key),
        MuxedAccount::MuxedEd25519(muxed) => Account::Muxed { key: muxed.ed25519.0, id: muxed.id },
    }
}
