-- Subjects on which values wait for a person: conflicts and late changes. Few, so that their index costs next to nothing.

CREATE INDEX document_open ON document (kind, subject)
    WHERE json_array_length(CAST(body AS TEXT), '$.conflicts') + json_array_length(CAST(body AS TEXT), '$.late_changes') > 0;

-- Subjects that stand for others: who was joined into whom (rule E5).

CREATE INDEX document_joined ON document (json_extract(CAST(body AS TEXT), '$.same_as'))
    WHERE json_extract(CAST(body AS TEXT), '$.same_as') IS NOT NULL;
