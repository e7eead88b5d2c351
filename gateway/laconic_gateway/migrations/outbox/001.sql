CREATE TABLE site (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    stored INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);

-- Messages that the CSMS has not had yet. `site` is site.number.
CREATE TABLE message (
    site INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    charger TEXT NOT NULL,
    path TEXT NOT NULL,
    version TEXT NOT NULL,
    text TEXT NOT NULL,
    reference INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    received_unix_seconds REAL NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (site, sequence)
);

CREATE INDEX message_by_charger ON message (site, charger, sequence);
