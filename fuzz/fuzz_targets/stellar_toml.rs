//! A foreign `stellar.toml`: what is read of it stands in it, and is fit to be used.

#![no_main]

use anchor_conformance::platform::Target;
use anchor_conformance::sep1::published::MAX_LEN;
use anchor_conformance::sep1::{Endpoint, Published};
use anchor_conformance::sep10::{Domain, Network};
use anchor_conformance::sep12::Account;
use libfuzzer_sys::fuzz_target;
use toml::de::DeTable;

fuzz_target!(|data: &[u8]| {
    let text = std::str::from_utf8(data);
    match Published::read(data) {
        Ok(published) => {
            let text = text.expect("only text is read");
            DeTable::parse(text).expect("only TOML is read");
            // It has a number somewhere that no type can hold; nobody has read that.
            let Ok(table) = text.parse::<toml::Table>() else { return };
            let text = |name: &str| table.get(name).map(|value| value.as_str().expect("what is read is a text"));
            let key = published.signing_key.map(|key| Account::Classic(key).to_string());
            assert_eq!(key.as_deref(), text("SIGNING_KEY"));
            assert_eq!(published.network_passphrase.as_deref(), text("NETWORK_PASSPHRASE"));
            for (name, endpoint) in [
                ("WEB_AUTH_ENDPOINT", &published.web_auth_endpoint),
                ("KYC_SERVER", &published.kyc_server),
                ("TRANSFER_SERVER", &published.transfer_server),
            ] {
                assert_eq!(endpoint.as_ref().map(Endpoint::as_str), text(name));
                endpoint.iter().for_each(check_endpoint);
            }
            let _ = published.network_passphrase.map(Network::new);
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.len() <= 4 * data.len() + 1000 && data.len() <= MAX_LEN, "{told}");
        }
    }
});

/// Nothing in it can end a header, a line or a request target, and plain http leads to no other machine.
fn check_endpoint(endpoint: &Endpoint) {
    let url = endpoint.as_str();
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()) && !url.contains(['@', '#', '"', '\\']), "{url}");
    assert!(!endpoint.authority().is_empty() && url.contains(endpoint.authority()));
    if endpoint.is_plain() {
        let authority = endpoint.authority().to_ascii_lowercase();
        let local = ["localhost", "127.", "[::1]", "[0", "[::"];
        assert!(local.iter().any(|start| authority.starts_with(start)) || authority.contains(".localhost"), "{url}");
    }
    if let Ok(domain) = endpoint.authority().parse::<Domain>() {
        assert!(domain.as_str().len() <= 59);
    }
    if let Ok(target) = url.parse::<Target>() {
        assert!(url.to_ascii_lowercase().starts_with(&target.to_string().to_ascii_lowercase()), "{target} for {url}");
    }
}
