-- Which cases name a photo: one that two cases share stands alike in both.

CREATE TABLE photo_name (
    subject BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (subject, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_name_digest ON photo_name (digest);
INSERT INTO photo_name (subject, digest) SELECT subject, digest FROM photo;
