//! The challenge: a transaction that cannot be executed, bound to a client, two domains and a span of time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stellar_xdr::{
    BytesM, DataValue, ManageDataOp, Memo, MuxedAccount, MuxedAccountMed25519, Operation, OperationBody, Preconditions,
    SequenceNumber, String64, StringM, TimeBounds, TimePoint, Transaction, TransactionExt, Uint256,
};

use super::client_account::ClientAccount;
use super::domain::Domain;
use super::envelope::Envelope;
use super::keys::{SigningKey, random_bytes};
use super::network::Network;
use crate::sep12::Account;

/// Who issues challenges and takes them back signed: `GET` and `POST` of the `WEB_AUTH_ENDPOINT`.
#[derive(Clone, Debug)]
pub struct Server {
    /// The key of which `SIGNING_KEY` in the `stellar.toml` is the public half.
    pub key: SigningKey,
    /// The network that signatures are for.
    pub network: Network,
    /// Where the `stellar.toml` is.
    pub home_domain: Domain,
    /// Where the `WEB_AUTH_ENDPOINT` is.
    pub web_auth_domain: Domain,
    /// How many seconds a challenge can be answered; [`LIFETIME`] is what SEP-10 recommends.
    pub lifetime: u64,
}

/// Fifteen minutes, in seconds.
pub const LIFETIME: u64 = 900;

/// The data name under which a challenge has the web auth domain.
pub(super) const WEB_AUTH_DOMAIN: &str = "web_auth_domain";

/// How many random bytes a nonce has before it is base64.
pub(super) const NONCE_LEN: usize = 48;

impl Server {
    /// A new challenge, signed by the server, as the base64 XDR of `transaction`. It is valid from `now` on.
    ///
    /// # Panics
    ///
    /// If the operating system gives no random bytes.
    #[must_use]
    pub fn issue(&self, client: ClientAccount, now: u64) -> String {
        let tx = self.transaction(client, now, random_bytes());
        let mut envelope = Envelope { tx, signatures: Vec::new() };
        envelope.sign(&self.key, &self.network);
        envelope.encode().expect("one signature fits")
    }

    pub(super) fn transaction(&self, client: ClientAccount, now: u64, nonce: [u8; NONCE_LEN]) -> Transaction {
        let server = MuxedAccount::Ed25519(Uint256(self.key.public_key()));
        let (min_time, max_time) = (TimePoint(now), TimePoint(now.saturating_add(self.lifetime)));
        let operations = vec![
            entry(source(client), &self.home_domain.data_name(), STANDARD.encode(nonce).as_bytes()),
            entry(server.clone(), WEB_AUTH_DOMAIN, self.web_auth_domain.as_str().as_bytes()),
        ];
        Transaction {
            source_account: server,
            fee: 100 * 2,
            seq_num: SequenceNumber(0),
            cond: Preconditions::Time(TimeBounds { min_time, max_time }),
            memo: client.memo().map_or(Memo::None, Memo::Id),
            operations: operations.try_into().expect("two operations fit"),
            ext: TransactionExt::V0,
        }
    }
}

/// A manage-data operation. Names and values are at most 64 bytes each.
pub(super) fn entry(source: MuxedAccount, name: &str, value: &[u8]) -> Operation {
    let data_name = String64(StringM::try_from(name).expect("at most 64 bytes"));
    let data_value = Some(DataValue(BytesM::try_from(value).expect("at most 64 bytes")));
    Operation { source_account: Some(source), body: OperationBody::ManageData(ManageDataOp { data_name, data_value }) }
}

/// The client as the source of an operation.
fn source(client: ClientAccount) -> MuxedAccount {
    match client.account() {
        Account::Muxed { key, id } => MuxedAccount::MuxedEd25519(MuxedAccountMed25519 { id, ed25519: Uint256(key) }),
        _ => MuxedAccount::Ed25519(Uint256(client.master_key())),
    }
}
