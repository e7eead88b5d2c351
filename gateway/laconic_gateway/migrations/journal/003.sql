-- On which clocks the time of a record was read; see edge/storage/journal_rows.py. NULL in records
-- of older releases. `checksum` does not cover it, so that an older release can read the others.
-- From here on `text` may be packed; see edge/storage/packed_text.py.
ALTER TABLE record ADD COLUMN stamp BLOB;
