-- Open needs of visits among the days on which something runs out: path 'need', no item.

CREATE INDEX due_day_of_needs ON due_day (due) WHERE item = '';

-- Needs that were recorded before come among them: visits are folded once more.
UPDATE document SET fold_version = 0 WHERE kind = 'visit';
PRAGMA user_version = 0;
