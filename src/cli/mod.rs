//! The command line: flags become typed configurations; one file a command.

mod certificate;
mod config_file;
mod desk;
mod panics;
mod secret;
mod server;
mod size;
mod store;
mod web_auth;

mod check;
mod explain;
mod list;
mod mock;
mod platform;
mod sandbox;
mod scenario;
mod token;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Exit code: nothing failed.
pub const EXIT_OK: u8 = 0;
/// Exit code: at least one check or scenario failed.
pub const EXIT_FAILED: u8 = 1;
/// Exit code: the command line or the configuration is wrong.
pub const EXIT_USAGE: u8 = 2;
/// Exit code: the target could not be tested; neither a pass nor a failure.
pub const EXIT_UNTESTABLE: u8 = 3;

/// Checks anchors and platforms against the SEP-12 KYC callback API of the Stellar network.
#[derive(Parser)]
#[command(name = "anchor-conformance", version, max_term_width = 120, args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a target against the contract.
    Check(check::Arguments),
    /// Serve SEP-12 to wallets and forward to an anchor's callback API.
    Platform(Box<platform::Arguments>),
    /// Serve a mock anchor's callback API.
    Mock(mock::Arguments),
    /// Serve a wallet all it needs: a platform with a mock anchor behind it, SEP-1 and SEP-10.
    Sandbox(Box<sandbox::Arguments>),
    /// Run scenario files.
    Scenario(scenario::Arguments),
    /// Print a wallet token.
    Token(token::Arguments),
    /// List checks, requirements, faults, variants, troubles, magic values or fields.
    List(list::Arguments),
    /// Explain a requirement, check, fault, variant, trouble or magic value.
    Explain(explain::Arguments),
}

/// What is wrong with the command line or the configuration, and what would be right.
#[derive(Debug)]
pub(crate) struct Usage(String);

impl Usage {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs the command line and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    panics::tell_only_where();
    let ended = parse(arguments.into_iter().collect()).and_then(|cli| match cli.command {
        Command::Check(arguments) => arguments.run(),
        Command::Platform(arguments) => arguments.run(),
        Command::Mock(arguments) => arguments.run(),
        Command::Sandbox(arguments) => arguments.run(),
        Command::Scenario(arguments) => arguments.run(),
        Command::Token(arguments) => arguments.run(),
        Command::List(arguments) => arguments.run(),
        Command::Explain(arguments) => arguments.run(),
    });
    let code = ended.unwrap_or_else(|usage| {
        tell(&format!("error: {usage}"));
        EXIT_USAGE
    });
    ExitCode::from(if code == EXIT_OK && UNHEARD.load(Relaxed) { EXIT_USAGE } else { code })
}

/// Whether something could not be written to stdout: then not all is well.
static UNHEARD: AtomicBool = AtomicBool::new(false);

/// Writes a line to stderr. If nobody reads it, the program goes on, and no panic about it can end it.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes to stdout.
fn say(text: &str) {
    heard(io::stdout().write_all(text.as_bytes()));
}

/// What came of writing to stdout. A reader that has gone away has seen enough; anything else is told once.
fn heard(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe && !UNHEARD.swap(true, Relaxed) => {
            tell(&format!("error: cannot write to stdout: {error}"));
        }
        _ => {}
    }
}

fn parse(arguments: Vec<OsString>) -> Result<Cli, Usage> {
    let arguments = config_file::insert(arguments, &Cli::command())?;
    let matches = Cli::command().try_get_matches_from(arguments).unwrap_or_else(|error| concealed(error).exit());
    Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| concealed(error).exit()))
}

/// The error without a value that was not accepted, or a word that belongs to no option: the one may be a URL with a
/// password in it, the other a secret, and a service manager keeps what its services say. What was wrong, it still says.
fn concealed(mut error: clap::Error) -> clap::Error {
    let context = match error.kind() {
        ErrorKind::ValueValidation => ContextKind::InvalidValue,
        ErrorKind::UnknownArgument if !names_an_option(&error) => ContextKind::InvalidArg,
        _ => return error,
    };
    error.insert(context, ContextValue::String("...".to_owned()));
    error
}

fn names_an_option(error: &clap::Error) -> bool {
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(word)) if word.starts_with('-'))
}
