-- What a laptop says of its pictures, for the console.

ALTER TABLE laptop ADD COLUMN pending_photos INTEGER; -- pictures still waiting on it, as it says; NULL from an older program
