//! Claims about any challenge.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::sep12::Caller;

/// A secret and a client that it is the master key of.
fn arb_client() -> impl Strategy<Value = (SigningKey, ClientAccount)> {
    (any::<[u8; 32]>(), arb_id(), 0..3).prop_map(|(secret, id, form)| {
        let key = SigningKey::from_secret(secret);
        let client = match form {
            0 => ClientAccount::new(key.account(), None),
            1 => ClientAccount::new(key.account(), Some(id)),
            _ => ClientAccount::new(key.account().with_muxed_id(id).expect("classic"), None),
        };
        (key, client.expect("legal"))
    })
}

fn arb_id() -> impl Strategy<Value = u64> {
    prop_oneof![select(vec![0, 1, (1 << 53) + 1, 1 << 63, u64::MAX]), any::<u64>()]
}

proptest! {
    #[test]
    fn what_a_wallet_checked_and_signed_authenticates_it((key, client) in arb_client(), later in 0..=900_u64) {
        let challenge = server().issue(client, NOW);
        let transaction = wallet(client).sign(&challenge, &[&key], NOW + later).expect("sound");
        let opened = server().open(&transaction, NOW + later).expect("sound");
        prop_assert_eq!(opened.client(), client);
        let authenticated = opened.authenticate(&Authority::MasterKey).expect("authentic");
        prop_assert_eq!(authenticated.client.to_string().parse::<Caller>(), Ok(client.caller()));
        prop_assert_eq!(server().open(&transaction, NOW + 901).err(), Some(Refusal::Expired));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(authenticate(&STANDARD.encode(bytes)).is_err());
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        prop_assert!(authenticate(&text).is_err());
    }
}

/// Each byte in turn, since there are but a few hundred.
#[test]
fn no_byte_can_be_changed() {
    let memo = ClientAccount::new(key(2).account(), Some(7)).expect("classic");
    let muxed = ClientAccount::new(muxed(7), None).expect("muxed");
    for client in [client(), memo, muxed] {
        let transaction = wallet(client).sign(&server().issue(client, NOW), &[&key(2)], NOW).expect("sound");
        let bytes = STANDARD.decode(&transaction).expect("base64");
        assert!(authenticate(&transaction).is_ok());
        for index in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[index] ^= flip;
                assert!(authenticate(&STANDARD.encode(bytes)).is_err(), "byte {index} ^ {flip:#x}");
            }
        }
    }
}
