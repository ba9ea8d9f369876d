//! A panic ends one request and nothing else.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

#[cfg(not(panic = "unwind"))]
compile_error!("a panic must end one request, not the process: build with panic = \"unwind\"");

/// The future panicked. What it said is dropped: it may quote a customer's data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// What a future comes to, or that it panicked. Whatever it held is dropped by then, as if it had been cancelled.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    // Nothing of the future is looked at after a panic, so nothing half changed can be seen.
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_future_comes_to_its_output_or_to_its_panic() {
        let later = async {
            tokio::task::yield_now().await;
            1
        };
        assert_eq!(caught(later).await, Ok(1));
        let broken = async {
            tokio::task::yield_now().await;
            panic!("as the test wants it")
        };
        assert_eq!(caught(broken).await, Err::<(), _>(Panicked));
    }
}
