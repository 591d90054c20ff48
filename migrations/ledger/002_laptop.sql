-- What only a laptop keeps.

CREATE TABLE life (
    id          BLOB PRIMARY KEY, -- 16 bytes: an incarnation of this ledger; the newest row is the present one
    begun_at    TEXT NOT NULL,    -- raw wall clock
    signing     BLOB NOT NULL,    -- Ed25519 secret, 32 bytes
    opening     TEXT NOT NULL,    -- X25519 secret: opens what the center seals to this laptop
    ancestor    BLOB              -- 16 bytes: the life it continues after a restore
) STRICT;

CREATE TABLE agent (
    id   BLOB PRIMARY KEY, -- 16 bytes
    name TEXT NOT NULL     -- as the screen shows her
) STRICT;

CREATE TABLE enrolment (
    one      INTEGER PRIMARY KEY CHECK (one = 1), -- there is one center
    address  TEXT NOT NULL,                       -- host:port
    pins     TEXT NOT NULL,                       -- JSON: SHA-256 of the server keys that are trusted
    reply    TEXT NOT NULL,                       -- JSON: the center's answer to the enrolment, token included
    at       TEXT NOT NULL                        -- raw wall clock
) STRICT;

CREATE TABLE cursor (
    stream      TEXT PRIMARY KEY, -- 12-digit village code
    position    INTEGER NOT NULL, -- newest position known here
    stream_hash BLOB NOT NULL,    -- the stream hash there
    head        TEXT NOT NULL     -- JSON: the signed head that was verified
) STRICT;

CREATE TABLE mark (
    stream      TEXT NOT NULL,    -- 12-digit village code
    position    INTEGER NOT NULL, -- a position whose entry this laptop may not see
    header_hash BLOB NOT NULL,    -- hash of its header
    received_at TEXT NOT NULL,    -- when the center received it
    PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    id          INTEGER PRIMARY KEY, -- in the order of arrival
    incarnation BLOB NOT NULL,       -- 16 bytes: of which life it speaks
    kind        TEXT NOT NULL,       -- 'exchange' or 'photos'
    signed      TEXT NOT NULL,       -- JSON: the statement and its signature, exactly as received
    at          TEXT NOT NULL        -- this laptop's raw wall clock
) STRICT;

CREATE TABLE photo (
    digest      BLOB PRIMARY KEY, -- SHA-256 of the bytes, which stand in photos.db
    size_bytes  INTEGER NOT NULL, -- its size
    subject     BLOB NOT NULL,    -- 16 bytes: the case it was taken for
    thumbnail   INTEGER NOT NULL, -- 1 for a thumbnail
    standing    TEXT NOT NULL CHECK (standing IN ('pending', 'received')),
    named_by    BLOB NOT NULL     -- 16 bytes: the entry that named it first
) STRICT;

CREATE INDEX photo_waiting ON photo (thumbnail DESC, named_by DESC, size_bytes) WHERE standing = 'pending';
CREATE INDEX photo_by_subject ON photo (subject);

CREATE TABLE draft (
    id         BLOB PRIMARY KEY, -- 16 bytes
    subject    BLOB NOT NULL,    -- 16 bytes: what it will be recorded on
    body       TEXT NOT NULL,    -- JSON: see desk's draft
    updated_at TEXT NOT NULL     -- raw wall clock
) STRICT;

CREATE TABLE draft_photo (
    draft  BLOB NOT NULL REFERENCES draft (id) ON DELETE CASCADE, -- 16 bytes
    digest BLOB NOT NULL,                                        -- a photo it holds on to
    PRIMARY KEY (draft, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    key   TEXT PRIMARY KEY, -- 'post_unanswered': the last post got no receipt, so the next begins by asking;
                            -- 'escrow_deposited': the center signed for the sealed data key
    value TEXT NOT NULL     -- 1 or 0; later notes say themselves what they hold
) STRICT;
