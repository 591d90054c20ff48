-- Villages that this laptop is no longer responsible for (rule X8).

CREATE TABLE left_stream (
    stream      TEXT PRIMARY KEY, -- 12-digit village code
    given_at    TEXT,             -- the center's clock in the receipt after which nothing of it waited here; NULL while something does
    backup_then TEXT,             -- the backup that the center named at that time; '' for none
    erased_at   TEXT,             -- when its bodies went, by the center's clock; NULL while they are here
    emptied     INTEGER NOT NULL DEFAULT 0, -- 1 from then on until all of it came back: the laptop's own entries lack their bodies
    returns     INTEGER NOT NULL DEFAULT 0, -- 1 once the village is this laptop's again and its stream is asked for anew
    stays       INTEGER NOT NULL DEFAULT 0  -- 1 where the center was put back from a copy meanwhile: nothing goes by itself any more
) STRICT, WITHOUT ROWID;
