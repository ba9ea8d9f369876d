//! Wallet tokens of every kind, right and wrong, signed by Python.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::markers::{Kind, Markers};
use crate::Outcome;

/// The test vectors of SEP-23, nobody's accounts.
pub(crate) const ACCOUNT: &str = crate::platform::ACCOUNT;
pub(crate) const OTHER_ACCOUNT: &str = "GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7";

/// Tokens by what is special about them.
pub(crate) struct Tokens {
    pub(crate) good: String,
    /// Of a shared account, with this memo.
    pub(crate) shared: String,
    /// Each with the reason that makes it wrong.
    pub(crate) wrong: Vec<(&'static str, String)>,
}

const SIGN: &str = "
import base64, hashlib, hmac, json, sys
def part(value): return base64.urlsafe_b64encode(value).rstrip(b'=')
for line in sys.stdin:
    secret, header, claims = json.loads(line)
    signed = part(json.dumps(header).encode()) + b'.' + part(json.dumps(claims).encode())
    print((signed + b'.' + part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode())
";

impl Tokens {
    /// All of them; what is secret about them becomes markers.
    pub(crate) fn sign(secret: &str, markers: &mut Markers) -> Outcome<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let issuer = markers.mint(Kind::Secret, "the token's iss");
        let memo = markers.mint_number(Kind::Value, "the memo of the token's sub");
        let claims = |sub: &str| json!({"sub": sub, "iss": issuer, "iat": now, "exp": now + 3600});
        let with = |name: &str, value: Value| {
            let mut claims = claims(ACCOUNT);
            claims[name] = value;
            claims
        };
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let mut unknown = |place: &str| markers.mint(Kind::Value, place);
        let plan = [
            ("", secret, header.clone(), claims(ACCOUNT)),
            ("", secret, header.clone(), claims(&format!("{ACCOUNT}:{memo}"))),
            ("another secret", "another", header.clone(), claims(ACCOUNT)),
            ("expired", secret, header.clone(), with("exp", json!(now - 60))),
            ("not yet valid", secret, header.clone(), with("nbf", json!(now + 3600))),
            ("a sub that is no account", secret, header.clone(), with("sub", json!(unknown("a sub that is none")))),
            ("no sub", secret, header.clone(), with("sub", Value::Null)),
            ("a claim of another type", secret, header.clone(), with("exp", json!(unknown("an exp that is a text")))),
            ("no algorithm", secret, json!({"alg": "none"}), claims(ACCOUNT)),
            ("an unknown algorithm", secret, json!({"alg": unknown("the token's alg")}), claims(ACCOUNT)),
            (
                "an unknown key",
                secret,
                json!({"alg": "HS256", "kid": unknown("the token's kid"), "crit": ["kid"]}),
                claims(ACCOUNT),
            ),
        ];
        let lines = plan.iter().map(|(_, secret, header, claims)| json!([secret, header, claims]).to_string() + "\n");
        let signed = python(&lines.collect::<String>())?;
        for token in &signed {
            let signature = token.rsplit('.').next().unwrap_or_default();
            markers.add(signature, Kind::Secret, "a token's signature");
        }
        markers.add(ACCOUNT, Kind::Account, "the token's account");
        let [good, shared, wrong @ ..] = &signed[..] else { return Err("Python signed too few tokens".into()) };
        let reasons = plan.iter().skip(2).map(|(reason, ..)| *reason);
        Ok(Self { good: good.clone(), shared: shared.clone(), wrong: reasons.zip(wrong.iter().cloned()).collect() })
    }
}

fn python(lines: &str) -> Outcome<Vec<String>> {
    let mut command = Command::new("python3");
    let mut child = command.args(["-c", SIGN]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("a piped stdin is missing")?.write_all(lines.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("python3 ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}
