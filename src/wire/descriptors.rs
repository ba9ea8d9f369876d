//! How many connections this process can serve without running out of descriptors.

/// For what is no connection: listeners, the runtime, logs, databases, and whatever the process began with.
#[cfg(unix)]
const KEPT_BACK: u64 = 64;
/// A connection to the client, and one to the anchor.
#[cfg(unix)]
const PER_CONNECTION: u64 = 2;
/// What a process may hold if nobody says otherwise: enough for a busy server, and at 32 KiB of headers each not more
/// than 320 MiB for clients that never finish a request.
const MOST: usize = 10_000;
#[cfg(unix)]
const LEAST: u64 = 16;

/// The most connections to serve at once, by the limit of descriptors that the process was started with.
#[cfg(unix)]
pub(crate) fn connections() -> usize {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.map_or(MOST, within)
}

#[cfg(not(unix))]
pub(crate) fn connections() -> usize {
    MOST
}

#[cfg(unix)]
fn within(descriptors: u64) -> usize {
    let connections = (descriptors.saturating_sub(KEPT_BACK) / PER_CONNECTION).max(LEAST);
    usize::try_from(connections).unwrap_or(MOST).min(MOST)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_descriptors_for_each_connection() {
        assert_eq!([0, 256, 1024, 20_000, u64::MAX].map(within), [16, 96, 480, 9968, MOST]);
    }
}
