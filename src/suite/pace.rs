//! How fast requests are sent: as fast as can be, until the anchor asks for less.

use std::sync::Mutex;
use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::time::{Instant, sleep_until};

/// The clock that all checks of a run share.
pub(crate) struct Pace(Mutex<State>);

struct State {
    next: Instant,
    gap: Duration,
    /// Requests whose turn was before this one know nothing of the latest slowing down.
    slower_from: Instant,
}

const FIRST_GAP: Duration = Duration::from_millis(20);
const LONGEST_GAP: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const DEFAULT_WAIT: Duration = Duration::from_secs(1);

impl Pace {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State { next: now, gap: Duration::ZERO, slower_from: now }))
    }

    /// Waits for one's turn, and says when it was.
    pub(crate) async fn turn(&self) -> Instant {
        let turn = {
            let mut state = self.0.lock().expect("no code panics while it holds the pace");
            let turn = state.next.max(Instant::now());
            state.next = turn + state.gap;
            turn
        };
        sleep_until(turn).await;
        turn
    }

    /// Heeds a 429: nobody sends until the anchor wants it, and all send more slowly from then on. Several refusals of
    /// requests that were under way together ask for that once.
    pub(crate) fn slow_down(&self, headers: &HeaderMap, turn: Instant) {
        let wait = retry_after(headers, Timestamp::now()).unwrap_or(DEFAULT_WAIT).min(LONGEST_WAIT);
        let mut state = self.0.lock().expect("no code panics while it holds the pace");
        state.next = state.next.max(Instant::now() + wait);
        if turn >= state.slower_from {
            state.gap = (state.gap * 3 / 2).clamp(FIRST_GAP, LONGEST_GAP);
            state.slower_from = state.next;
        }
    }
}

/// Seconds, or a date (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn refusals_of_one_burst_slow_down_once() {
        let (pace, headers) = (Pace::new(), HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("1"))]));
        let burst = Instant::now();
        for _ in 0..8 {
            pace.slow_down(&headers, burst);
        }
        assert_eq!(pace.0.lock().expect("unharmed").gap, FIRST_GAP);
        pace.slow_down(&headers, burst + Duration::from_secs(2));
        assert_eq!(pace.0.lock().expect("unharmed").gap, FIRST_GAP * 3 / 2);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a timestamp");
        let wait = |text| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]), now);
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }
}
