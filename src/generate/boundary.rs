//! Multipart boundaries: all that RFC 2046 allows (section 5.1.1).

use proptest::prelude::*;
use proptest::sample::select;

const COMMON: [&str; 7] = [
    "boundary",
    "----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "---------------------------9051914041544843365972754266",
    "d1ce2f48-3ff1-495d-9240-7a50d806cfed",
    "=_?:/,.()'+",
    "-",
    "gc0p4Jq0M:2Yt08jU534c0p",
];

/// One to 70 characters, as clients choose them or as odd as they may be.
pub(super) fn arb_boundary() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => select(&COMMON[..]).prop_map(str::to_owned),
        1 => "[0-9a-z]{8,32}",
        2 => "[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]",
        1 => "[0-9A-Za-z'()+_,./:=? -]{69}[0-9A-Za-z'()+_,./:=?-]",
    ]
}
