-- Forms that the center published: every version, for a case keeps the one it was opened with.

CREATE TABLE form (
    number       INTEGER PRIMARY KEY, -- 1, 2, 3 … at the center
    item         TEXT NOT NULL,       -- item code
    card         TEXT,                -- the item's card as TOML, where the program has none of its own
    version      TEXT NOT NULL,       -- as its settings say
    digest       BLOB NOT NULL,       -- of its files, 32 bytes
    workbook     BLOB NOT NULL,       -- .xlsx
    published_at TEXT NOT NULL,       -- the center's clock
    published_by TEXT,                -- at the center: the staff member
    taken_at     TEXT                 -- on a laptop: its raw wall clock
) STRICT;

CREATE TABLE form_file (
    number INTEGER NOT NULL REFERENCES form (number),
    name   TEXT NOT NULL, -- as the workbook calls it
    bytes  BLOB NOT NULL,
    PRIMARY KEY (number, name)
) STRICT, WITHOUT ROWID;
