-- What a person is looked for by, in one text and in lower case, so that looking through sixty thousand takes no time; and lists
-- in the order in which they are shown.

ALTER TABLE person ADD COLUMN sought TEXT NOT NULL DEFAULT ''; -- keys, id_number and phone, one a line
UPDATE person SET sought = lower(keys || char(10) || id_number || char(10) || phone);

CREATE INDEX person_sought ON person (name, id_number, sought) WHERE hidden = 0;
CREATE INDEX person_shown ON person (household, subject) WHERE hidden = 0;
CREATE INDEX household_by_number
    ON document (json_extract(CAST(body AS TEXT), '$.fields.household_no.value'), subject) WHERE kind = 'household';
CREATE INDEX case_by_stage ON document (stage, subject) WHERE kind = 'case';
