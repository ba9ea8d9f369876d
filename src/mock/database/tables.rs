//! The tables: reading and writing customers within a transaction that somebody else has begun.

use std::collections::BTreeMap;

use bytes::Bytes;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use super::changes::{Changes, Written};
use super::document::{Contents, Row};
use crate::mock::store::Counters;

/// Which customers, by their columns.
#[derive(Debug)]
pub(super) enum Choice {
    Everybody,
    Those { ids: Vec<String>, identities: Vec<String> },
}

/// Customers, and where the counters stand.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) counters: Counters,
    pub(super) customers: Vec<(Row, Contents)>,
}

pub(super) async fn load(connection: &mut AnyConnection, choice: &Choice, with_contents: bool) -> sqlx::Result<Loaded> {
    let counters = load_counters(connection).await?;
    let mut customers = Vec::new();
    for row in rows(connection, choice).await?.into_values() {
        let contents = if with_contents { load_contents(connection, &row.id).await? } else { Contents::new() };
        customers.push((row, contents));
    }
    Ok(Loaded { counters, customers })
}

pub(super) async fn save(connection: &mut AnyConnection, changes: Changes) -> sqlx::Result<()> {
    if changes.clears {
        query("DELETE FROM contents").execute(&mut *connection).await?;
        query("DELETE FROM customers").execute(&mut *connection).await?;
    }
    for id in changes.removed {
        query("DELETE FROM contents WHERE customer = $1").bind(id.clone()).execute(&mut *connection).await?;
        query("DELETE FROM customers WHERE id = $1").bind(id).execute(&mut *connection).await?;
    }
    for written in changes.written {
        write(connection, written).await?;
    }
    if let Some(counters) = changes.counters {
        save_counter(connection, "ids", counters.ids).await?;
        save_counter(connection, "registered", counters.registered).await?;
    }
    Ok(())
}

/// The rows by id, none of them twice.
async fn rows(connection: &mut AnyConnection, choice: &Choice) -> sqlx::Result<BTreeMap<String, Row>> {
    let mut found = Vec::new();
    match choice {
        Choice::Everybody => {
            found = query("SELECT id, identity, document FROM customers").fetch_all(connection).await?;
        }
        Choice::Those { ids, identities } => {
            for id in ids {
                let by_id = query("SELECT id, identity, document FROM customers WHERE id = $1").bind(id.clone());
                found.extend(by_id.fetch_all(&mut *connection).await?);
            }
            for identity in identities {
                let by_identity = query("SELECT id, identity, document FROM customers WHERE identity = $1");
                found.extend(by_identity.bind(identity.clone()).fetch_all(&mut *connection).await?);
            }
        }
    }
    found.iter().map(|row| read(row).map(|row| (row.id.clone(), row))).collect()
}

fn read(row: &AnyRow) -> sqlx::Result<Row> {
    Ok(Row { id: row.try_get(0)?, identity: row.try_get(1)?, document: row.try_get(2)? })
}

async fn load_contents(connection: &mut AnyConnection, customer: &str) -> sqlx::Result<Contents> {
    let of_customer = query("SELECT sha256, bytes FROM contents WHERE customer = $1").bind(customer.to_owned());
    let rows = of_customer.fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, Bytes::from(row.try_get::<Vec<u8>, _>(1)?)))).collect()
}

async fn write(connection: &mut AnyConnection, written: Written) -> sqlx::Result<()> {
    let Row { id, identity, document } = written.row;
    for hash in written.stale_contents {
        let delete = query("DELETE FROM contents WHERE customer = $1 AND sha256 = $2");
        delete.bind(id.clone()).bind(hash).execute(&mut *connection).await?;
    }
    for (hash, bytes) in written.new_contents {
        let insert = query("INSERT INTO contents (customer, sha256, bytes) VALUES ($1, $2, $3)");
        insert.bind(id.clone()).bind(hash).bind(bytes.to_vec()).execute(&mut *connection).await?;
    }
    let upsert = query(
        "INSERT INTO customers (id, identity, document) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET identity = excluded.identity, document = excluded.document",
    );
    upsert.bind(id).bind(identity).bind(document).execute(connection).await.map(drop)
}

async fn load_counters(connection: &mut AnyConnection) -> sqlx::Result<Counters> {
    let mut counters = Counters::default();
    for row in query("SELECT name, value FROM counters").fetch_all(connection).await? {
        let value = row.try_get::<i64, _>(1)?.cast_unsigned();
        match row.try_get::<String, _>(0)?.as_str() {
            "ids" => counters.ids = value,
            "registered" => counters.registered = value,
            _ => {}
        }
    }
    Ok(counters)
}

async fn save_counter(connection: &mut AnyConnection, name: &'static str, value: u64) -> sqlx::Result<()> {
    let upsert = query(
        "INSERT INTO counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    upsert.bind(name).bind(value.cast_signed()).execute(connection).await.map(drop)
}
