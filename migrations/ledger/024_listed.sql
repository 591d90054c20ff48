-- A list of cases is opened by an index whatever it is searched by: by whose name, in the order of names, of a person found by a word.

DROP INDEX document_by_resident;
CREATE INDEX document_by_resident ON document (resident, kind, subject) WHERE resident IS NOT NULL;

ALTER TABLE document ADD COLUMN name TEXT; -- of the resident of a case, as the list sorts it
UPDATE document SET name = coalesce((SELECT name FROM person WHERE person.subject = document.resident), '')
    WHERE kind = 'case';
CREATE INDEX case_by_name ON document (kind, name, subject DESC) WHERE kind = 'case';

-- Records that were joined into another have their cases, too.
CREATE INDEX person_words ON person (sought, subject);

-- A list of households needs to know of everybody in them who stands for the household, and who is not met there any more.
ALTER TABLE person ADD COLUMN head INTEGER NOT NULL DEFAULT 0; -- 户主
ALTER TABLE person ADD COLUMN gone INTEGER NOT NULL DEFAULT 0; -- moved away for good, or dead
DROP INDEX person_by_household;
CREATE INDEX person_by_household ON person (household, head DESC, subject) WHERE household IS NOT NULL;
CREATE INDEX household_of_village
    ON document (stream, json_extract(CAST(body AS TEXT), '$.fields.household_no.value'), subject) WHERE kind = 'household';

-- The visits of a round, which a roll of households is read with.
CREATE INDEX visit_of_round
    ON document (json_extract(CAST(body AS TEXT), '$.fields.round.value'), household, subject) WHERE kind = 'visit';

-- Who is 户主 and who is gone stands in the documents, which are read as the ledger is opened where this says that they are of another version.
UPDATE document SET fold_version = 0 WHERE kind = 'resident';
PRAGMA user_version = 0;
