//! A transaction and its signatures, in base64 XDR and as values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stellar_xdr::{
    BytesM, DecoratedSignature, Limits, ReadXdr, Signature, SignatureHint, Transaction, TransactionEnvelope,
    TransactionV1Envelope, WriteXdr,
};

use super::keys::{SigningKey, verify};
use super::network::Network;
use super::refusal::Refusal;

/// The one kind of envelope that a challenge comes in: version 1, no fee bump.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub(super) tx: Transaction,
    pub(super) signatures: Vec<DecoratedSignature>,
}

/// A challenge nests eight values deep; foreign operations that nest more are not worth their stack.
const DEPTH: u32 = 50;

impl Envelope {
    pub(super) fn decode(transaction: &str) -> Result<Self, Refusal> {
        let bytes = STANDARD.decode(transaction).map_err(|_| Refusal::Malformed)?;
        let limits = Limits { depth: DEPTH, len: bytes.len() };
        match TransactionEnvelope::from_xdr(bytes, limits).map_err(|_| Refusal::Malformed)? {
            TransactionEnvelope::Tx(envelope) => {
                Ok(Self { tx: envelope.tx, signatures: envelope.signatures.into_vec() })
            }
            TransactionEnvelope::TxV0(_) | TransactionEnvelope::TxFeeBump(_) => Err(Refusal::Envelope),
        }
    }

    /// # Errors
    ///
    /// If there are more signatures than the 20 that an envelope holds.
    pub(super) fn encode(self) -> Result<String, Refusal> {
        let signatures = self.signatures.try_into().map_err(|_| Refusal::TooManySignatures)?;
        let envelope = TransactionEnvelope::Tx(TransactionV1Envelope { tx: self.tx, signatures });
        let bytes = envelope.to_xdr(Limits::none()).expect("what is in memory can be written to memory");
        Ok(STANDARD.encode(bytes))
    }

    /// What the signatures sign. It does not depend on them.
    pub(super) fn hash(&self, network: &Network) -> [u8; 32] {
        self.tx.hash(network.id()).expect("what is in memory can be written to memory")
    }

    pub(super) fn sign(&mut self, key: &SigningKey, network: &Network) {
        let signature = key.sign(&self.hash(network));
        let signature = BytesM::try_from(&signature).expect("64 bytes fit");
        self.signatures.push(DecoratedSignature { hint: hint(&key.public_key()), signature: Signature(signature) });
    }
}

/// Whether a signature, hint included, is of this key over this hash.
pub(super) fn is_signed_by(signature: &DecoratedSignature, key: &[u8; 32], hash: &[u8; 32]) -> bool {
    signature.hint == hint(key) && verify(key, hash, signature.signature.as_ref())
}

/// The last four bytes of a key, by which the network finds it.
fn hint(key: &[u8; 32]) -> SignatureHint {
    SignatureHint([key[28], key[29], key[30], key[31]])
}
