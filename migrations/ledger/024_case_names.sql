-- A list of cases is opened by an index whatever it is searched by: by whose name, in the order of names, of a person found by a word.

DROP INDEX document_by_resident;
CREATE INDEX document_by_resident ON document (resident, kind, subject) WHERE resident IS NOT NULL;

ALTER TABLE document ADD COLUMN name TEXT; -- of the resident of a case, as the list sorts it
UPDATE document SET name = coalesce((SELECT name FROM person WHERE person.subject = document.resident), '')
    WHERE kind = 'case';
CREATE INDEX case_by_name ON document (kind, name, subject DESC) WHERE kind = 'case';

-- Records that were joined into another have their cases, too.
CREATE INDEX person_words ON person (sought, subject);
