//! What is said at the start: where to point a wallet, and a customer's life in curl, to be pasted.

use std::time::{SystemTime, UNIX_EPOCH};

use super::introduction::Introduction;
use crate::sep1;
use crate::sep10::SigningKey;
use crate::sep10::token::{Claims, Secret, sign};

/// How long the token of the walk-through counts, in seconds.
const A_DAY: u64 = 24 * 60 * 60;

pub(super) fn text(introduction: &Introduction, secret: &Secret) -> String {
    let Introduction { base, page, network, signer, anchor } = introduction;
    let account = SigningKey::generate().account();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let claims = Claims { sub: Some(account.to_string()), iss: None, aud: Vec::new(), iat: now, exp: now + A_DAY };
    let token = sign(&claims, secret);
    let toml = sep1::PATH;
    format!(
        r#"
Watch what happens, and decide about customers: {page}

For a wallet, with the network "{network}":
  stellar.toml   {base}{toml}
  SEP-10         {base}/auth, signed by {signer}
  SEP-12         {base}/sep12
The mock anchor behind it: {anchor} (callback API)

To try it without a wallet, paste (the account is made up, the token good for a day):

  KYC={base}/sep12/customer
  AUTH='Authorization: Bearer {token}'
  # what is needed?
  curl -s -H "$AUTH" $KYC
  # strings alone: forwarded as JSON
  curl -s -H "$AUTH" -X PUT $KYC -H 'Content-Type: application/json' -d '{{"first_name": "Ada", "last_name": "Invented", "email_address": "ada@example.com"}}'
  # with a file: forwarded as multipart
  printf 'no real photo' | curl -s -H "$AUTH" -X PUT $KYC -F first_name=Ada -F 'photo_id_front=@-;filename=front.jpg;type=image/jpeg'
  # that was enough
  curl -s -H "$AUTH" $KYC
  # a name that keeps a customer in PROCESSING, until somebody decides on the page
  curl -s -H "$AUTH" -X PUT $KYC -d last_name=Stays-Processing
  curl -s -H "$AUTH" $KYC

To forget the customer:

  curl -s -H "$AUTH" -X DELETE $KYC/{account}

Other values that lead somewhere (all of them: anchor-conformance list magic):
  last_name=Accepted-Later           PROCESSING, and soon ACCEPTED
  last_name=Rejected-Now             REJECTED
  last_name=Asked-Later              ACCEPTED, and soon NEEDS_INFO
  email_address=rejected@example.com a field that is REJECTED
  mobile_number=+12025550101         a field that must be verified, with the code 123456

"#
    )
}
