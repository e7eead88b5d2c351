-- Bytes on the wire. A month is known by its first day, counted from 1970-01-01.
CREATE TABLE usage (
    month INTEGER NOT NULL,
    way TEXT NOT NULL,
    cause TEXT NOT NULL,
    charger TEXT NOT NULL,
    action TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (month, way, cause, charger, action)
) WITHOUT ROWID;

CREATE TABLE usage_by_day (
    day INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL
);

CREATE TABLE number (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

-- Messages that were answered and are never sent.
CREATE TABLE thinned (
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

-- Messages that were answered and are sent when there is budget again.
CREATE TABLE held (
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
