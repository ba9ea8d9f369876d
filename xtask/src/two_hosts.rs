//! `cargo xtask two-hosts`: `check anchor` on one host, the mock anchor on another.
//!
//! Two network namespaces joined by one cable stand for the hosts, so that a file, a loopback address or a resolver that
//! both ends happened to share on one machine would be missed. The kernel's counters of the suite's namespace say
//! afterwards that TCP was all that was spoken. Needs Linux, `ip` and the right to make namespaces.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::{Outcome, process::Server};

const ANCHOR: &str = "198.51.100.1";
const SUITE: &str = "198.51.100.2";

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let Ok(hosts) = Hosts::connected() else {
        println!("two hosts: not tried (`ip netns` needs Linux, iproute2 and root)");
        return Ok(());
    };
    let binary = cargo::build(Profile::Debug)?;
    let listen = format!("{ANCHOR}:8081");
    let anchor = Server::start("the mock anchor", hosts.anchor.command(&binary).args(["mock", "--listen", &listen]))?;
    let mut check = hosts.suite.command(&binary);
    cargo::run(check.args(["check", "anchor", &anchor.url(), "--strict"]))?;
    let counters = hosts.suite.counters()?;
    let (connections, datagrams) = (counters.count("Tcp", "ActiveOpens")?, counters.count("Udp", "OutDatagrams")?);
    println!("\nthe suite's host opened {connections} TCP connections and sent {datagrams} UDP datagrams");
    match (connections, datagrams) {
        (1.., 0) => Ok(()),
        _ => Err("something else than HTTP over TCP was used".into()),
    }
}

/// Two hosts with a cable between them; dropped, they are gone.
struct Hosts {
    anchor: Host,
    suite: Host,
}

impl Hosts {
    fn connected() -> Outcome<Self> {
        let process = std::process::id();
        let hosts =
            Self { anchor: Host::new(format!("anchor-{process}"))?, suite: Host::new(format!("suite-{process}"))? };
        let (anchor, suite) = (hosts.anchor.name.as_str(), hosts.suite.name.as_str());
        ip(&["link", "add", "cable", "netns", anchor, "type", "veth", "peer", "name", "cable", "netns", suite])?;
        for (host, address) in [(anchor, ANCHOR), (suite, SUITE)] {
            ip(&["-n", host, "address", "add", &format!("{address}/24"), "dev", "cable"])?;
            ip(&["-n", host, "link", "set", "cable", "up"])?;
        }
        Ok(hosts)
    }
}

struct Host {
    name: String,
}

impl Host {
    fn new(name: String) -> Outcome<Self> {
        ip(&["netns", "add", &name])?;
        Ok(Self { name })
    }

    /// The program on this host, in an empty environment and the root directory.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program).current_dir("/").env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command
    }

    fn counters(&self) -> Outcome<Counters> {
        let mut command = self.command(Path::new("cat"));
        Ok(Counters(String::from_utf8(command.arg("/proc/net/snmp").output()?.stdout)?))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Nothing better can be done about a namespace that will not go.
        drop(ip(&["netns", "delete", &self.name]));
    }
}

/// What `/proc/net/snmp` says: per protocol a line of names and a line of counts.
struct Counters(String);

impl Counters {
    fn count(&self, protocol: &str, name: &str) -> Outcome<u64> {
        let mut lines = self.0.lines().filter_map(|line| line.strip_prefix(protocol)?.strip_prefix(": "));
        let (names, counts) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let mut pairs = names.split(' ').zip(counts.split(' '));
        let count = pairs.find(|pair| pair.0 == name).and_then(|pair| pair.1.parse().ok());
        count.ok_or_else(|| format!("the kernel counts no {name} of {protocol}").into())
    }
}

fn ip(arguments: &[&str]) -> Outcome {
    let status = Command::new("ip").args(arguments).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("ip {} ended with {status}", arguments.join(" ")).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_by_protocol_and_name() {
        let counters = Counters("Tcp: ActiveOpens InErrs\nTcp: 42 0\nUdp: OutDatagrams\nUdp: 7\n".to_owned());
        assert_eq!(counters.count("Tcp", "ActiveOpens").ok(), Some(42));
        assert_eq!(counters.count("Udp", "OutDatagrams").ok(), Some(7));
        assert!(counters.count("Udp", "ActiveOpens").is_err());
    }
}
