-- When a receipt named a photo, for the screen; NULL for photos that were received before this column was there.

ALTER TABLE photo ADD COLUMN received_at TEXT; -- this laptop's raw wall clock
