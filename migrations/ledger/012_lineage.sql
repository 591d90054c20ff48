-- Which life of a ledger continues which, as ledger_begun entries in force tell in each stream: folding compares by it
-- (rules E2, F2, X5). Everything here follows from table entry.

CREATE TABLE descent (
    stream   TEXT NOT NULL,    -- 12-digit village code
    life     BLOB NOT NULL,    -- 16 bytes: an incarnation that continues another
    ancestor BLOB NOT NULL,    -- 16 bytes: the one it continues
    fork_seq INTEGER NOT NULL, -- the last place both share
    told_by  BLOB NOT NULL,    -- 16 bytes: the subject of the entry that says so
    PRIMARY KEY (stream, life)
) STRICT, WITHOUT ROWID;

CREATE INDEX descent_by_teller ON descent (told_by);

CREATE TABLE written_again (
    id      BLOB NOT NULL,    -- 16 bytes: an entry
    stream  TEXT NOT NULL,    -- 12-digit village code
    life    BLOB NOT NULL,    -- 16 bytes: the life that wrote it again under its id
    seq     INTEGER NOT NULL, -- its place there
    told_by BLOB NOT NULL,    -- 16 bytes: the subject of the entry that says so
    PRIMARY KEY (id, stream, life)
) STRICT, WITHOUT ROWID;

CREATE INDEX written_again_by_teller ON written_again (told_by);
