-- What the inbox counts: entries of a batch by village, and those among them that are about cases.

DROP INDEX entry_by_batch;
CREATE INDEX entry_by_batch ON entry (batch, stream, standing) WHERE batch IS NOT NULL;
CREATE INDEX entry_of_case_by_batch ON entry (batch, stream, standing, subject)
    WHERE batch IS NOT NULL AND kind >= 'case_' AND kind < 'case`';
