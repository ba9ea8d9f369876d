//! A wallet that logs in (SEP-10): the challenge, its signature, the token, and what the token is good for.
//!
//! What others must not see of it is known only while it goes on, so it is no [`Exchange`](super::requests::Exchange).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stellar_strkey::ed25519::PublicKey;

use super::client::{self, Manner};
use super::markers::{Kind, Markers};
use super::verdict::Answered;
use crate::Outcome;

/// Of a key that signs nothing else.
const SEED: [u8; 32] = *b"invented for the privacy task !!";
/// The envelope's type, and as many bytes before the transaction (XDR, `ENVELOPE_TYPE_TX`).
const TRANSACTION: [u8; 4] = [0, 0, 0, 2];
/// A hint, a length and a signature.
const SIGNATURE: usize = 4 + 4 + 64;

/// Logs in at that address, uses the token, and tries the challenge once more: requests behind so many others. Gives what
/// was answered, without the token, which its wallet may see.
pub(crate) fn log_in(server: &str, prefix: &str, before: usize, markers: &mut Markers) -> Outcome<Vec<Answered>> {
    let key = SigningKey::from_bytes(&SEED);
    let account = PublicKey(key.verifying_key().to_bytes()).to_string();
    let challenge = send(server, "GET", &format!("/auth?account={account}"), "", None)?;
    let challenge = json_of(&challenge)?;
    let [transaction, network] = ["transaction", "network_passphrase"].map(|name| challenge[name].as_str());
    let transaction = signed(transaction.ok_or("a challenge without transaction")?, network.unwrap_or_default(), &key)?;
    // The wallet's signature is the end of it.
    markers.belong_to(before);
    markers.add(&transaction[transaction.len() - 80..], Kind::Secret, "a wallet's signature");

    let login = json!({"transaction": transaction}).to_string();
    let accepted = send(server, "POST", "/auth", &login, None)?;
    let token = json_of(&accepted)?;
    let token = token["token"].as_str().ok_or("a login without token")?;
    markers.add(token.rsplit('.').next().unwrap_or_default(), Kind::Secret, "the signature of a token by SEP-10");
    let accepted = String::from_utf8_lossy(&accepted).replace(token, "");

    markers.belong_to(before + 1);
    let name = markers.mint(Kind::Value, "a field under a token by SEP-10");
    let customer = json!({"first_name": name}).to_string();
    let put = send(server, "PUT", &format!("{prefix}/customer"), &customer, Some(token))?;
    let again = send(server, "POST", "/auth", &login, None)?;
    let answered = |name: &str, status, answer| {
        let name = name.to_owned();
        Answered { name, status: Some(status), is_operators: false, answer }
    };
    Ok(vec![
        answered("POST a signed challenge", 200, accepted.into_bytes()),
        answered("PUT with a token by SEP-10", 202, put),
        answered("POST a signed challenge again", 400, again),
    ])
}

fn send(server: &str, method: &str, target: &str, body: &str, token: Option<&str>) -> Outcome<Vec<u8>> {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{token}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client::send(server, request.as_bytes(), Manner::Waits)
}

fn json_of(answer: &[u8]) -> Outcome<Value> {
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer, |end| &answer[end + 4..]);
    serde_json::from_slice(body).map_err(|_| "an answer of /auth is no JSON".into())
}

/// The challenge with one more signature.
fn signed(challenge: &str, network: &str, key: &SigningKey) -> Outcome<String> {
    let mut envelope = STANDARD.decode(challenge)?;
    let transaction = envelope.strip_prefix(&TRANSACTION);
    let (transaction, signatures) = transaction
        .and_then(|rest| rest.split_at_checked(rest.len().checked_sub(4 + SIGNATURE)?))
        .filter(|(_, signatures)| signatures.starts_with(&[0, 0, 0, 1]))
        .ok_or("a challenge that is not signed once")?;
    let hashed = [&Sha256::digest(network)[..], &TRANSACTION, transaction].concat();
    let signature = key.sign(&Sha256::digest(hashed)).to_bytes();
    let count = envelope.len() - signatures.len();
    envelope[count + 3] = 2;
    envelope.extend(&key.verifying_key().to_bytes()[28..]);
    envelope.extend([0, 0, 0, 64]);
    envelope.extend(signature);
    Ok(STANDARD.encode(envelope))
}
