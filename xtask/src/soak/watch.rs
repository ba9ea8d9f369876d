//! The process under test from outside: memory, descriptors and threads, as /proc has them.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::Outcome;

/// One look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// How many requests were done.
    pub(crate) requests: u64,
    pub(crate) resident_kb: u64,
    pub(crate) peak_kb: u64,
    pub(crate) threads: u64,
    pub(crate) descriptors: u64,
}

/// How much more memory than in the first fifth is no growth: what an allocator keeps of its bad moments.
const SLACK_KB: u64 = 16 * 1024;
const SLACK_PER_CENT: u64 = 25;
pub(crate) const EVERY: Duration = Duration::from_millis(250);

pub(crate) fn look(process: u32, requests: u64) -> Outcome<Look> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))
        .map_err(|error| format!("the platform's process is gone: {error}"))?;
    let count = |name| number(&status, name).ok_or_else(|| format!("/proc/{process}/status has no {name}"));
    Ok(Look {
        requests,
        resident_kb: count("VmRSS:")?,
        peak_kb: count("VmHWM:")?,
        threads: count("Threads:")?,
        descriptors: fs::read_dir(format!("/proc/{process}/fd"))?.count() as u64,
    })
}

/// A look at a process that has just said that it listens, and may have a file or two still to read.
pub(crate) fn settled(process: u32) -> Outcome<Look> {
    let mut last = look(process, 0)?;
    loop {
        thread::sleep(EVERY);
        let next = look(process, 0)?;
        if next.descriptors == last.descriptors {
            return Ok(next);
        }
        last = next;
    }
}

fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What the process holds open: of connections their ends, their state, and what waits in them.
pub(crate) fn open(process: u32) -> Vec<String> {
    let connections = fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap_or_default();
    let descriptors = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let what = |descriptor: fs::DirEntry| {
        let place = fs::read_link(descriptor.path()).ok()?.to_string_lossy().into_owned();
        let connection = place.strip_prefix("socket:[").and_then(|inode| inode.strip_suffix(']'));
        Some(connection.and_then(|inode| ends(&connections, inode)).unwrap_or(place))
    };
    descriptors.filter_map(what).collect()
}

/// One connection of `/proc/net/tcp`.
fn ends(connections: &str, inode: &str) -> Option<String> {
    const STATES: [&str; 11] = [
        "established",
        "SYN sent",
        "SYN received",
        "FIN wait 1",
        "FIN wait 2",
        "time wait",
        "closed",
        "close wait",
        "last ACK",
        "listening",
        "closing",
    ];
    let columns = connections.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let columns = columns.into_iter().find(|columns| columns.get(9) == Some(&inode))?;
    let port = |end: &str| u16::from_str_radix(end.split_once(':')?.1, 16).ok();
    let state = usize::from_str_radix(columns[3], 16).ok()?.checked_sub(1)?;
    let (unsent, unread) = columns[4].split_once(':')?;
    let (near, far) = (port(columns[1])?, port(columns[2])?);
    Some(format!("TCP from {near} to {far}, {}, unsent 0x{unsent}, unread 0x{unread}", STATES.get(state)?))
}

/// What must not be so about the looks at one process during a run.
pub(crate) fn judge(looks: &[Look]) -> Result<(), String> {
    let all = looks.last().map_or(0, |look| look.requests);
    let peak_where = |wanted: &dyn Fn(u64) -> bool| {
        looks.iter().filter(|look| wanted(look.requests)).map(|look| look.resident_kb).max()
    };
    let early = peak_where(&|requests| requests <= all / 5).ok_or("the platform was not looked at in time")?;
    let late = peak_where(&|requests| requests >= all / 5 * 4).ok_or("the platform was not looked at in time")?;
    let bound = early + (early * SLACK_PER_CENT / 100).max(SLACK_KB);
    if late > bound {
        return Err(format!(
            "memory grew: {early} kB in the first fifth, {late} kB in the last; {bound} kB are allowed"
        ));
    }
    let threads: Vec<u64> = looks.iter().map(|look| look.threads).collect();
    match threads.iter().min() == threads.iter().max() {
        true => Ok(()),
        false => {
            Err(format!("the number of threads changed: from {:?} to {:?}", threads.iter().min(), threads.iter().max()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(resident_kb: impl Fn(u64) -> u64) -> Vec<Look> {
        (0..=100)
            .map(|requests| Look { requests, resident_kb: resident_kb(requests), threads: 4, ..Look::default() })
            .collect()
    }

    #[test]
    fn memory_that_grows_is_seen_and_a_plateau_is_none() {
        assert_eq!(judge(&run(|requests| 20_000 + requests.min(20) * 2000)), Ok(()));
        let error = judge(&run(|requests| 20_000 + requests * 500)).expect_err("no objection");
        assert!(error.contains("memory grew"), "{error}");
    }

    #[test]
    fn threads_that_come_are_seen() {
        let mut looks = run(|_| 1);
        looks[50].threads = 5;
        assert!(judge(&looks).is_err());
    }

    #[test]
    fn an_open_connection_is_told_by_its_ends() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1F90 0100007F:C350 08 00000000:00000001 00:00000000 00000000     0        0 4711 1 0 20 4 30 10 -1\n";
        let told = ends(table, "4711");
        assert_eq!(told.as_deref(), Some("TCP from 8080 to 50000, close wait, unsent 0x00000000, unread 0x00000001"));
        assert_eq!(ends(table, "1"), None);
    }

    #[test]
    fn figures_are_read_from_the_status() {
        let status = "Name:\tx\nVmHWM:\t    6144 kB\nThreads:\t4\n";
        assert_eq!((number(status, "VmHWM:"), number(status, "Threads:")), (Some(6144), Some(4)));
    }
}
