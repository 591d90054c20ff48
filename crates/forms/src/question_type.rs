//! The type column of the survey, and the appearances that screens know.

use crate::form::Kind;

/// What a type cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuestionType<'a> {
    Plain(Kind),
    /// A choice from the named list.
    Select(Kind, &'a str),
    /// A value that computes itself.
    Computed(&'static str),
    End(Kind),
}

/// Reads a type cell; `None` when it is not known.
pub(crate) fn read_type(written: &str) -> Option<QuestionType<'_>> {
    let mut words = written.split_whitespace();
    let (first, second, third) = (words.next()?, words.next(), words.next());
    if words.next().is_some() {
        return None;
    }
    match (first, second, third) {
        ("select_one" | "select1", Some(list), None) => Some(QuestionType::Select(Kind::SelectOne, list)),
        ("select", Some("one"), Some(list)) => Some(QuestionType::Select(Kind::SelectOne, list)),
        // An order of all choices is told as they are: names separated by spaces.
        ("select_multiple" | "rank", Some(list), None) => {
            Some(QuestionType::Select(Kind::SelectMultiple, list))
        }
        ("select", Some("multiple"), Some(list)) => Some(QuestionType::Select(Kind::SelectMultiple, list)),
        ("begin", Some("group"), None) => Some(QuestionType::Plain(Kind::Group)),
        ("begin", Some("repeat"), None) => Some(QuestionType::Plain(Kind::Repeat)),
        ("end", Some("group"), None) => Some(QuestionType::End(Kind::Group)),
        ("end", Some("repeat"), None) => Some(QuestionType::End(Kind::Repeat)),
        (word, None, None) => read_word(word),
        _ => None,
    }
}

fn read_word(word: &str) -> Option<QuestionType<'_>> {
    let kind = match word {
        "text" | "string" | "barcode" | "geopoint" | "geotrace" | "geoshape" => Kind::Text,
        "integer" | "int" => Kind::Integer,
        "decimal" | "range" => Kind::Decimal,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "dateTime" | "datetime" => Kind::DateTime,
        "note" => Kind::Note,
        "calculate" => Kind::Calculate,
        "hidden" | "deviceid" | "username" | "phonenumber" | "email" | "audit" | "subscriberid"
        | "simserial" | "start-geopoint" | "background-audio" => Kind::Hidden,
        "image" | "photo" => Kind::Image,
        "file" | "audio" | "video" => Kind::File,
        "acknowledge" | "trigger" => Kind::Acknowledge,
        "begin_group" => Kind::Group,
        "begin_repeat" => Kind::Repeat,
        "end_group" => return Some(QuestionType::End(Kind::Group)),
        "end_repeat" => return Some(QuestionType::End(Kind::Repeat)),
        "start" | "end" => return Some(QuestionType::Computed("once(now())")),
        "today" => return Some(QuestionType::Computed("once(today())")),
        _ => return None,
    };
    Some(QuestionType::Plain(kind))
}

const APPEARANCES: &[&str] = &[
    "annotate",
    "autocomplete",
    "bank-card",
    "columns",
    "columns-pack",
    "compact",
    "counter",
    "draw",
    "field-list",
    "horizontal",
    "id-number",
    "label",
    "likert",
    "list",
    "list-nolabel",
    "masked",
    "minimal",
    "month-year",
    "multiline",
    "new",
    "new-front",
    "no-buttons",
    "no-calendar",
    "numbers",
    "phone",
    "picker",
    "quick",
    "randomized",
    "signature",
    "summary",
    "table",
    "table-list",
    "thousands-sep",
    "url",
    "vertical",
    "year",
];

/// Whether a word of the appearance column is one that screens know.
pub(crate) fn knows_appearance(word: &str) -> bool {
    let numbered = |prefix: &str| {
        word.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    APPEARANCES.contains(&word) || numbered("w") || numbered("columns-")
}
