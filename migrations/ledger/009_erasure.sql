-- Erasures (rule S6): whether a subject was erased is asked for every entry that comes in.

CREATE INDEX entry_erasing ON entry (subject) WHERE kind = 'subject_erased';
