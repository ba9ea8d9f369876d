//! What all serving commands share: a runtime, a listener, the one line on stdout, and a clean stop.

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::Usage;

pub(super) fn runtime() -> Result<Runtime, Usage> {
    Runtime::new().map_err(|error| Usage::new(format!("no runtime could be started: {error}")))
}

/// Binds, and says where on stdout.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, Usage> {
    let cannot = |error| Usage::new(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "listening on http://{bound}").and_then(|()| stdout.flush());
    Ok(listener)
}

/// Ends at SIGINT or SIGTERM.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
