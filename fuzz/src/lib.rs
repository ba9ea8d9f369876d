//! What the fuzz targets share: second opinions that share no code with what they judge.
//!
//! In reading order: which names a field may have ([`names`]), which fields the anchor must get of those that a client
//! sent ([`expected`]), what it got ([`received`]), and a body's way through the platform in memory ([`body`]).
//! [`request`], [`stack`] and [`log`] are whole requests over sockets.

pub mod names;

pub mod expected;
pub mod received;

pub mod body;

pub mod log;
pub mod request;
pub mod stack;

/// The callers that targets choose from; the key and ids are those of SEP-23's examples.
pub const SUBS: [&str; 4] = [
    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ",
    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ:7",
    "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK",
    "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE",
];
