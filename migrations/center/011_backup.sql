-- Copies of the center that were made while it ran, and what became of each.

CREATE TABLE backup (
    id       BLOB PRIMARY KEY, -- 16 bytes: the copy, as its folder is named
    made_at  TEXT NOT NULL,    -- the center's clock when it was begun, RFC 3339: it holds whatever was receipted before
    ended_at TEXT NOT NULL,    -- when it was verified, or given up
    place    TEXT NOT NULL,    -- the folder of copies
    problem  TEXT,             -- a code, where it did not end well; NULL for one that was read again and found whole
    entries  INTEGER NOT NULL, -- entries in it
    photos   INTEGER NOT NULL, -- photos in it
    bytes    INTEGER NOT NULL  -- what it weighs, with the photos that it shares with others
) STRICT, WITHOUT ROWID;

CREATE INDEX backup_by_time ON backup (made_at);
