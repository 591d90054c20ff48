-- Photos that an erasure left without a name: their rows are gone, their files go next.

CREATE TABLE photo_gone (
    digest BLOB PRIMARY KEY -- SHA-256 of the bytes whose file is to be removed
) STRICT;
