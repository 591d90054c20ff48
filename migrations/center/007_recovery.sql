-- After the center was put back from a copy (rule D2): what laptops bring back, and what nobody can bring back.

CREATE TABLE recovery (
    epoch        INTEGER PRIMARY KEY, -- the epoch that began when the center learned of it
    begun_at     TEXT NOT NULL,       -- the center's clock
    confirmed_at TEXT,                -- when staff said which laptops are served; until then none is
    confirmed_by BLOB,                -- 16 bytes: who said so
    closed_at    TEXT,                -- when staff ended it; until then nothing is decided
    closed_by    BLOB                 -- 16 bytes: who did
) STRICT;

CREATE TABLE recovery_line (
    laptop      BLOB NOT NULL REFERENCES laptop (id), -- who brings it
    stream      TEXT NOT NULL,    -- 12-digit village code
    position    INTEGER NOT NULL, -- where it stood before
    hash        BLOB NOT NULL,    -- the stream hash there, computed as it came
    received_at TEXT NOT NULL,    -- when the center received it the first time
    header_hash BLOB NOT NULL,    -- hash of its header
    header      BLOB,             -- the header's exact bytes; NULL where the laptop has only a mark
    body        BLOB,             -- the body's exact bytes with salt; NULL where erased or a mark
    PRIMARY KEY (laptop, stream, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE lost_entry (
    stream      TEXT NOT NULL,    -- 12-digit village code
    header_hash BLOB NOT NULL,    -- hash of the lost entry's header: all that is left of it
    received_at TEXT NOT NULL,    -- when the center received or wrote it
    position    INTEGER,          -- its position, where the stream went on just as before; else NULL
    PRIMARY KEY (stream, header_hash)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX lost_by_position ON lost_entry (stream, position) WHERE position IS NOT NULL;

CREATE TABLE lost_life (
    id BLOB PRIMARY KEY -- 16 bytes: a life whose entries came back, its enrolment or sign-in did not
) STRICT, WITHOUT ROWID;

CREATE TABLE form_number (
    one   INTEGER PRIMARY KEY CHECK (one = 1), -- there is one
    known INTEGER NOT NULL -- the highest number of a published form that a laptop has; higher than any here where one was lost
) STRICT;
