use super::*;
use crate::item_words::{Actor, Certainty, CycleKind, DayKind, Obtained, PaperKind};

/// Every key of the format once, both languages.
pub(crate) const FULL: &str = include_str!("full.toml");

fn full() -> ItemCard {
    ItemCard::read(FULL).expect("the full card")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn a_card_with_every_key_is_read_as_it_says() {
    let card = full();
    assert_eq!((card.category, card.valid_to), (Category::Elderly, Some(day("2027-12-31"))));
    assert_eq!((card.tags.len(), card.service_ways.len(), card.level.len()), (5, 6, 3));
    assert_eq!(card.review_cycle.as_ref().map(|cycle| cycle.kind), Some(CycleKind::Periodic));
    assert_eq!(card.limits.promised[0].day_kind, DayKind::Month);
    assert_eq!(card.limits.statutory[1].stage.as_deref(), Some("notice"));
    assert!(card.stages[1].parallel && card.stages[1].pauses_clock && card.stages[0].by == Actor::Applicant);
    assert_eq!(card.eligibility[0].certainty, Certainty::Local);
    let material = &card.materials[0];
    assert_eq!((material.kind, material.obtained), (Some(PaperKind::Copy), Obtained::Shared));
    assert_eq!(material.valid_months, Some(12));
    assert!(card.bundle.as_ref().is_some_and(|bundle| bundle.items[0].ticked));
}

#[test]
fn written_again_a_card_loses_nothing() {
    let written = full().to_toml().expect("TOML");
    assert_eq!(ItemCard::read(&written).expect("read again"), full());
    let (before, after): (toml::Table, toml::Table) =
        (FULL.parse().expect("TOML"), written.parse().expect("TOML"));
    let lost: Vec<String> = missing(&toml::Value::Table(before), &toml::Value::Table(after), "card");
    assert_eq!(lost, Vec::<String>::new());
}

/// What a value holds that another does not.
fn missing(before: &toml::Value, after: &toml::Value, at: &str) -> Vec<String> {
    match (before, after) {
        (toml::Value::Table(before), toml::Value::Table(after)) => before
            .iter()
            .flat_map(|(key, value)| match after.get(key) {
                Some(other) => missing(value, other, &format!("{at}.{key}")),
                None => vec![format!("{at}.{key}")],
            })
            .collect(),
        (toml::Value::Array(before), toml::Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .enumerate()
            .flat_map(|(n, (one, other))| missing(one, other, &format!("{at}[{n}]")))
            .collect(),
        _ => {
            if before == after {
                Vec::new()
            } else {
                vec![at.to_owned()]
            }
        }
    }
}

#[test]
fn in_english_no_chinese_is_left_that_has_a_translation() {
    let mut card = full().in_language(Language::English);
    // What has no English: the laws by their own names, words people use, the notice.
    card.basis.clear();
    card.keywords.clear();
    card.closed.as_mut().expect("closed").source.clear();
    assert!(card.to_toml().expect("TOML").is_ascii());
    assert_eq!(full().in_language(Language::Chinese), full());
}

#[test]
fn an_item_opens_from_its_first_day_to_its_last_and_not_while_closed() {
    let card = full();
    for (today, valid, closed) in [
        ("2026-11-21", false, false),
        ("2026-11-22", true, false),
        ("2027-12-31", true, false),
        ("2028-01-01", false, false),
        ("2028-04-30", false, false),
        ("2028-05-01", false, true),
    ] {
        assert_eq!(
            (card.valid_on(day(today)), card.closed_on(day(today)).is_some()),
            (valid, closed),
            "{today}"
        );
    }
    let open = ItemCard { valid_to: None, ..card };
    assert!(open.open_on(day("2028-04-30")) && !open.open_on(day("2028-05-01")));
}

#[test]
fn a_broken_card_says_why_without_its_text() {
    for (text, why) in [("code = ", "TOML"), ("code = 1", "type"), ("code = \"A\"", "missing field")] {
        let problem = ItemCard::read(text).expect_err(why);
        assert!(matches!(problem, CatalogueError::CardBroken(_)), "{why}");
    }
    let wrong_date = FULL.replacen("2026-11-22", "2026-11-22T10:00:00", 1);
    assert!(ItemCard::read(&wrong_date).is_err(), "a day has no time");
}
