//! One connection: opened with the schema current, and transactions that no other process can come between.

use std::time::{Duration, Instant};

use sqlx::any::install_drivers;
use sqlx::error::DatabaseError;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr, Transaction, query, raw_sql};
use tokio::time::{sleep, timeout};

use super::error::StoreError;
use super::place::{Kind, Place};

/// How long other processes may keep a transaction waiting, and how long it takes to connect at most.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause between two attempts at a SQLite file that is being made by another process.
const PAUSE: Duration = Duration::from_millis(20);
/// Names the lock among the advisory locks of a PostgreSQL database; "SEP-12" in ASCII.
const LOCK: i64 = 0x53_45_50_2d_31_32;

/// In order, with their titles. One that was released is never changed: the next change of the schema comes behind it.
const MIGRATIONS: &[(&str, &str)] = &[("customers", include_str!("migrations/1_customers.sql"))];

/// Connects, and brings the tables up to date.
pub(super) async fn open(place: &Place) -> Result<AnyConnection, StoreError> {
    let mut connection = connect(place).await?;
    let mut transaction = begin(&mut connection, place.kind).await?;
    migrator(place.kind).run(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(connection)
}

/// Begins a transaction once no other one of this kind is under way, in whichever process.
pub(super) async fn begin(connection: &mut AnyConnection, kind: Kind) -> sqlx::Result<Transaction<'_, Any>> {
    match kind {
        Kind::Sqlite => connection.begin_with("BEGIN IMMEDIATE").await,
        Kind::Postgres => {
            let mut transaction = connection.begin().await?;
            query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
            Ok(transaction)
        }
    }
}

async fn connect(place: &Place) -> Result<AnyConnection, StoreError> {
    // Only the first call installs them; both drivers are there after every other one, too.
    let _ = install_drivers(&[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER]);
    let start = Instant::now();
    loop {
        match timeout(PATIENCE, prepared(place)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if is_busy(&error) && start.elapsed() < PATIENCE => sleep(PAUSE).await,
            Ok(Err(error)) => return Err(StoreError::Unreachable(Box::new(place.clone()), error)),
            Err(_) => return Err(StoreError::Silent(Box::new(place.clone()))),
        }
    }
}

async fn prepared(place: &Place) -> sqlx::Result<AnyConnection> {
    let mut connection = place.options.connect().await?;
    let patience = PATIENCE.as_millis();
    let settings = match place.kind {
        // What was committed outlives a killed process; nothing is promised for a machine without power.
        Kind::Sqlite => {
            format!("PRAGMA busy_timeout = {patience}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
        // A process that was stopped in mid-transaction must not stop the others for good.
        Kind::Postgres => format!(
            "SET lock_timeout = {patience}; SET idle_in_transaction_session_timeout = {patience}; \
             SET client_min_messages = warning"
        ),
    };
    raw_sql(AssertSqlSafe(settings)).execute(&mut connection).await?;
    Ok(connection)
}

/// SQLite switches to its write-ahead log without waiting for a lock.
fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: &str = "5";
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == BUSY)
}

fn migrator(kind: Kind) -> Migrator {
    let bytes = match kind {
        Kind::Sqlite => "BLOB",
        Kind::Postgres => "BYTEA",
    };
    let migrations = (1..).zip(MIGRATIONS).map(|(version, (title, sql))| {
        let sql = AssertSqlSafe(sql.replace("BYTES", bytes)).into_sql_str();
        Migration::new(version, (*title).into(), MigrationType::Simple, sql, false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // The transaction around it is lock enough.
    migrator.set_locking(false);
    migrator
}
