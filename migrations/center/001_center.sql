-- What only the center keeps, beside the entries and documents it shares with laptops.

CREATE TABLE laptop (
    id              BLOB PRIMARY KEY, -- 16 bytes
    token_hash      BLOB NOT NULL,    -- SHA-256 of its token; the token itself is nowhere
    enrolled_at     TEXT NOT NULL,    -- the center's clock, RFC 3339
    revoked_at      TEXT,             -- since when it is no longer served
    last_seen       TEXT,             -- its latest exchange
    skew_ms         INTEGER,          -- its clock minus the center's, milliseconds, told not used
    program         TEXT NOT NULL,    -- name and version of its program, as it says
    pending_entries INTEGER NOT NULL  -- entries still waiting on it, as it says
) STRICT;

CREATE UNIQUE INDEX laptop_by_token ON laptop (token_hash);

CREATE TABLE laptop_village (
    laptop BLOB NOT NULL REFERENCES laptop (id), -- 16 bytes
    stream TEXT NOT NULL,                        -- 12-digit village code it is enrolled for
    PRIMARY KEY (laptop, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE life (
    id            BLOB PRIMARY KEY, -- 16 bytes: an incarnation
    laptop        BLOB REFERENCES laptop (id), -- whose it is; NULL for a sign-in at the center
    staff         BLOB REFERENCES staff (id),  -- who signed in; NULL for a laptop's
    verifying_key TEXT,             -- Ed25519, hexadecimal; NULL for a sign-in
    sealing_key   TEXT,             -- X25519 (age1…): receipt files are sealed to it; NULL for a sign-in
    ancestor      BLOB,             -- 16 bytes: the life it continues after a restore
    fork_seq      INTEGER,          -- the last place both share
    begun_at      TEXT NOT NULL,    -- the center's clock
    prefix_seq    INTEGER NOT NULL, -- everything up to here is stored; 0 for nothing
    prefix_hash   BLOB NOT NULL,    -- hash of the header there
    gap_released  INTEGER NOT NULL, -- up to this place entries no longer wait for missing ones (a person said so)
    CHECK ((laptop IS NULL) <> (staff IS NULL))
) STRICT;

CREATE INDEX life_by_laptop ON life (laptop) WHERE laptop IS NOT NULL;

CREATE TABLE agent (
    life     BLOB NOT NULL REFERENCES life (id), -- 16 bytes
    agent    BLOB NOT NULL,    -- 16 bytes
    from_seq INTEGER NOT NULL, -- may write from here on; 0 for an agent named at enrolment
    to_seq   INTEGER,          -- and up to here; NULL while she may
    name     TEXT NOT NULL,    -- as the screen shows her
    PRIMARY KEY (life, agent, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_code (
    code_hash  BLOB PRIMARY KEY, -- SHA-256 of the one-time code
    villages   TEXT NOT NULL,    -- 12-digit codes, blank-separated
    issued_at  TEXT NOT NULL,    -- the center's clock
    expires_at TEXT NOT NULL,    -- ten minutes later
    used_at    TEXT,             -- when a laptop used it
    used_by    BLOB              -- 16 bytes: the life that used it; it alone may ask again
) STRICT;

CREATE TABLE escrow (
    digest    BLOB PRIMARY KEY, -- SHA-256 of the sealed bytes
    life      BLOB NOT NULL REFERENCES life (id), -- whose data key it is
    sealed    BLOB NOT NULL,    -- the data key, sealed to the township's offline key
    stored_at TEXT NOT NULL     -- the center's clock
) STRICT;

CREATE TABLE staff (
    id       BLOB PRIMARY KEY, -- 16 bytes
    name     TEXT NOT NULL,    -- as the screen shows them
    role     TEXT NOT NULL CHECK (role IN ('acceptor', 'confirmer', 'leader', 'admin')),
    scope    TEXT NOT NULL,    -- a division code prefix; what lies outside is not seen
    added_at TEXT NOT NULL     -- the center's clock
) STRICT;

CREATE TABLE batch (
    id          BLOB PRIMARY KEY, -- 16 bytes, as the manifest names it
    life        BLOB NOT NULL REFERENCES life (id), -- who wrote its entries
    first_seq   INTEGER NOT NULL, -- first entry it newly brought
    last_seq    INTEGER NOT NULL, -- last entry it newly brought
    channel     TEXT NOT NULL CHECK (channel IN ('network', 'file')),
    received_at TEXT NOT NULL,    -- when its first entries were committed
    imported_at TEXT,             -- when staff last put its cases on the work list; NULL again after an undo
    imported_by BLOB              -- 16 bytes: who did
) STRICT;

CREATE INDEX batch_by_time ON batch (received_at);
CREATE INDEX entry_by_batch ON entry (batch) WHERE batch IS NOT NULL;
CREATE INDEX entry_by_stream_of_life ON entry (incarnation, stream, seq);
CREATE INDEX entry_by_record ON entry (record);

CREATE TABLE stream_head (
    stream   TEXT PRIMARY KEY, -- 12-digit village code
    position INTEGER NOT NULL, -- newest position
    hash     BLOB NOT NULL,    -- the stream hash there
    given    TEXT              -- JSON: the newest signed head that was given out
) STRICT;

CREATE TABLE stream_position (
    stream   TEXT NOT NULL,    -- 12-digit village code
    position INTEGER NOT NULL, -- 1, 2, 3 … with no gap
    hash     BLOB NOT NULL,    -- the stream hash there: what a cursor is compared with
    PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE photo (
    digest      BLOB PRIMARY KEY, -- SHA-256 of its bytes, which stand in the folder photos
    standing    TEXT NOT NULL CHECK (standing IN ('wanted', 'verified', 'lost')),
    size_bytes  INTEGER,          -- its size, once verified
    verified_at TEXT              -- the center's clock
) STRICT;

CREATE TABLE photo_name (
    digest     BLOB NOT NULL REFERENCES photo (digest), -- the photo
    life       BLOB NOT NULL,    -- 16 bytes: who named it
    subject    BLOB NOT NULL,    -- 16 bytes: the case it belongs to
    stream     TEXT NOT NULL,    -- 12-digit village code: its scope
    size_bytes INTEGER NOT NULL, -- as the entry says
    thumbnail  INTEGER NOT NULL, -- 1 where it is the thumbnail of a picture
    PRIMARY KEY (digest, life, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_name_by_life ON photo_name (life);
CREATE INDEX photo_name_by_subject ON photo_name (subject);
CREATE INDEX photo_wanted ON photo (digest) WHERE standing = 'wanted';
