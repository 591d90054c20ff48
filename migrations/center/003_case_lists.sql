-- What the console's lists are sorted, filtered and counted by. Triggers keep it with the documents: nothing else writes here.

-- An earlier build of this version had these in another shape.
DROP TRIGGER IF EXISTS case_line_born;
DROP TRIGGER IF EXISTS case_line_kept;
DROP TRIGGER IF EXISTS case_line_gone;
DROP VIEW IF EXISTS case_as_line;
DROP TABLE IF EXISTS case_line;
DROP INDEX IF EXISTS person_by_stream;
DROP INDEX IF EXISTS photo_name_by_stream;

CREATE TABLE case_line (
    subject      BLOB PRIMARY KEY, -- 16 bytes: the case
    stream       TEXT NOT NULL,    -- 12-digit village code
    item         TEXT NOT NULL,    -- item code
    stage        TEXT NOT NULL,    -- where it stands
    resident     BLOB NOT NULL,    -- 16 bytes: for whom it is
    listed       INTEGER NOT NULL, -- 1 where an import put it on the work list
    submitted_at TEXT NOT NULL     -- when the center received its newest revision; '' where there is none
) STRICT, WITHOUT ROWID;

CREATE TABLE case_count (
    stream TEXT NOT NULL,    -- 12-digit village code
    stage  TEXT NOT NULL,    -- where the cases stand
    item   TEXT NOT NULL,    -- their item
    listed INTEGER NOT NULL, -- 1 for those on the work list
    cases  INTEGER NOT NULL, -- how many there are
    PRIMARY KEY (stream, stage, item, listed)
) STRICT, WITHOUT ROWID;

-- Each holds all that a list asks for, in the list's order.
CREATE INDEX case_line_by_time ON case_line (submitted_at, subject, stream, stage, item, listed, resident);
CREATE INDEX case_line_by_stage ON case_line (stage, submitted_at, subject, stream, item, listed, resident);
CREATE INDEX case_line_by_resident ON case_line (resident);
CREATE INDEX person_by_stream ON person (stream, hidden);
CREATE INDEX photo_name_by_stream ON photo_name (stream, thumbnail, digest);

CREATE VIEW case_as_line AS
    SELECT subject, stream, item, coalesce(stage, '') AS stage, resident,
        json_extract(CAST(body AS TEXT), '$.center.imported') IS NOT NULL AS listed,
        coalesce((SELECT json_extract(line.value, '$.received_at') FROM json_each(CAST(body AS TEXT), '$.history') line
            WHERE json_extract(line.value, '$.entry') = json_extract(CAST(body AS TEXT), '$.case.revisions[#-1].entry')), '')
            AS submitted_at
    FROM document WHERE kind = 'case' AND item IS NOT NULL AND resident IS NOT NULL;

CREATE TRIGGER case_line_counted AFTER INSERT ON case_line BEGIN
    INSERT INTO case_count (stream, stage, item, listed, cases) VALUES (NEW.stream, NEW.stage, NEW.item, NEW.listed, 1)
        ON CONFLICT DO UPDATE SET cases = cases + 1;
END;

CREATE TRIGGER case_line_uncounted AFTER DELETE ON case_line BEGIN
    UPDATE case_count SET cases = cases - 1
        WHERE stream = OLD.stream AND stage = OLD.stage AND item = OLD.item AND listed = OLD.listed;
END;

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
