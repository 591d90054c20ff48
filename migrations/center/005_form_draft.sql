-- Workbooks that staff brought to be looked at and tried, before anything is published; swept after a while.

CREATE TABLE form_draft (
    id         BLOB PRIMARY KEY, -- 16 bytes
    staff      BLOB NOT NULL,    -- 16 bytes: who brought it
    name       TEXT NOT NULL,    -- the workbook's file name
    workbook   BLOB NOT NULL,
    brought_at TEXT NOT NULL     -- the center's clock
) STRICT;

CREATE TABLE form_draft_file (
    draft BLOB NOT NULL REFERENCES form_draft (id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (draft, name)
) STRICT, WITHOUT ROWID;
