//! `cargo xtask stores`: the claims about `mock --store`, on SQLite and on a PostgreSQL server of the task's own.
//!
//! The server is Debian's package `postgresql` in a directory that is made for it, on a free port of this machine, with
//! a password; it is stopped and removed at the end. PostgreSQL does not run as root, so as root it runs as another user.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::arguments::Arguments;
use crate::{Outcome, cargo};

/// Where the tests look for the server's URL.
const SERVER: &str = "ANCHOR_CONFORMANCE_TEST_POSTGRES";
/// Asks for every fault and variant instead of some.
const ALL: &str = "ANCHOR_CONFORMANCE_TEST_ALL";
const PASSWORD: &str = "invented-for-the-stores-task";
const PATIENCE: Duration = Duration::from_secs(30);
/// Whom PostgreSQL may run as instead of root.
const USERS: [&str; 2] = ["postgres", "nobody"];

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    println!("on SQLite:");
    cargo::run(claims().env_remove(SERVER).env(ALL, "1"))?;
    let Some(programs) = Programs::find() else {
        println!("\n*** on PostgreSQL: NOT TESTED, because it is not installed (Debian: apt install postgresql) ***");
        return Ok(());
    };
    let postgres = Postgres::start(&programs)?;
    println!("\non PostgreSQL:");
    cargo::run(claims().env(SERVER, &postgres.url).env(ALL, "1"))
}

fn claims() -> Command {
    let mut command = cargo::cargo();
    command.args(cargo::TESTS).arg("stores");
    command
}

/// The directory with `initdb`, `postgres`, `pg_isready` and `pg_ctl`.
struct Programs(PathBuf);

impl Programs {
    /// Debian keeps them apart by version, and out of the search path.
    fn find() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let debian = versions.map(|version| version.path().join("bin"));
        let path = env::var_os("PATH").unwrap_or_default();
        let mut found = debian.chain(env::split_paths(&path)).filter(|folder| folder.join("pg_ctl").exists());
        found.next().map(Self)
    }

    /// One of them, as a user that PostgreSQL accepts.
    fn command(&self, name: &str, user: Option<User>) -> Command {
        let mut command = Command::new(self.0.join(name));
        command.stdin(Stdio::null()).stdout(Stdio::null()).current_dir("/");
        if let Some(user) = user {
            command.uid(user.id).gid(user.group);
        }
        command
    }
}

#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl User {
    /// Whom to become: nobody else, unless this is root.
    fn to_become() -> Outcome<Option<Self>> {
        if number(&["-u"]) != Some(0) {
            return Ok(None);
        }
        let user = |name| Some(Self { id: number(&["-u", name])?, group: number(&["-g", name])? });
        let found = USERS.into_iter().find_map(user);
        found.map(Some).ok_or_else(|| format!("PostgreSQL needs another user than root: {}", USERS.join(" or ")).into())
    }
}

/// What `id` says.
fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// A server; stopped and removed when dropped.
struct Postgres<'a> {
    programs: &'a Programs,
    user: Option<User>,
    folder: PathBuf,
    server: Option<Child>,
    url: String,
}

impl<'a> Postgres<'a> {
    fn start(programs: &'a Programs) -> Outcome<Self> {
        let user = User::to_become()?;
        let folder = env::temp_dir().join(format!("anchor-conformance-stores-{}", std::process::id()));
        let port = free_port()?;
        let url = format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}");
        let mut postgres = Self { programs, user, folder, server: None, url };
        postgres.make()?;
        let mut server = programs.command("postgres", user);
        server.arg("-D").arg(postgres.data()).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"]);
        // Processes are killed here, machines are not.
        server.arg(&postgres.folder).args(["-c", "fsync=off"]).stderr(fs::File::create(postgres.folder.join("log"))?);
        postgres.server = Some(server.spawn()?);
        postgres.wait(port)?;
        Ok(postgres)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn make(&self) -> Outcome {
        fs::create_dir(&self.folder)?;
        let password = self.folder.join("password");
        fs::write(&password, PASSWORD)?;
        if let Some(user) = self.user {
            chown(&self.folder, Some(user.id), Some(user.group))?;
        }
        let mut initdb = self.programs.command("initdb", self.user);
        initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--pwfile"]);
        cargo::run(initdb.arg(&password).arg("-D").arg(self.data()))
    }

    fn wait(&self, port: u16) -> Outcome {
        let start = Instant::now();
        let mut ready = self.programs.command("pg_isready", self.user);
        ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        while !ready.status()?.success() {
            if start.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL was not ready in {PATIENCE:?}:\n{log}").into());
            }
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Postgres<'_> {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let mut stop = self.programs.command("pg_ctl", self.user);
            stop.args(["stop", "--mode=immediate", "-D"]).arg(self.folder.join("data"));
            // A server that cannot be told to stop is killed.
            if !stop.status().is_ok_and(|status| status.success()) {
                drop(server.kill());
            }
            drop(server.wait());
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("{} could not be removed: {error}", Path::display(&self.folder));
        }
    }
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
