-- Entries and what follows from them: the same tables on a laptop and in the center's embedded store.

CREATE TABLE entry (
    incarnation  BLOB NOT NULL,    -- 16 bytes: the life of the ledger that wrote it
    seq          INTEGER NOT NULL, -- its number within that life, 1, 2, 3 … with no gap
    id           BLOB NOT NULL,    -- 16 bytes: UUIDv7
    stream       TEXT NOT NULL,    -- 12-digit village code
    subject      BLOB NOT NULL,    -- 16 bytes: what it is about
    kind         TEXT NOT NULL,    -- what happened, as in the header
    audience     TEXT NOT NULL,    -- 'all' or 'center'
    record       BLOB NOT NULL,    -- 16 bytes: entries written together
    record_index INTEGER NOT NULL, -- its part of the record, from 0
    record_count INTEGER NOT NULL, -- how many parts the record has
    header       BLOB NOT NULL,    -- the header's exact bytes
    header_hash  BLOB NOT NULL,    -- SHA-256 of them
    body         BLOB,             -- the body's exact bytes with salt; NULL where erased or an alias
    standing     TEXT NOT NULL     -- pending, received (laptop); held, alias (center); positioned, quarantined (both)
        CHECK (standing IN ('pending', 'received', 'held', 'positioned', 'quarantined', 'alias')),
    reason       TEXT,             -- why it stands in quarantine
    position     INTEGER,          -- its position in the stream, once the center gave one
    received_at  TEXT,             -- when the center received it, RFC 3339 with milliseconds
    batch        BLOB,             -- 16 bytes: the batch that brought it (center)
    PRIMARY KEY (incarnation, seq)
) STRICT;

CREATE UNIQUE INDEX entry_by_id ON entry (id) WHERE standing NOT IN ('quarantined', 'alias');
CREATE UNIQUE INDEX entry_by_position ON entry (stream, position) WHERE position IS NOT NULL;
CREATE INDEX entry_by_subject ON entry (subject);
CREATE INDEX entry_unpositioned ON entry (header_hash) WHERE position IS NULL;
CREATE INDEX entry_waiting ON entry (incarnation, seq) WHERE standing IN ('pending', 'held');
CREATE INDEX entry_quarantined ON entry (incarnation, seq) WHERE standing = 'quarantined';

CREATE TABLE document (
    subject      BLOB PRIMARY KEY, -- 16 bytes
    stream       TEXT NOT NULL,    -- 12-digit village code
    kind         TEXT NOT NULL,    -- resident, household, visit, case, device, batch; '' while unknown
    item         TEXT,             -- a case's item code
    stage        TEXT,             -- a case's stage
    resident     BLOB,             -- for whom a case is
    household    BLOB,             -- the household of a case or visit
    newest       BLOB NOT NULL,    -- 16 bytes: id of the newest folded entry (UUIDv7, so it sorts by time)
    fold_version INTEGER NOT NULL, -- an older one is folded again
    body         BLOB NOT NULL     -- the folded document, JSON
) STRICT;

CREATE INDEX document_by_kind ON document (kind, newest);
CREATE INDEX document_by_stage ON document (kind, stage, newest);
CREATE INDEX document_by_resident ON document (resident) WHERE resident IS NOT NULL;
CREATE INDEX document_by_household ON document (household) WHERE household IS NOT NULL;

CREATE TABLE person (
    subject      BLOB PRIMARY KEY, -- 16 bytes: the resident
    stream       TEXT NOT NULL,    -- 12-digit village code
    household    BLOB,             -- 16 bytes: the 户籍户
    name         TEXT NOT NULL,    -- as written
    keys         TEXT NOT NULL,    -- name without separators, every reading in full and by initials, blank-separated
    id_number    TEXT NOT NULL,    -- normalised, '' where unknown
    phone        TEXT NOT NULL,    -- digits, '' where unknown
    hidden       INTEGER NOT NULL  -- 1 where another resident stands for this one
) STRICT;

CREATE INDEX person_by_number ON person (id_number) WHERE id_number <> '';
CREATE INDEX person_by_household ON person (household) WHERE household IS NOT NULL;
