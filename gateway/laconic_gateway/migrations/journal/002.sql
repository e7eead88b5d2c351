-- Damaged records as they were found. Their place in `record` has a record of kind 0 (VOID).
CREATE TABLE quarantine (
    sequence INTEGER PRIMARY KEY,
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
    checksum
);
