-- What lists are sorted and filtered by, on laptop and center alike.

ALTER TABLE document ADD COLUMN due TEXT; -- a case's next due date (YYYY-MM-DD), as the decision said

UPDATE document SET due = json_extract(CAST(body AS TEXT), '$.case.decision.due') WHERE kind = 'case';

CREATE INDEX document_by_due ON document (due) WHERE due IS NOT NULL;
CREATE INDEX document_by_birth ON document (kind, subject);
CREATE INDEX document_by_item ON document (kind, item, subject);
CREATE INDEX entry_waiting_on ON entry (subject) WHERE standing IN ('pending', 'held');
