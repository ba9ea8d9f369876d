//! The built binary as a child process.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

pub(crate) const SECRET: &str = "an invented secret for tests, 32 bytes or more";

/// The binary with a clean environment but for the secret.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anchor-conformance"));
    command.args(arguments).env_clear().env("ANCHOR_CONFORMANCE_JWT_SECRET", SECRET);
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A serving command, killed when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts it and waits for its first line.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("piped");
        BufReader::with_capacity(1, stdout).read_line(&mut line).expect("a line");
        let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("no address in {line:?}"));
        Self { url: url.to_owned(), child }
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.url.strip_prefix("http://").expect("http").parse().expect("an address")
    }

    /// The next line that it has to say on stderr.
    pub(crate) fn stderr_line(&mut self) -> String {
        let mut line = String::new();
        let stderr = self.child.stderr.as_mut().expect("piped");
        BufReader::with_capacity(1, stderr).read_line(&mut line).expect("a line");
        line
    }

    /// Asks it to stop as a service manager does, and returns what it had to say on stdout and stderr.
    pub(crate) fn stop(mut self) -> (std::process::ExitStatus, String, String) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(kill.success());
        let status = self.child.wait().expect("it ends");
        let read = |pipe: &mut dyn Read| {
            let mut text = String::new();
            pipe.read_to_string(&mut text).expect("UTF-8");
            text
        };
        let stdout = read(self.child.stdout.as_mut().expect("piped"));
        let stderr = read(self.child.stderr.as_mut().expect("piped"));
        (status, stdout, stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
