-- A second copy of each message that waits, in pages of its own. `site` is site.number.
CREATE TABLE spare (
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
) WITHOUT ROWID;

-- Sites that were asked for damaged messages again send everything again that is not delivered.
DELETE FROM message WHERE site IN (SELECT site FROM missing);
DELETE FROM kept WHERE site IN (SELECT site FROM missing);
DELETE FROM site WHERE number IN (SELECT site FROM missing);
DROP TABLE missing;

INSERT INTO spare
SELECT site, sequence, kind, charger, path, version, text,
    reference, answered, received_unix_seconds, checksum FROM message;
