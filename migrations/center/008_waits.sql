-- Photos that only a record in quarantine names: those of a revoked laptop are kept for whoever decides on it (rule X8).

ALTER TABLE photo_name ADD COLUMN waits INTEGER NOT NULL DEFAULT 0; -- 1 where no entry in force names it there
