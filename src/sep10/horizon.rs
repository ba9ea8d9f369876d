//! Horizon's answer to `GET /accounts/{id}`, as far as it says who may sign.

use std::fmt;

use serde::Deserialize;

use super::authority::{Signer, Signers};
use crate::sep12::Account;

/// Why an answer tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidAnswer {
    /// Not JSON with an account's signers and thresholds.
    Malformed,
    /// It is about another account.
    OtherAccount,
}

#[derive(Deserialize)]
struct Answer {
    account_id: String,
    thresholds: Thresholds,
    signers: Vec<ListedSigner>,
}

#[derive(Deserialize)]
struct Thresholds {
    med_threshold: u32,
}

#[derive(Deserialize)]
struct ListedSigner {
    key: String,
    weight: u32,
    #[serde(rename = "type")]
    kind: String,
}

/// The signers of a `G` account from the body of a `200`. A `404` that [says so](is_no_account) means that it
/// is not on the ledger: [`Authority::MasterKey`](super::Authority::MasterKey).
///
/// Signers that are no ed25519 keys (hashes, pre-authorised transactions, signed payloads) cannot sign a challenge and
/// are left out.
///
/// # Errors
///
/// If the body is not what Horizon answers, or is about another account.
pub fn signers(body: &[u8], account: Account) -> Result<Signers, InvalidAnswer> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| InvalidAnswer::Malformed)?;
    if answer.account_id.parse() != Ok(account) {
        return Err(InvalidAnswer::OtherAccount);
    }
    let ed25519 = answer.signers.iter().filter(|signer| signer.kind == "ed25519_public_key");
    let signers = ed25519.map(|signer| match signer.key.parse() {
        Ok(Account::Classic(key)) => Ok(Signer { key, weight: signer.weight }),
        _ => Err(InvalidAnswer::Malformed),
    });
    Ok(Signers { signers: signers.collect::<Result<_, _>>()?, medium_threshold: answer.thresholds.med_threshold })
}

/// Whether the body of a `404` says that there is no such account. Whatever else answers 404 (a proxy, another path)
/// says nothing about accounts.
#[must_use]
pub fn is_no_account(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Problem {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_slice(body).is_ok_and(|Problem { kind }| kind.ends_with("/not_found"))
}

impl fmt::Display for InvalidAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "Horizon must answer with the account's signers and thresholds",
            Self::OtherAccount => "Horizon must answer with the account that was asked for",
        })
    }
}

impl std::error::Error for InvalidAnswer {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const MASTER: Account = Account::Classic([1; 32]);

    fn answer() -> Value {
        json!({
            "id": MASTER.to_string(), "account_id": MASTER.to_string(), "sequence": "1", "subentry_count": 3,
            "thresholds": {"low_threshold": 1, "med_threshold": 2, "high_threshold": 3},
            "signers": [
                {"weight": 1, "key": Account::Classic([2; 32]).to_string(), "type": "ed25519_public_key"},
                {"weight": 7, "key": "XDRPF6NZRR7EEVO7ESIWUDXHAOMM2QSKIQQBJK6I2FB7YKDZES5UCLWD", "type": "sha256_hash"},
                {"weight": 0, "key": MASTER.to_string(), "type": "ed25519_public_key"},
            ],
            "balances": [{"balance": "10.0000000", "asset_type": "native"}],
        })
    }

    #[test]
    fn ed25519_signers_and_the_medium_threshold_are_read() {
        let read = signers(answer().to_string().as_bytes(), MASTER);
        let expected = vec![Signer { key: [2; 32], weight: 1 }, Signer { key: [1; 32], weight: 0 }];
        assert_eq!(read, Ok(Signers { signers: expected, medium_threshold: 2 }));
    }

    #[test]
    fn what_horizon_would_not_answer_is_refused() {
        let without = |name: &str| {
            let mut answer = answer();
            answer.as_object_mut().expect("an object").remove(name);
            answer.to_string()
        };
        let mut with_bad_key = answer();
        with_bad_key["signers"][0]["key"] = json!("G");
        for body in [without("thresholds"), without("signers"), with_bad_key.to_string(), "<html>".to_owned()] {
            assert_eq!(signers(body.as_bytes(), MASTER), Err(InvalidAnswer::Malformed), "{body}");
        }
        let other = signers(answer().to_string().as_bytes(), Account::Classic([2; 32]));
        assert_eq!(other, Err(InvalidAnswer::OtherAccount));
    }
}
