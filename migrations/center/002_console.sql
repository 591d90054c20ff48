-- The console in the browser: who may sign in, and who has.

ALTER TABLE staff ADD COLUMN password TEXT;                          -- Argon2id as a PHC string; NULL: no way in at the console
ALTER TABLE staff ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0; -- 1 while the password is one that somebody else gave
ALTER TABLE staff ADD COLUMN closed_at TEXT;                         -- since when this person no longer works here
ALTER TABLE staff ADD COLUMN last_seen TEXT;                         -- latest sign-in or act at the console, to the minute

CREATE TABLE staff_session (
    token_hash BLOB PRIMARY KEY,                       -- SHA-256 of the cookie's token; the token itself is nowhere
    staff      BLOB NOT NULL REFERENCES staff (id),    -- 16 bytes: who signed in
    life       BLOB NOT NULL,                          -- 16 bytes: the incarnation this sign-in writes under (rule S2)
    begun_at   TEXT NOT NULL,                          -- the center's clock, RFC 3339
    seen_at    TEXT NOT NULL                           -- latest use, to the minute
) STRICT;

CREATE INDEX staff_session_by_staff ON staff_session (staff);

CREATE TABLE sign_in_try (
    name_hash    BLOB PRIMARY KEY, -- SHA-256 of the name that was typed, whether or not anybody has it
    tries        INTEGER NOT NULL, -- wrong tries since the last right one, or since the last lock
    last_at      TEXT NOT NULL,    -- the latest try, the center's clock
    locked_until TEXT              -- no try is looked at before then
) STRICT;

CREATE INDEX agent_by_id ON agent (agent);
