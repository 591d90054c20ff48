-- Cases are found by the number that they have in an outside system, and by who follows them: those alone that say so.

CREATE INDEX case_numbers ON document (
    lower(coalesce(json_extract(CAST(body AS TEXT), '$.fields."handling/outside_no".value'), '') || char(10)
        || coalesce(json_extract(CAST(body AS TEXT), '$.fields."handling/owner".value'), '')),
    subject
) WHERE kind = 'case' AND (json_extract(CAST(body AS TEXT), '$.fields."handling/outside_no".value') IS NOT NULL
    OR json_extract(CAST(body AS TEXT), '$.fields."handling/owner".value') IS NOT NULL);
