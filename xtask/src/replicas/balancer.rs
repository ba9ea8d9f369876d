//! The balancers, each with its example of `deploy/`, in which nothing but the addresses is changed.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::Outcome;

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Nginx,
    Haproxy,
}

/// A balancer before replicas; ended and its files removed when dropped.
pub(super) struct Balancer {
    pub(super) address: SocketAddr,
    process: Child,
    folder: PathBuf,
}

/// What the examples listen on, and where their replicas are.
const LISTEN: &str = "127.0.0.1:8080";
pub(super) const REPLICAS: [&str; 3] = ["127.0.0.1:8081", "127.0.0.1:8082", "127.0.0.1:8083"];
const PATIENCE: Duration = Duration::from_secs(10);

impl Kind {
    pub(super) fn named(name: &str) -> Outcome<Self> {
        match name {
            "nginx" => Ok(Self::Nginx),
            "haproxy" => Ok(Self::Haproxy),
            other => Err(format!("no balancer is called `{other}`; there are nginx and haproxy").into()),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Nginx => "deploy/nginx.conf",
            Self::Haproxy => "deploy/haproxy.cfg",
        }
    }

    /// Its version, if it is installed.
    pub(super) fn version(self) -> Option<String> {
        let output = Command::new(self.program()?).arg("-v").output().ok()?;
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).lines().next().map(str::to_owned)
    }

    /// Debian keeps both where the search path of users does not lead.
    fn program(self) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
        folders.map(|folder| folder.join(self.name())).find(|program| program.exists())
    }
}

impl Balancer {
    pub(super) fn start(kind: Kind, replicas: &[SocketAddr; 3]) -> Outcome<Self> {
        let program = kind.program().ok_or("it is not installed")?;
        let folder = env::temp_dir().join(format!("anchor-conformance-replicas-{}", std::process::id()));
        let address = free_address()?;
        let example = fs::read_to_string(kind.example())?;
        fs::create_dir_all(&folder)?;
        let configuration = folder.join("configuration");
        let mut command = Command::new(program);
        let whole = match kind {
            Kind::Nginx => {
                command.arg("-p").arg(&folder).arg("-c");
                around_nginx(&folder, &addressed(&example, address, replicas)?)
            }
            Kind::Haproxy => {
                command.args(["-db", "-f"]);
                addressed(&example, address, replicas)?
            }
        };
        fs::write(&configuration, whole)?;
        let log = fs::File::create(folder.join("log"))?;
        command.arg(configuration).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn()?;
        let balancer = Self { address, process, folder };
        balancer.wait()?;
        Ok(balancer)
    }

    fn wait(&self) -> Outcome {
        let start = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if start.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("the balancer did not listen in {PATIENCE:?}:\n{log}").into());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // nginx ends its workers only if it is asked to; both calls fail only if it has ended already.
        drop(Command::new("kill").args(["-s", "TERM", &self.process.id().to_string()]).status());
        drop(self.process.wait());
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

/// An address of this machine that nobody listens on.
pub(super) fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The example with other addresses. Each of its own must be there, or it is not what would be tried.
fn addressed(example: &str, listen: SocketAddr, replicas: &[SocketAddr; 3]) -> Outcome<String> {
    let mut text = example.to_owned();
    for (own, other) in std::iter::once((LISTEN, listen)).chain(REPLICAS.into_iter().zip(replicas.iter().copied())) {
        if !text.contains(own) {
            return Err(format!("the example of a balancer has no {own}").into());
        }
        text = text.replace(own, &other.to_string());
    }
    Ok(text)
}

/// What stands around a file of conf.d, kept apart from an nginx that this machine may have.
fn around_nginx(folder: &Path, server: &str) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .concat();
    format!(
        "daemon off;\nuser root;\nworker_processes 1;\npid {folder}/pid;\nerror_log stderr warn;\n\
         events {{ worker_connections 4096; }}\nhttp {{\n    access_log off;\n{temporary}{server}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_have_the_addresses_that_are_replaced() -> Outcome {
        let [listen, replicas @ ..] = [1, 2, 3, 4].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        for example in [include_str!("../../../deploy/nginx.conf"), include_str!("../../../deploy/haproxy.cfg")] {
            let text = addressed(example, listen, &replicas)?;
            assert!(!text.contains("127.0.0.1:80"), "{text}");
            assert_eq!(text.matches("127.0.0.1:3").count(), 2, "a replica is in both groups");
        }
        Ok(())
    }

    #[test]
    fn another_file_is_no_example() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        assert!(addressed("", address, &[address; 3]).is_err());
    }
}
