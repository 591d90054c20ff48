-- What is brought back is kept run by run: what one run proves says nothing of the lines of another.

DROP TABLE recovery_line;

CREATE TABLE recovery_line (
    run         BLOB NOT NULL,    -- 16 bytes: one bringing back, of one stream by one laptop
    position    INTEGER NOT NULL, -- where it stood before
    laptop      BLOB NOT NULL REFERENCES laptop (id), -- who brings it
    stream      TEXT NOT NULL,    -- 12-digit village code
    hash        BLOB NOT NULL,    -- the stream hash there, computed as it came
    received_at TEXT NOT NULL,    -- when the center received it the first time
    header_hash BLOB NOT NULL,    -- hash of its header
    header      BLOB,             -- the header's exact bytes; NULL where the laptop has only a mark
    body        BLOB,             -- the body's exact bytes with salt; NULL where erased or a mark
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE lost_branch (
    life BLOB PRIMARY KEY,  -- 16 bytes: a life that was put back too and went on otherwise than what is brought back of it
    seq  INTEGER NOT NULL   -- the first place at which it did
) STRICT, WITHOUT ROWID;
