//! Servers as child processes: started, asked for their address, ended when they go out of scope.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(45);

/// A running server whose first line on stdout was `listening on http://HOST:PORT`.
pub(crate) struct Server {
    running: Running,
    /// What it prints after its address.
    lines: Receiver<String>,
    address: String,
}

impl Server {
    /// Starts the command and waits for its address. Its stderr is passed on.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Outcome<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("failed to start {name}: {error}"))?;
        let stdout = child.stdout.take();
        let running = Running(child);
        let lines = forward_lines(stdout.ok_or("a piped stdout is missing")?);
        let first = lines.recv_timeout(START).map_err(|_| format!("{name} printed no address"))?;
        let address = address(&first).ok_or_else(|| format!("{name} printed `{first}` instead of its address"))?;
        Ok(Self { running, lines, address })
    }

    /// `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.running.0.id()
    }

    /// Asks it to stop, as a service manager does, and says what it printed after its address.
    pub(crate) fn stop(mut self) -> Outcome<Vec<String>> {
        self.signal("TERM")?;
        match self.ended(STOP) {
            Some(status) if status.success() => Ok(self.lines.iter().collect()),
            Some(status) => Err(format!("the server ended with {status}").into()),
            None => Err("the server did not stop".into()),
        }
    }

    /// Its stderr, if the command has it piped and nobody has asked before.
    pub(crate) fn stderr(&mut self) -> Option<ChildStderr> {
        self.running.0.stderr.take()
    }

    /// Sends a signal: `TERM`, `KILL`.
    pub(crate) fn signal(&self, name: &str) -> Outcome {
        let status = Command::new("kill").args(["-s", name, &self.process_id().to_string()]).status()?;
        if status.success() { Ok(()) } else { Err(format!("SIG{name} could not be sent: {status}").into()) }
    }

    /// How it ended, if it does in time.
    pub(crate) fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.running.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                _ if start.elapsed() > patience => return None,
                _ => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// Ends the process when dropped, whatever became of the task.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if the process has ended already, which is what they are for.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Reads on a thread of its own, so that a silent server costs a time-out and not the whole run.
pub(crate) fn forward_lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn address(line: &str) -> Option<String> {
    line.strip_prefix("listening on http://").map(|rest| rest.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_follows_the_promised_words() {
        assert_eq!(address("listening on http://127.0.0.1:8080").as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(address("Listening on 8080"), None);
    }
}
