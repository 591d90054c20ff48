-- Heads of the center's audit chains, as receipts told them (rule X2): they never go back.

CREATE TABLE audit_head (
    stream TEXT PRIMARY KEY, -- 12-digit village code; '' for the whole center
    epoch  INTEGER NOT NULL, -- the center's epoch: a restored center begins anew
    number INTEGER NOT NULL, -- how many acts it had
    hash   BLOB NOT NULL,    -- the chain's hash there
    shrunk INTEGER NOT NULL  -- 1 once a receipt told less, or another hash for the same number
) STRICT, WITHOUT ROWID;
