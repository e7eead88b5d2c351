-- Who writes. A process that takes the lease has an epoch of its own; one with an older epoch is fenced off.
CREATE TABLE lease (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    epoch INTEGER NOT NULL,
    owner TEXT NOT NULL
);
