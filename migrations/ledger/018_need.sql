-- Open needs of visits among the days on which something runs out: path 'need', no item.

CREATE INDEX due_day_of_needs ON due_day (due) WHERE item = '';
