//! The type column of the survey, and the appearances that screens know.

use crate::form::{Kind, Property};

/// Where a select's choices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    /// A list of the choices sheet.
    List(&'a str),
    /// A list of the external_choices sheet.
    External(&'a str),
    /// A file that comes with the form.
    File(&'a str),
    /// The answers to a question in a repeat.
    Answers(&'a str),
}

/// What a type cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QuestionType<'a> {
    Plain(Kind),
    /// A choice, with a question for what the list lacks where the author wants one.
    Select {
        kind: Kind,
        source: Source<'a>,
        or_other: bool,
    },
    /// A question whose answer must fit a condition by itself.
    Bounded(Kind, &'static str),
    /// A value that the session fills in.
    Preloaded(Property),
    /// A group of the old kind, once for each choice; it is read as a plain group.
    Loop,
    /// A file whose rows expressions look at.
    Instance(&'static str),
    End(Kind),
    /// A row that is no question: the log of the filling in, or an old way to write a setting.
    Passed,
}

const SELECTS: &[(&str, Kind)] = &[
    ("select_one", Kind::SelectOne),
    ("select one", Kind::SelectOne),
    ("select1", Kind::SelectOne),
    ("select one from", Kind::SelectOne),
    ("select one using", Kind::SelectOne),
    ("add select one prompt using", Kind::SelectOne),
    ("select_multiple", Kind::SelectMultiple),
    ("select multiple", Kind::SelectMultiple),
    ("select all that apply", Kind::SelectMultiple),
    ("select all that apply from", Kind::SelectMultiple),
    ("select multiple from", Kind::SelectMultiple),
    ("select multiple using", Kind::SelectMultiple),
    ("add select multiple prompt using", Kind::SelectMultiple),
    ("rank", Kind::Rank),
];

const FROM_FILE: &[(&str, Kind)] = &[
    ("select_one_from_file", Kind::SelectOne),
    ("select one from file", Kind::SelectOne),
    ("select_multiple_from_file", Kind::SelectMultiple),
    ("select multiple from file", Kind::SelectMultiple),
];

const EXTERNAL: &[(&str, Kind)] =
    &[("select_one_external", Kind::SelectOne), ("select_multiple_external", Kind::SelectMultiple)];

/// Reads a type cell with its blanks made single; `None` when it is not known.
pub(crate) fn read_type(written: &str) -> Option<QuestionType<'_>> {
    read_control(written).or_else(|| read_select(written)).or_else(|| read_word(written)).or_else(|| {
        // Authors write types in capitals too; names of lists keep theirs.
        read_word(&written.to_ascii_lowercase())
    })
}

fn read_control(written: &str) -> Option<QuestionType<'static>> {
    let lower = written.to_ascii_lowercase();
    let (begins, rest) = match lower.split_once([' ', '_']) {
        Some(("begin", rest)) => (true, rest.trim()),
        Some(("end", rest)) => (false, rest.trim()),
        _ => return None,
    };
    let word = rest.split(' ').next().unwrap_or_default();
    let kind = match word {
        "group" => Kind::Group,
        "repeat" | "lgroup" | "looped" => Kind::Repeat,
        "loop" if begins => return Some(QuestionType::Loop),
        "loop" => Kind::Group,
        _ => return None,
    };
    Some(if begins { QuestionType::Plain(kind) } else { QuestionType::End(kind) })
}

fn read_select(written: &str) -> Option<QuestionType<'_>> {
    let (written, or_other) = ["or specify other", "or_other", "or other"]
        .iter()
        .find_map(|ending| written.strip_suffix(ending).filter(|rest| rest.ends_with(' ')))
        .map_or((written, false), |rest| (rest.trim_end(), true));
    let (command, list) = written.rsplit_once(' ')?;
    let lower = command.trim().to_ascii_lowercase();
    let find = |table: &[(&str, Kind)]| table.iter().find(|(name, _)| *name == lower).map(|(_, kind)| *kind);
    let (kind, source) = if let Some(kind) = find(FROM_FILE) {
        (kind, Source::File(list))
    } else if let Some(kind) = find(EXTERNAL) {
        (kind, Source::External(list))
    } else {
        let kind = find(SELECTS)?;
        match list.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => (kind, Source::Answers(name.trim())),
            None => (kind, Source::List(list)),
        }
    };
    Some(QuestionType::Select { kind, source, or_other })
}

/// Old types say the same with more words: `add text prompt`, `q text`, `get start time`.
fn plain_word(word: &str) -> &str {
    let word = word.strip_prefix("add ").and_then(|rest| rest.strip_suffix(" prompt")).unwrap_or(word);
    word.strip_prefix("q ").or_else(|| word.strip_prefix("get ")).unwrap_or(word)
}

fn read_word(word: &str) -> Option<QuestionType<'static>> {
    let kind = match plain_word(word) {
        "text" | "string" => Kind::Text,
        "integer" | "int" => Kind::Integer,
        "decimal" => Kind::Decimal,
        "range" => Kind::Range,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "dateTime" | "datetime" | "date time" => Kind::DateTime,
        "note" => Kind::Note,
        "calculate" => Kind::Calculate,
        "hidden" | "start-geopoint" | "background-audio" | "background-geopoint" => Kind::Hidden,
        "barcode" => Kind::Barcode,
        "geopoint" | "gps" | "location" => Kind::Geopoint,
        "geotrace" => Kind::Geotrace,
        "geoshape" => Kind::Geoshape,
        "image" | "photo" | "picture" => Kind::Image,
        "audio" => Kind::Audio,
        "video" => Kind::Video,
        "file" | "osm" => Kind::File,
        "acknowledge" | "trigger" => Kind::Acknowledge,
        other => return read_special(other),
    };
    Some(QuestionType::Plain(kind))
}

fn read_special(word: &str) -> Option<QuestionType<'static>> {
    Some(match word.strip_prefix("uri:").unwrap_or(word) {
        "start" | "start time" => QuestionType::Preloaded(Property::Start),
        "end" | "end time" => QuestionType::Preloaded(Property::End),
        "today" => QuestionType::Preloaded(Property::Today),
        "deviceid" | "device id" | "imei" => QuestionType::Preloaded(Property::DeviceId),
        "username" => QuestionType::Preloaded(Property::Username),
        "phonenumber" => QuestionType::Preloaded(Property::PhoneNumber),
        "email" => QuestionType::Preloaded(Property::Email),
        "subscriberid" | "subscriber id" | "simserial" | "sim id" => {
            QuestionType::Preloaded(Property::Unknown)
        }
        "phone number" => QuestionType::Bounded(Kind::Text, r"regex(., '^\d*$')"),
        "percentage" => QuestionType::Bounded(Kind::Integer, "0 <= . and . <= 100"),
        "number of days in last month" => QuestionType::Bounded(Kind::Integer, "0 <= . and . <= 31"),
        "number of days in last six months" => QuestionType::Bounded(Kind::Integer, "0 <= . and . <= 183"),
        "number of days in last year" => QuestionType::Bounded(Kind::Integer, "0 <= . and . <= 365"),
        "csv-external" => QuestionType::Instance("csv"),
        "xml-external" => QuestionType::Instance("xml"),
        "audit" | "form_title" | "set form title" | "form_id" | "set form id" => QuestionType::Passed,
        other if other.starts_with("osm ") => QuestionType::Plain(Kind::File),
        _ => return None,
    })
}

const APPEARANCES: &[&str] = &[
    "annotate",
    "autocomplete",
    "bank-card",
    "bikram-sambat",
    "columns",
    "columns-flex",
    "columns-pack",
    "compact",
    "coptic",
    "counter",
    "distress",
    "draw",
    "ethiopian",
    "field-list",
    "hide-input",
    "horizontal",
    "horizontal-compact",
    "id-number",
    "image-map",
    "islamic",
    "label",
    "likert",
    "list",
    "list-nolabel",
    "map",
    "maps",
    "masked",
    "minimal",
    "month-year",
    "multiline",
    "myanmar",
    "new",
    "new-front",
    "new-rear",
    "no-buttons",
    "no-calendar",
    "no-collapse",
    "no-ticks",
    "numbers",
    "persian",
    "phone",
    "picker",
    "placement-map",
    "quick",
    "quickcompact",
    "randomized",
    "rating",
    "selfie",
    "signature",
    "streets",
    "summary",
    "table",
    "table-list",
    "textarea",
    "thousands-sep",
    "url",
    "vertical",
    "year",
];

/// Whether a word of the appearance column is one that screens know.
pub(crate) fn knows_appearance(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let numbered = |prefix: &str| {
        word.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    APPEARANCES.contains(&word.as_str())
        || ["w", "columns-", "compact-", "quickcompact-", "horizontal-"].into_iter().any(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_capitals_and_old_names_are_understood() {
        for (written, kind) in [
            ("begin group", Kind::Group),
            ("begin_group", Kind::Group),
            ("Begin Repeat", Kind::Repeat),
            ("begin lgroup", Kind::Repeat),
            ("add text prompt", Kind::Text),
            ("q image", Kind::Image),
            ("Integer", Kind::Integer),
            ("gps", Kind::Geopoint),
        ] {
            assert_eq!(read_type(written), Some(QuestionType::Plain(kind)), "{written}");
        }
        for written in ["select_one yn or_other", "select one yn or specify other", "Select_One yn or other"]
        {
            let expected =
                QuestionType::Select { kind: Kind::SelectOne, source: Source::List("yn"), or_other: true };
            assert_eq!(read_type(written), Some(expected), "{written}");
        }
        for written in ["txt", "select_one", "begin", "end it", "select_two yn", ""] {
            assert_eq!(read_type(written), None, "{written}");
        }
    }

    #[test]
    fn the_places_choices_come_from_are_told_apart() {
        let sources = [
            ("select_one yn", Source::List("yn")),
            ("select_one ${person}", Source::Answers("person")),
            ("select_multiple_from_file towns.csv", Source::File("towns.csv")),
            ("select_one_external towns", Source::External("towns")),
        ];
        for (written, wanted) in sources {
            let found = read_type(written);
            assert!(
                matches!(found, Some(QuestionType::Select { source, .. }) if source == wanted),
                "{written}"
            );
        }
    }
}
