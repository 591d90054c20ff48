-- A ledger that goes on as a new life after a copy of it was put back (rules E2, D1): on a laptop.

ALTER TABLE life ADD COLUMN fork_seq INTEGER;  -- the last place it shares with the life it continues; NULL for a first life
ALTER TABLE life ADD COLUMN presented_at TEXT; -- when the center took it, raw wall clock; NULL while it is to be told
ALTER TABLE life ADD COLUMN told_at TEXT;      -- when the agent had read that a copy was put back; NULL while she is to be told
