CREATE TABLE record (
    sequence INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    charger TEXT NOT NULL,
    path TEXT NOT NULL,
    version TEXT NOT NULL,
    text TEXT NOT NULL,
    reference INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    received_unix_seconds REAL NOT NULL,
    checksum INTEGER NOT NULL
);

CREATE TABLE number (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;
