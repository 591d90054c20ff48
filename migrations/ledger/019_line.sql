-- Lines of registers: on which day each happened, and the words by which it is looked for.

ALTER TABLE document ADD COLUMN day TEXT; -- YYYY-MM-DD
ALTER TABLE document ADD COLUMN words TEXT; -- answers, one a line, in lower case

CREATE INDEX document_by_day ON document (kind, item, day, subject) WHERE day IS NOT NULL;
