ALTER TABLE record DROP COLUMN stamp;
UPDATE record SET text = CAST(unpacked(text) AS TEXT) WHERE typeof(text) = 'blob';
UPDATE quarantine SET text = CAST(unpacked(text) AS TEXT) WHERE typeof(text) = 'blob';
