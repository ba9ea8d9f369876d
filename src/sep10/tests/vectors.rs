//! Challenges that stellar-sdk 16.1.1 (Python) built for the keys of these tests and found authentic once signed.

use super::*;
use crate::sep10::session::Session;

/// When they were made.
const THEN: u64 = 1_795_456_065;

/// The signed challenge, the subject and the transaction's hash, as stellar-sdk has them.
const VECTORS: [(&str, &str, &str); 3] = [
    (
        "AAAAAgAAAACKiOPddAnxlf1S2y08ul1yymcJvx2UEhvzdIgBtA9vXAAAAMgAAAAAAAAAAAAAAAEAAAAAawR8QQAAAABrBH/FAAAA\
         AAAAAAIAAAABAAAAAIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOUAAAACgAAABhhbmNob3IuZXhhbXBsZTo4NDQzIGF1\
         dGgAAAABAAAAQDlXbC83SkJ4VXllaytEdG9aVmRaZFEyTTJ6ZzV0Sko3em1yYmluOXJEOFdhUmRxNUFGb0RFQmJOSEt1dUtDV1EA\
         AAABAAAAAIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29cAAAACgAAAA93ZWJfYXV0aF9kb21haW4AAAAAAQAAABNhdXRo\
         LmFuY2hvci5leGFtcGxlAAAAAAAAAAACtA9vXAAAAECPZd6NLknmb1TRjlVqTGgzaYyu6wOXBEvOv2Nz9e/2VgytODP+CaOSRvQh\
         kf/KK81FtYmQxxC/Wz60wROP+PoLj8mzlAAAAEAA+Hvw+07jedxbjT3Vmkb0Wd+dfXBWLn4Ej6BTVG17b6sypU/nMZa7jvprGn0Y\
         8s7j7/xoAQk2jYrnmnb7x4wG",
        "GCATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZI55U",
        "3239a7b626b9897f4a7de12f4c7d7eea6228f7ead3536ef96f1eb5b5e7e56b0f",
    ),
    (
        "AAAAAgAAAACKiOPddAnxlf1S2y08ul1yymcJvx2UEhvzdIgBtA9vXAAAAMgAAAAAAAAAAAAAAAEAAAAAawR8QQAAAABrBH/FAAAA\
         Av//////////AAAAAgAAAAEAAAAAgTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5QAAAAKAAAAGGFuY2hvci5leGFtcGxl\
         Ojg0NDMgYXV0aAAAAAEAAABAN0FmTzdPaXlpSDJOVTdoTm02U0VUTWU0OXlqcnBHTmxEWmxMbTQ1ZGtIUjUzTyt6NVRnNFkxek9D\
         M2VGc3pzTwAAAAEAAAAAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1wAAAAKAAAAD3dlYl9hdXRoX2RvbWFpbgAAAAAB\
         AAAAE2F1dGguYW5jaG9yLmV4YW1wbGUAAAAAAAAAAAK0D29cAAAAQM9Hh7rVykK0Im+csOiwSInGqhbfvU32dgJaIxu/6aQMKhyH\
         rzOttgADkOaOuFW/J1XOpiIK7WPDyUb3zYyJFwiPybOUAAAAQJCSmTdCDIGVWA6s12mcZey3N4HAzyYNT25q/Bh9iA1iWJbNWU/a\
         VEpzFgGWNgsYjEIR8PQkXoF5xVlf0iY7MAc=",
        "GCATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZI55U:18446744073709551615",
        "64b070f393ae24858b00ba1e629f68f2a227fa99a1c2dde9807b19373551acad",
    ),
    (
        "AAAAAgAAAACKiOPddAnxlf1S2y08ul1yymcJvx2UEhvzdIgBtA9vXAAAAMgAAAAAAAAAAAAAAAEAAAAAawR8QQAAAABrBH/FAAAA\
         AAAAAAIAAAABAAABAP//////////gTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5QAAAAKAAAAGGFuY2hvci5leGFtcGxl\
         Ojg0NDMgYXV0aAAAAAEAAABAZERTdktrQU93ZjFKb3RUQWVoYzE3UkdudTRIdmg5VXcwN3d3WlJMYVExWVNNRlRldHBXUUZlc0VB\
         Ty9IaHBEZwAAAAEAAAAAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1wAAAAKAAAAD3dlYl9hdXRoX2RvbWFpbgAAAAAB\
         AAAAE2F1dGguYW5jaG9yLmV4YW1wbGUAAAAAAAAAAAK0D29cAAAAQCFkwZpW7VbIGc76U4g0DPXd1wWmgQipgw8M4BQQQGZR5fVi\
         7CxKjGcue6IYRmZRephOYHFHXixOJ05oiecBLAmPybOUAAAAQJC+8pGXPAb3b+YRRV4y9405Z/wBOQ3rXteMBROyMe438Uv5vwSV\
         mSlj7YOb+dKZjsjM6ITNBI41IFvawp4B1QU=",
        "MCATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZJ7777777777774ZU2",
        "64dd83611b4e2095544d08340c9ed420f9f3c69b95b4b386e4b2e42af43c16fc",
    ),
];

#[test]
fn what_stellar_sdk_built_authenticates_whom_it_was_for() {
    for (transaction, sub, hash) in VECTORS {
        let opened = server().open(transaction, THEN).expect("sound");
        let authenticated = opened.authenticate(&Authority::MasterKey).expect("authentic");
        let session = Session::new(&authenticated, "", &server().home_domain, THEN, 1);
        assert_eq!((session.sub.as_str(), session.jti.as_str()), (sub, hash));
    }
}

#[test]
fn a_wallet_signs_it_to_the_byte() {
    for (transaction, sub, _) in VECTORS {
        let (account, memo) = sub.split_once(':').map_or((sub, None), |(account, memo)| (account, Some(memo)));
        let mut envelope = Envelope::decode(transaction).expect("an envelope");
        envelope.signatures.pop();
        let challenge = envelope.encode().expect("one signature");
        let wallet = wallet(ClientAccount::requested(account, memo).expect("legal"));
        assert_eq!(wallet.sign(&challenge, &[&key(2)], THEN).as_deref(), Ok(transaction));
    }
}

/// The signed example in SEP-10, which is for the test network whatever the text around it says. It has no
/// `web_auth_domain`, as older versions allowed.
#[test]
fn the_example_of_sep_10_is_sound_to_a_wallet() {
    let example = "AAAAAgAAAADIiRu2BrqqeOcP28PWCkD4D5Rjjsqh71HwvqFX+F4VXAAAAGQAAAAAAAAAAAAAAAEAAAAAXzrUcQAAAABfOtf1AAAA\
         AAAAAAEAAAABAAAAAEEB8rhqNa70RYjaNnF1ARE2CbL50iR9HPXST/fImJN1AAAACgAAADB0aGlzaXNhdGVzdC5zYW5kYm94LmFu\
         Y2hvci5hbmNob3Jkb21haW4uY29tIGF1dGgAAAABAAAAQGdGOFlIQm1zaGpEWEY0L0VJUFZucGVlRkxVTDY2V0tKMVBPYXZuUVVB\
         NjBoL09XaC91M2Vvdk54WFJtSTAvQ2UAAAAAAAAAAvheFVwAAABAheKE1HjGnUCNwPbX8mz7CqotShKbA+xM2Hbjl6X0TBpEprVO\
         UVjA6lqMJ1j62vrxn1mF3eJzsLa9s9hRofG3AsiYk3UAAABArIrkvqmA0V9lIZcVyCUdja6CiwkPwsV8BfI4CZOyR1Oq7ysvNJWw\
         Y0G42dpxN9OP1qz4dum8apG2hqvxVWjkDQ==";
    let server = "GDEISG5WA25KU6HHB7N4HVQKID4A7FDDR3FKD32R6C7KCV7YLYKVY7S7";
    let client = "GBAQD4VYNI2255CFRDNDM4LVAEITMCNS7HJCI7I46XJE756ITCJXLV7E";
    let Ok(Account::Classic(server)) = server.parse() else { panic!("a classic account") };
    let home_domain = domain("thisisatest.sandbox.anchor.anchordomain.com");
    let client = ClientAccount::requested(client, None).expect("legal");
    let wallet = Wallet { server, home_domain, ..wallet(client) };
    assert_eq!(wallet.check(example, 1_597_690_993), Ok(()));
    let network = Network::public();
    assert_eq!(Wallet { network, ..wallet }.check(example, 1_597_690_993), Err(Refusal::ServerSignature));
}
