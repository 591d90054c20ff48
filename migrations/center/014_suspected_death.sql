-- People of whom a death was reported and no office has answered: few, so that their index costs next to nothing.

CREATE INDEX suspected_death ON document (stream, subject)
    WHERE kind = 'resident'
        AND json_extract(CAST(body AS TEXT), '$.fields.death_suspected.value') <> ''
        AND json_extract(CAST(body AS TEXT), '$.fields.death_verified.value') IS NULL
        AND json_extract(CAST(body AS TEXT), '$.same_as') IS NULL;
