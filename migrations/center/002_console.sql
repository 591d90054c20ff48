-- The console in the browser: who may sign in, who has, and what its lists are sorted and filtered by.

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

CREATE TABLE case_line (
    subject      BLOB PRIMARY KEY, -- 16 bytes: the case; a row here is kept by the triggers below and never written otherwise
    stream       TEXT NOT NULL,    -- 12-digit village code
    item         TEXT NOT NULL,    -- item code
    stage        TEXT NOT NULL,    -- where it stands
    resident     BLOB NOT NULL,    -- 16 bytes: for whom it is
    listed       INTEGER NOT NULL, -- 1 where an import put it on the work list
    submitted_at TEXT NOT NULL     -- when the center received its newest revision; '' where there is none
) STRICT;

CREATE INDEX case_line_by_time ON case_line (submitted_at, stream, stage, item, listed);
CREATE INDEX case_line_by_stage ON case_line (stage, submitted_at, stream, item, listed);
CREATE INDEX case_line_by_stream ON case_line (stream, stage, listed, item);
CREATE INDEX case_line_by_resident ON case_line (resident);
CREATE INDEX person_by_stream ON person (stream);
CREATE INDEX agent_by_id ON agent (agent);
CREATE INDEX photo_name_by_stream ON photo_name (stream, thumbnail, digest);

CREATE VIEW case_as_line AS
    SELECT subject, stream, item, coalesce(stage, '') AS stage, resident,
        json_extract(CAST(body AS TEXT), '$.center.imported') IS NOT NULL AS listed,
        coalesce((SELECT json_extract(line.value, '$.received_at') FROM json_each(CAST(body AS TEXT), '$.history') line
            WHERE json_extract(line.value, '$.entry') = json_extract(CAST(body AS TEXT), '$.case.revisions[#-1].entry')), '')
            AS submitted_at
    FROM document WHERE kind = 'case' AND item IS NOT NULL AND resident IS NOT NULL;

CREATE TRIGGER case_line_born AFTER INSERT ON document WHEN NEW.kind = 'case' BEGIN
    INSERT INTO case_line (subject, stream, item, stage, resident, listed, submitted_at)
        SELECT subject, stream, item, stage, resident, listed, submitted_at FROM case_as_line WHERE subject = NEW.subject;
END;

CREATE TRIGGER case_line_kept AFTER UPDATE ON document WHEN OLD.kind = 'case' OR NEW.kind = 'case' BEGIN
    DELETE FROM case_line WHERE subject = OLD.subject;
    INSERT INTO case_line (subject, stream, item, stage, resident, listed, submitted_at)
        SELECT subject, stream, item, stage, resident, listed, submitted_at FROM case_as_line WHERE subject = NEW.subject;
END;

CREATE TRIGGER case_line_gone AFTER DELETE ON document WHEN OLD.kind = 'case' BEGIN
    DELETE FROM case_line WHERE subject = OLD.subject;
END;

INSERT INTO case_line (subject, stream, item, stage, resident, listed, submitted_at)
    SELECT subject, stream, item, stage, resident, listed, submitted_at FROM case_as_line;
