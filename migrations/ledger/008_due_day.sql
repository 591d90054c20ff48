-- Days on which something runs out, beside a decision's own due date: official lists, and papers whose last day a form asks.

CREATE TABLE due_day (
    subject  BLOB NOT NULL, -- 16 bytes: the resident or the case whose document says so
    path     TEXT NOT NULL, -- due/<item> of a resident, the answer's path of a case
    resident BLOB NOT NULL, -- 16 bytes: whom it concerns
    item     TEXT NOT NULL, -- item code
    due      TEXT NOT NULL, -- YYYY-MM-DD: the last day
    PRIMARY KEY (subject, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX due_day_by_due ON due_day (due);
CREATE INDEX due_day_by_resident ON due_day (resident);
