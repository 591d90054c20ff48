-- What staff decided on records in quarantine (rule S3); the newest word counts.

CREATE TABLE settled (
    life   BLOB NOT NULL, -- 16 bytes: who wrote the record
    record BLOB NOT NULL, -- 16 bytes
    how    TEXT NOT NULL, -- released, set_aside, erased
    note   TEXT NOT NULL, -- a word of staff for its author
    entry  BLOB NOT NULL, -- 16 bytes: the entry that says so
    PRIMARY KEY (life, record)
) STRICT, WITHOUT ROWID;
