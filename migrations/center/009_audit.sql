-- What staff did, chained by hashes: per village, and under '' what concerns the whole center.

CREATE TABLE audit (
    stream TEXT NOT NULL,    -- 12-digit village code; '' for the whole center
    number INTEGER NOT NULL, -- 1, 2, 3 … with no gap
    at     TEXT NOT NULL,    -- the center's clock, RFC 3339 with milliseconds
    staff  BLOB,             -- 16 bytes: who; NULL for whoever sits at the machine
    act    TEXT NOT NULL,    -- what was done: an entry's kind, or a word of the console
    about  TEXT NOT NULL,    -- an id of what it was done to; never a name or a number of a person
    digest BLOB NOT NULL,    -- SHA-256 over the headers of the entries it wrote; zero where it wrote none
    hash   BLOB NOT NULL,    -- SHA-256 over the hash before and this line
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_time ON audit (at);

CREATE TABLE audit_given (
    stream TEXT PRIMARY KEY, -- as above
    number INTEGER NOT NULL, -- the newest head that a receipt told
    hash   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
