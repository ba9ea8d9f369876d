//! The internals that the targets in `fuzz/` call, opened for `cargo fuzz` alone (`--cfg fuzzing`).
//!
//! Each area opens its own, in a file `fuzzing.rs` that can see no more than the area itself: so the import rules hold
//! for them too.

pub use crate::mock::fuzzing as mock;
pub use crate::platform::fuzzing as platform;
pub use crate::scenario::fuzzing as scenario;
pub use crate::suite::fuzzing as suite;
