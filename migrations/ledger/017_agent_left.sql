-- An agent who left the laptop keeps her name here: what she wrote shows it.
ALTER TABLE agent ADD COLUMN left_at TEXT; -- when she left (RFC 3339); NULL: she works here
