//! Which keys an `item.toml` may have, and what each takes.

use crate::finding::{FindingCode, Findings};
use crate::item_parts::date_of;
use crate::item_words::{
    Actor, Authority, Category, Certainty, Counter, CycleKind, DayKind, Level, LimitFrom, Obtained, OpenAs,
    PaperKind, RollOf, ServiceWay, Tag,
};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// What a key takes.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Text,
    Texts,
    Date,
    Truth,
    Number,
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    Table(&'static [Key]),
    Tables(&'static [Key]),
}

/// Whether a key must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Must,
    /// A warning where it is missing.
    Should,
    May,
}

/// Whether a text has an English one beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum English {
    None,
    /// It may have one.
    May,
    /// Screens show it: a warning where it is missing.
    Should,
}

/// One key.
pub(crate) struct Key {
    name: &'static str,
    takes: Takes,
    need: Need,
    english: English,
}

const fn key(name: &'static str, takes: Takes, need: Need) -> Key {
    Key { name, takes, need, english: English::None }
}

/// A text that screens show in both languages.
const fn shown(name: &'static str, takes: Takes, need: Need) -> Key {
    Key { name, takes, need, english: English::Should }
}

/// A text that may have an English one.
const fn said(name: &'static str, takes: Takes, need: Need) -> Key {
    Key { name, takes, need, english: English::May }
}

use Need::{May, Must, Should};
use Takes::{Date, Number, Text, Texts, Truth, Word, Words};

const CERTAINTY: Key = key("certainty", Word(Certainty::WORDS), May);

/// The whole card.
pub(crate) const CARD: &[Key] = &[
    key("code", Text, Must),
    shown("name", Text, Must),
    shown("short_name", Text, Must),
    shown("department", Text, Must),
    key("category", Word(Category::WORDS), Should),
    key("keywords", Texts, May),
    key("valid_from", Date, Must),
    key("valid_to", Date, May),
    said("watch", Text, May),
    key("form", Text, May),
    said("applicant", Text, May),
    said("receiving_place", Text, May),
    said("responsible_place", Text, May),
    said("deciding_body", Text, May),
    key("level", Words(Level::WORDS), May),
    key("authority", Word(Authority::WORDS), May),
    key("tags", Words(Tag::WORDS), May),
    key("service_ways", Words(ServiceWay::WORDS), May),
    said("channels", Texts, May),
    said("steps", Texts, May),
    shown("agent_does", Text, May),
    shown("agent_must_not", Texts, May),
    shown("assisted_words", Text, May),
    said("consequence", Text, May),
    key("related", Texts, May),
    key("no_result", Truth, May),
    key("closed", Takes::Table(CLOSED), May),
    key("review_cycle", Takes::Table(REVIEW_CYCLE), May),
    key("basis", Takes::Tables(BASIS), May),
    key("limits", Takes::Table(LIMITS), May),
    key("stages", Takes::Tables(STAGE), May),
    key("eligibility", Takes::Tables(ELIGIBILITY), May),
    key("materials", Takes::Tables(MATERIAL), May),
    key("fixed_answers", Takes::Tables(FIXED_ANSWER), May),
    key("register", Takes::Table(REGISTER), May),
    key("bundle", Takes::Table(BUNDLE), May),
];

const REGISTER: &[Key] = &[
    key("day", Text, May),
    key("title", Texts, Should),
    key("columns", Texts, Should),
    key("keep", Texts, May),
    key("person", Truth, May),
    key("case", Truth, May),
    key("frozen", Truth, May),
    key("sealed", Truth, May),
    key("guide", Text, May),
    key("number", Truth, May),
    key("next_day", Text, May),
    key("uncounted", Takes::Table(WHEN), May),
    key("counts", Takes::Tables(COUNT), May),
    key("open", Takes::Table(OPEN), May),
    key("chain", Takes::Table(CHAIN), May),
    key("category", Takes::Table(RECOGNISED), May),
    key("page", Texts, May),
    key("roll", Takes::Table(ROLL), May),
];

const ROLL: &[Key] =
    &[key("of", Word(RollOf::WORDS), Must), key("then", Texts, May), key("two", Takes::Table(WHEN), May)];

const COUNT: &[Key] =
    &[key("counter", Word(Counter::WORDS), Must), key("of", Text, May), key("when", Takes::Table(WHEN), May)];

const WHEN: &[Key] = &[key("question", Text, Must), key("is", Texts, Must)];

const OPEN: &[Key] = &[
    key("state", Text, Must),
    key("done", Texts, Must),
    key("by", Text, May),
    key("every", Text, May),
    key("as", Word(OpenAs::WORDS), May),
];

const RECOGNISED: &[Key] =
    &[key("as", Text, Must), key("basis", Text, Must), key("from", Text, Must), key("to", Text, Must)];

const CHAIN: &[Key] = &[
    key("step", Text, Must),
    key("back", Text, Must),
    key("told", Text, Must),
    key("out", Text, Must),
    key("from", Text, Must),
    key("to", Text, Must),
];

const CLOSED: &[Key] = &[key("from", Date, Must), said("reason", Text, Should), key("source", Text, Should)];

const REVIEW_CYCLE: &[Key] = &[
    key("kind", Word(CycleKind::WORDS), Must),
    key("months", Number, May),
    said("text", Text, May),
    CERTAINTY,
];

const BASIS: &[Key] = &[key("text", Text, Must), CERTAINTY];

const LIMITS: &[Key] =
    &[key("statutory", Takes::Tables(LIMIT), May), key("promised", Takes::Tables(LIMIT), May)];

const LIMIT: &[Key] = &[
    said("name", Text, Must),
    key("days", Number, Must),
    key("day_kind", Word(DayKind::WORDS), Must),
    CERTAINTY,
    key("whole", Truth, May),
    key("stage", Text, May),
    key("from", Word(LimitFrom::WORDS), May),
    key("first", Truth, May),
];

const STAGE: &[Key] = &[
    key("id", Text, Must),
    shown("name", Text, Must),
    key("by", Word(Actor::WORDS), Must),
    said("note", Text, May),
    key("parallel", Truth, May),
    key("pauses_clock", Truth, May),
];

const ELIGIBILITY: &[Key] = &[key("rule", Text, Must), shown("hint", Text, Must), CERTAINTY];

const MATERIAL: &[Key] = &[
    key("id", Text, Must),
    shown("name", Text, Must),
    key("required", Truth, May),
    key("picture", Truth, May),
    key("kind", Word(PaperKind::WORDS), May),
    key("when", Text, May),
    key("obtained", Word(Obtained::WORDS), May),
    said("note", Text, May),
    key("valid_months", Number, May),
];

const FIXED_ANSWER: &[Key] = &[key("name", Text, Must), key("value", Text, Must)];

const BUNDLE: &[Key] = &[key("event", Text, May), key("items", Takes::Tables(BUNDLE_ITEM), Must)];

const BUNDLE_ITEM: &[Key] = &[key("code", Text, Must), key("ticked", Truth, May), said("note", Text, May)];

/// What is looked at: a whole card, or what a place changes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    Card,
    /// Nothing but the key of a list's element must be there; an element may say `remove = true`.
    Change,
}

/// Looks at every key of a table: known, there, and of the right kind.
pub(crate) fn walk(table: &Table, keys: &[Key], at: &str, whole: Whole, found: &mut Findings) {
    for (name, value) in table {
        let place = place_of(at, name);
        let stem = name.strip_suffix("_en");
        let known = keys.iter().find(|key| key.name == name);
        let english = stem.and_then(|stem| keys.iter().find(|key| key.name == stem));
        match (known, english.filter(|key| key.english != English::None)) {
            (Some(key), _) | (None, Some(key)) => check_value(value, key, &place, whole, found),
            (None, None) if whole == Whole::Change && name == "remove" && at.ends_with(']') => {
                check_value(value, &key("remove", Truth, May), &place, whole, found);
            }
            (None, None) => unknown_key(&place, whole, found),
        }
    }
    if whole == Whole::Card {
        keys.iter().for_each(|key| check_presence(table, key, at, found));
    }
}

fn unknown_key(place: &str, whole: Whole, found: &mut Findings) {
    let (zh, en) =
        (format!("不认识“{place}”，它不起作用"), format!("{place} is not known and has no effect"));
    match whole {
        Whole::Card => found.warning(place, FindingCode::UnknownKey, zh, en),
        Whole::Change => found.error(place, FindingCode::UnknownKey, zh, en),
    }
}

fn check_presence(table: &Table, key: &Key, at: &str, found: &mut Findings) {
    let place = place_of(at, key.name);
    let value = table.get(key.name);
    if value.is_none_or(is_blank) {
        let (zh, en) = (format!("缺少“{}”，请填写", key.name), format!("{} is missing", key.name));
        match key.need {
            Must => {
                if value.is_none() {
                    found.stand_ins.push((place.clone(), stand_in(key.takes)));
                }
                found.error(place, FindingCode::MissingKey, zh, en);
            }
            Should => found.warning(place, FindingCode::MissingKey, zh, en),
            May => {}
        }
        return;
    }
    let english = format!("{}_en", key.name);
    let other = table.get(&english);
    if key.english == English::Should && other.is_none_or(is_blank) {
        let (zh, en) = (
            format!("缺少英文“{english}”，英文界面将显示中文"),
            format!("{english} is missing: English screens show the Chinese"),
        );
        found.warning(place_of(at, &english), FindingCode::MissingEnglish, zh, en);
    }
    if let (Some(Value::Array(own)), Some(Value::Array(other))) = (value, other)
        && own.len() != other.len()
    {
        let (zh, en) = (
            format!("“{english}”有 {} 条，中文有 {} 条，请逐条对应", other.len(), own.len()),
            format!("{english} has {} lines, the Chinese {}", other.len(), own.len()),
        );
        found.warning(place_of(at, &english), FindingCode::MissingEnglish, zh, en);
    }
}

fn check_value(value: &Value, key: &Key, place: &str, whole: Whole, found: &mut Findings) {
    match (key.takes, value) {
        (Takes::Table(keys), Value::Table(table)) => walk(table, keys, place, whole, found),
        (Takes::Tables(keys), Value::Array(elements)) => {
            for (number, element) in elements.iter().enumerate() {
                let place = format!("{place}[{}]", number + 1);
                match element {
                    Value::Table(table) => walk(table, keys, &place, whole, found),
                    _ => wrong_kind(&place, key.takes, found),
                }
            }
            check_doubled(elements, keys, place, whole, found);
        }
        (Words(words), Value::Array(elements)) => {
            for (number, element) in elements.iter().enumerate() {
                check_word(element, words, &format!("{place}[{}]", number + 1), found);
            }
        }
        (Word(words), value) => check_word(value, words, place, found),
        (Text, Value::String(_)) | (Truth, Value::Boolean(_)) => {}
        (Texts, Value::Array(texts)) if texts.iter().all(Value::is_str) => {}
        (Number, Value::Integer(number)) if u32::try_from(*number).is_ok() => {}
        (Date, value) if date_of(value).is_some() => {}
        (takes, _) => wrong_kind(place, takes, found),
    }
}

/// What tells the elements of a list apart, where anything does.
pub(crate) fn element_key(keys: &[Key]) -> Option<&'static str> {
    keys.first().map(|key| key.name).filter(|name| ["id", "name", "code"].contains(name))
}

/// Elements that are told apart must differ, and a change must say which it means.
fn check_doubled(elements: &[Value], keys: &[Key], place: &str, whole: Whole, found: &mut Findings) {
    let Some(name) = element_key(keys) else { return };
    let mut seen = BTreeSet::new();
    for (number, element) in elements.iter().enumerate() {
        let cell = format!("{place}[{}].{name}", number + 1);
        match element.get(name).and_then(Value::as_str) {
            Some(own) if !seen.insert(own) => {
                let (zh, en) = (format!("“{own}”重复，请改名或合并"), format!("{own} is there twice"));
                found.error(cell, FindingCode::DoubledId, zh, en);
            }
            None if whole == Whole::Change && element.is_table() => {
                let (zh, en) = (
                    format!("缺少“{name}”，不知道改的是哪一条"),
                    format!("{name} is missing: which is meant?"),
                );
                found.error(cell, FindingCode::MissingKey, zh, en);
            }
            _ => {}
        }
    }
}

fn check_word(value: &Value, words: &[&str], place: &str, found: &mut Findings) {
    let Value::String(word) = value else {
        wrong_kind(place, Text, found);
        found.stand_ins.push((place.to_owned(), first_of(words)));
        return;
    };
    if !words.contains(&word.as_str()) {
        found.stand_ins.push((place.to_owned(), first_of(words)));
        let (zh, en) = (
            format!("“{place}”只能写：{}", words.join("、")),
            format!("{place} takes one of: {}", words.join(", ")),
        );
        found.error(place, FindingCode::BadValue, zh, en);
    }
}

fn wrong_kind(place: &str, takes: Takes, found: &mut Findings) {
    let (zh, en) = match takes {
        Text | Word(_) => ("带引号的文字", "a text in quotation marks"),
        Texts | Words(_) => ("方括号里的多条文字", "texts in square brackets"),
        Date => ("日期，如 2026-11-22", "a date such as 2026-11-22"),
        Truth => ("true 或 false", "true or false"),
        Number => ("不带引号的整数", "a whole number without quotation marks"),
        Takes::Table(_) => ("一个表，如 [closed]", "a table such as [closed]"),
        Takes::Tables(_) => ("若干个表，如 [[materials]]", "tables such as [[materials]]"),
    };
    let (zh, en) = (format!("“{place}”应为{zh}"), format!("{place} takes {en}"));
    found.stand_ins.push((place.to_owned(), stand_in(takes)));
    found.error(place, FindingCode::BadValue, zh, en);
}

/// Something that a key takes.
fn stand_in(takes: Takes) -> Value {
    match takes {
        Text => Value::String(String::new()),
        Texts | Words(_) | Takes::Tables(_) => Value::Array(Vec::new()),
        Date => Value::String("2000-01-01".to_owned()),
        Truth => Value::Boolean(false),
        Number => Value::Integer(1),
        Word(words) => first_of(words),
        Takes::Table(_) => Value::Table(Table::new()),
    }
}

fn first_of(words: &[&str]) -> Value {
    Value::String(words.first().copied().unwrap_or_default().to_owned())
}

fn place_of(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item_card::tests::FULL;

    #[test]
    fn the_list_of_keys_and_the_card_know_the_same() {
        let mut found = Findings::default();
        walk(&FULL.parse().expect("TOML"), CARD, "", Whole::Card, &mut found);
        assert_eq!((found.errors, found.warnings), (Vec::new(), Vec::new()));
        // And what the list knows, the full card says: none is forgotten there.
        let silent = silent_keys(&FULL.parse().expect("TOML"), CARD, "");
        assert_eq!(silent, Vec::<String>::new());
    }

    /// Keys that no part of a table says.
    fn silent_keys(table: &Table, keys: &[Key], at: &str) -> Vec<String> {
        let mut silent = Vec::new();
        for key in keys {
            let place = place_of(at, key.name);
            if key.english != English::None && !table.contains_key(&format!("{}_en", key.name)) {
                silent.push(format!("{place}_en"));
            }
            match (key.takes, table.get(key.name)) {
                (_, None) => silent.push(place),
                (Takes::Table(keys), Some(Value::Table(table))) => {
                    silent.extend(silent_keys(table, keys, &place))
                }
                (Takes::Tables(keys), Some(Value::Array(elements))) => {
                    let mut all = Table::new();
                    elements.iter().filter_map(Value::as_table).for_each(|table| all.extend(table.clone()));
                    silent.extend(silent_keys(&all, keys, &place));
                }
                _ => {}
            }
        }
        silent
    }
}
