-- photos.db: the bytes of photos under their SHA-256, with the same key as ledger.db.

CREATE TABLE photo_bytes (
    digest   BLOB PRIMARY KEY, -- SHA-256 of the bytes
    added_at TEXT NOT NULL,    -- raw wall clock; an orphan older than a day is swept
    bytes    BLOB NOT NULL     -- the picture
) STRICT;
