-- What a receipt told of a photo, and of the center's backups: when a full-size photo may leave this laptop (rule X7).

ALTER TABLE photo ADD COLUMN given_at TEXT;    -- the center's clock in the receipt that named it, RFC 3339; NULL before, and for those of an older program
ALTER TABLE photo ADD COLUMN backup_then TEXT; -- the backup that the center named at that time; '' for none
ALTER TABLE photo ADD COLUMN thinned_at TEXT;  -- when its bytes left this laptop, by the center's clock; NULL while they are to be here

CREATE INDEX photo_whole ON photo (given_at) WHERE standing = 'received' AND thumbnail = 0 AND thinned_at IS NULL;
