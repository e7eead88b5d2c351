-- What a site has learned from the CSMS. The oldest fact has the smallest number.
CREATE TABLE fact (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
