-- Visits have their day too: the one on which they took place; none of them that was only begun. They are folded once more.

CREATE INDEX visit_by_household ON document (household, day, subject) WHERE kind = 'visit' AND day IS NOT NULL;

UPDATE document SET fold_version = 0 WHERE kind = 'visit';
PRAGMA user_version = 0;
