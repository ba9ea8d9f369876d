-- Both SQLite and PostgreSQL read this; BYTES stands for the type that each has for them.
--
-- `id` and `identity` are SHA-256 in hex, because a customer's id and memo are any text of any length, and neither
-- database can index, nor PostgreSQL hold, all of it. The document has them as they are.
CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    identity TEXT NOT NULL,
    document TEXT NOT NULL
);

CREATE INDEX customers_by_identity ON customers (identity);

-- The contents of the customers' files, each once.
CREATE TABLE contents (
    customer TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BYTES NOT NULL,
    PRIMARY KEY (customer, sha256)
);

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
