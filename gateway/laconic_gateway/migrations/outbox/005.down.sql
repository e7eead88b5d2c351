DROP TABLE spare;

CREATE TABLE missing (
    site INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (site, sequence)
) WITHOUT ROWID;
