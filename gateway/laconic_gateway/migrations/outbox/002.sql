-- Damaged messages as they were found. `site` is site.number.
CREATE TABLE quarantine (
    site INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    found_unix_seconds INTEGER NOT NULL,
    reason TEXT NOT NULL,
    kind,
    charger,
    path,
    version,
    text,
    reference,
    answered,
    received_unix_seconds,
    checksum,
    PRIMARY KEY (site, sequence)
);

-- Messages that are waited for again: their site still has them. Others up to site.stored are done.
CREATE TABLE missing (
    site INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (site, sequence)
) WITHOUT ROWID;
