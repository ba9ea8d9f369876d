//! `cargo xtask browser`: the page of the sandbox in a real Chromium, live, pressed, and attacked from another site.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::process::Server;
use crate::{Outcome, npm};

const PROGRAM: &str = "tests/interop/browser";

/// Where Debian's package puts it; `CHROMIUM` names another.
const CHROMIUM: &str = "/usr/bin/chromium";

const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let screenshot = arguments.text("--screenshot")?.map(PathBuf::from);
    arguments.finish()?;
    let chromium = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from(CHROMIUM), PathBuf::from);
    if !chromium.exists() {
        println!("NOT TESTED: there is no {} (Debian: apt-get install chromium)", chromium.display());
        return Ok(());
    }
    npm::install(PROGRAM)?;
    let binary = cargo::build(Profile::Debug)?;
    let log = binary.with_file_name("browser-sandbox.log");
    let screenshot = screenshot.unwrap_or_else(|| binary.with_file_name("browser-page.png"));
    let mut command = Command::new(&binary);
    command.args(["sandbox", "--listen", "127.0.0.1:0"]);
    command.stderr(File::create(&log).map_err(|error| format!("failed to create {}: {error}", log.display()))?);
    let outcome = Server::start("the sandbox", &mut command)
        .and_then(|sandbox| visit(&sandbox, &read_token(&log)?, &chromium, &screenshot));
    outcome.map_err(|error| format!("{error}\nthe sandbox said:\n{}", read(&log)).into())
}

fn visit(sandbox: &Server, token: &str, chromium: &Path, screenshot: &Path) -> Outcome {
    let mut command = Command::new("node");
    command.arg(format!("{PROGRAM}/browser.mjs")).args([&sandbox.url(), token]).args([chromium, screenshot]);
    cargo::run(&mut command)?;
    println!("pictures: {} and beside it", screenshot.display());
    Ok(())
}

/// The token that a sandbox printed; the walk-through comes soon after the line with the address.
pub(crate) fn read_token(log: &Path) -> Outcome<String> {
    let end = Instant::now() + PATIENCE;
    loop {
        match token(&read(log)) {
            Some(token) => return Ok(token.to_owned()),
            None if Instant::now() > end => return Err("the walk-through has no token".into()),
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn read(log: &Path) -> String {
    fs::read_to_string(log).unwrap_or_default()
}

/// The demo token that the sandbox prints.
fn token(said: &str) -> Option<&str> {
    said.split_once("AUTH='Authorization: Bearer ")?.1.split_once('\'').map(|(token, _)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_the_walk_through() {
        assert_eq!(token("  KYC=x\n  AUTH='Authorization: Bearer a.b.c'\n"), Some("a.b.c"));
        assert_eq!(token("nothing"), None);
    }
}
