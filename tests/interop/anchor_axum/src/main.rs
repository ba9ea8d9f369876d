//! A stand-alone anchor backend ("business server") that answers the customer
//! callbacks, with a list of deliberately broken variants of itself.
//!
//! `anchor_axum --port 0 [--mode NAME] [--api-key KEY]` serves on 127.0.0.1
//! and says where in its first line of output; `--list` describes the modes.

mod forms;
mod modes;
mod routes;
mod rules;
mod store;

use std::future::IntoFuture;
use std::io::Write;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use tokio::signal::unix::{SignalKind, signal};

/// What every handler can reach: how the server was started, and its records.
pub struct App {
    pub mode: &'static str,
    pub api_key: Option<String>,
    pub store: Mutex<store::Store>,
}

impl App {
    /// Whether the server runs in the broken mode of this name.
    pub fn is(&self, mode: &str) -> bool {
        debug_assert!(modes::find(mode).is_some(), "no mode {mode}");
        self.mode == mode
    }
}

enum Order {
    List,
    Serve { port: u16, mode: &'static str, api_key: Option<String> },
}

fn order(mut args: impl Iterator<Item = String>) -> Result<Order, String> {
    let (mut port, mut mode, mut api_key) = (0, "clean", None);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--list" => return Ok(Order::List),
            "--port" => port = value()?.parse().map_err(|_| "that is no port")?,
            "--mode" => mode = modes::find(&value()?).ok_or("there is no such mode")?,
            "--api-key" => api_key = Some(value()?),
            _ => return Err(format!("unknown argument {arg}")),
        }
    }
    Ok(Order::Serve { port, mode, api_key })
}

fn main() -> ExitCode {
    let (port, mode, api_key) = match order(std::env::args().skip(1)) {
        Ok(Order::Serve { port, mode, api_key }) => (port, mode, api_key),
        Ok(Order::List) => {
            println!("{:#}", modes::list());
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\nusage: anchor_axum --port PORT [--mode NAME] [--api-key KEY] | --list");
            return ExitCode::from(2);
        }
    };
    let app = Arc::new(App { mode, api_key, store: Mutex::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    if let Err(problem) = runtime.and_then(|runtime| runtime.block_on(serve(app, port))) {
        eprintln!("anchor_axum: {problem}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Serves until SIGTERM arrives.
async fn serve(app: Arc<App>, port: u16) -> std::io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, routes::router(app)).into_future());
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    term.recv().await;
    Ok(())
}
