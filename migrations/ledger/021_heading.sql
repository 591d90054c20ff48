-- 填表助手: what she chose for a heading of a sheet from above, so that it is not asked again. Stays on this laptop.

CREATE TABLE heading (
    heading TEXT PRIMARY KEY, -- without blanks and signs; of two rows with a stroke between
    field   TEXT NOT NULL     -- what the column asks for; '' where it stays as it is
) STRICT;
