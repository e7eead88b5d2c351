-- What is known of a charger beyond the messages that wait. `site` is site.number, `text` is JSON.
CREATE TABLE kept (
    site INTEGER NOT NULL,
    charger TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (site, charger, kind, name)
);
