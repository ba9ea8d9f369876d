//! A database for one test: a SQLite file, or on the PostgreSQL server that [`SERVER`] names.

use std::process::Command;

use anchor_conformance::mock::{Anchor, Config, Place};
use sqlx::{AnyConnection, Connection, PgConnection};

use super::binary::command;

/// The environment variable with the URL of a PostgreSQL server, without a database: `postgres://USER@HOST:PORT`.
const SERVER: &str = "ANCHOR_CONFORMANCE_TEST_POSTGRES";

/// A store of its own, empty.
pub(crate) struct Store {
    address: String,
    _folder: tempfile::TempDir,
}

impl Store {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = match std::env::var(SERVER) {
            Ok(server) => new_database(&server).await,
            Err(_) => format!("sqlite:{}", folder.path().join("a store with ? and %.db").display()),
        };
        Self { address, _folder: folder }
    }

    /// The command of a mock anchor on it.
    pub(crate) fn mock(&self, arguments: &[&str]) -> Command {
        let mut command = command(&[&["mock", "--listen", "127.0.0.1:0", "--store", "env:STORE"], arguments].concat());
        command.env("STORE", &self.address);
        command
    }

    /// An anchor of this process on it.
    pub(crate) async fn anchor(&self, config: Config) -> Anchor {
        let place = self.place();
        let open = move || Anchor::with_store(config, &place).expect("a store");
        tokio::task::spawn_blocking(open).await.expect("no panic")
    }

    pub(crate) fn place(&self) -> Place {
        self.address.parse().expect("a place")
    }

    /// A connection that goes around the anchor; there must have been an [`Store::anchor`] before.
    pub(crate) async fn connect(&self) -> AnyConnection {
        let encoded = |path: &str| path.replace('%', "%25").replace('?', "%3F").replace(' ', "%20");
        let file = self.address.strip_prefix("sqlite:");
        let url = file.map_or_else(|| self.address.clone(), |path| format!("sqlite:{}", encoded(path)));
        AnyConnection::connect(&url).await.expect("the store is there")
    }
}

async fn new_database(server: &str) -> String {
    let name = format!("claim_{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.expect("a PostgreSQL server");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await.expect("created");
    format!("{server}/{name}")
}
