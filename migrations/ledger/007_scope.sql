-- What is published holds where its official's scope reaches, and may be a local difference alone.

ALTER TABLE form ADD COLUMN scope TEXT NOT NULL DEFAULT ''; -- division code prefix; empty for every village of the center
ALTER TABLE form ADD COLUMN local TEXT;                     -- what differs from the item's card there, as TOML
