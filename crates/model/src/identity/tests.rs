//! Tests of identity numbers. All numbers are fictitious.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn today() -> NaiveDate {
    day(2026, 11, 22)
}

#[derive(Deserialize)]
struct Vectors {
    id_numbers: Vec<NumberVector>,
    bank_cards: Vec<CardVector>,
    weights: Vec<u32>,
    check_chars: String,
}

#[derive(Deserialize)]
struct NumberVector {
    number: String,
    valid: bool,
    note: String,
}

#[derive(Deserialize)]
struct CardVector {
    number: String,
    luhn: bool,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../../data/id_test_vectors.json")).unwrap()
}

#[test]
fn every_test_vector_is_judged_right() {
    let vectors = vectors();
    assert_eq!(vectors.weights, WEIGHTS);
    assert_eq!(vectors.check_chars, CHECK_CHARACTERS.iter().collect::<String>());
    assert!(vectors.id_numbers.len() >= 11);
    for vector in vectors.id_numbers {
        let parsed = IdentityNumber::parse(&vector.number, today());
        assert_eq!(parsed.is_ok(), vector.valid, "{}: {parsed:?}", vector.note);
        if let Ok(number) = parsed {
            assert!(number.region_known(), "{}", vector.note);
        }
    }
    for card in vectors.bank_cards {
        assert_eq!(luhn_holds(&card.number), card.luhn);
        assert_eq!(bank_number_warning(&card.number).is_none(), card.luhn);
    }
}

#[test]
fn each_kind_of_mistake_is_named() {
    use IdentityProblem::*;
    let cases = [
        ("", WrongLength { found: 0 }),
        ("4207041948", WrongLength { found: 10 }),
        ("42070419480315002XX", WrongLength { found: 19 }),
        ("４２０７０４１９４８０３１５００２ＸＸ", WrongLength { found: 19 }),
        ("4207041948031500X2", NotDigits),
        ("42070419480315002Y", NotDigits),
        ("ABC704480315002", NotDigits),
        ("一二三四五六七八九十一二三四五六七八", NotDigits),
        ("360102195001010010", CheckDigit { expected: 'X' }),
        ("360102195002300019", ImpossibleDate),
        ("360102195001010", ImpossibleDate),
        ("360102209912310018", FutureBirth),
        ("420704189503150022", CheckDigit { expected: '1' }),
        ("420704189503150021", TooOld),
    ];
    for (text, problem) in cases {
        assert_eq!(IdentityNumber::parse(text, today()), Err(problem), "{text}");
    }
}

#[test]
fn the_number_is_read_however_it_is_written() {
    let cases = [
        "42070419480315002X",
        "42070419480315002x",
        "４２０７０４１９４８０３１５００２Ｘ",
        "４２０７０４１９４８０３１５００２ｘ",
        " 420704 1948 0315 002X ",
        "420704-19480315-002X",
        "420704－19480315—002X",
        "'42070419480315002X",
        "\u{feff}420704\u{200b}19480315002X\r\n",
        "\u{3000}420704480315002",
    ];
    for text in cases {
        assert_eq!(IdentityNumber::parse(text, today()).unwrap().reveal(), "42070419480315002X", "{text:?}");
    }
    assert!(IdentityNumber::parse_noting("420704480315002", today()).unwrap().upgraded_from_15);
    assert!(!IdentityNumber::parse_noting("42070419480315002X", today()).unwrap().upgraded_from_15);
}

#[test]
fn birth_sex_and_age_follow_from_the_number() {
    let woman = IdentityNumber::parse("42070419480315002X", today()).unwrap();
    assert_eq!(woman.birth_date(), day(1948, 3, 15));
    assert_eq!(woman.sex(), Sex::Female);
    assert_eq!(woman.age_on(day(2026, 3, 14)), 77);
    assert_eq!(woman.age_on(day(2026, 3, 15)), 78);
    assert_eq!(woman.age_on(day(1940, 1, 1)), 0);
    let man = IdentityNumber::parse("361102195001010010", today()).unwrap();
    assert_eq!(man.sex(), Sex::Male);
    let leapling = IdentityNumber::parse("830000196002290016", today()).unwrap();
    assert_eq!(leapling.age_on(day(2025, 2, 28)), 64);
    assert_eq!(leapling.age_on(day(2025, 3, 1)), 65);
}

#[test]
fn a_child_born_today_is_accepted_and_one_born_tomorrow_is_not() {
    let born_today = IdentityNumber::compose("420703", today(), 1).unwrap();
    assert!(IdentityNumber::parse(born_today.reveal(), today()).is_ok());
    let tomorrow = today().succ_opt().unwrap();
    let unborn = IdentityNumber::compose("420703", tomorrow, 1).unwrap();
    assert_eq!(IdentityNumber::parse(unborn.reveal(), today()), Err(IdentityProblem::FutureBirth));
}

#[test]
fn an_unknown_region_is_only_a_warning() {
    let number = IdentityNumber::compose("990000", day(1950, 1, 1), 1).unwrap();
    assert!(number.is_foreign_residence());
    assert!(!number.region_known());
    let number = IdentityNumber::compose("190000", day(1950, 1, 1), 1).unwrap();
    assert!(!IdentityNumber::parse(number.reveal(), today()).unwrap().region_known());
    assert!(!PROVINCES.is_empty());
}

#[test]
fn neither_debug_nor_display_nor_an_error_shows_the_number() {
    let number = IdentityNumber::parse("42070419480315002X", today()).unwrap();
    assert_eq!(number.to_string(), "4207**********002X");
    assert_eq!(format!("{number:?}"), "IdentityNumber(4207**********002X)");
    let wrong = serde_json::from_str::<IdentityNumber>("\"420704194803150021\"").unwrap_err();
    assert!(!wrong.to_string().contains("19480315"), "{wrong}");
}

#[test]
fn serde_keeps_the_plain_text_and_refuses_a_wrong_one() {
    let number = IdentityNumber::parse("42070419480315002X", today()).unwrap();
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, "\"42070419480315002X\"");
    assert_eq!(serde_json::from_str::<IdentityNumber>(&json).unwrap(), number);
    assert!(serde_json::from_str::<IdentityNumber>("\"420704194803150021\"").is_err());
}

#[test]
fn bank_numbers_only_warn() {
    assert_eq!(bank_number_warning("6217 9912 3456 7890 124"), None);
    assert_eq!(bank_number_warning("6217991234567890120"), Some(BankNumberWarning::CheckDigit));
    assert_eq!(bank_number_warning("62179912"), Some(BankNumberWarning::OddLength { found: 8 }));
    assert_eq!(bank_number_warning("存折"), Some(BankNumberWarning::NotDigits));
}

/// Any number of a person alive today.
fn any_number() -> impl Strategy<Value = IdentityNumber> {
    (100_000u32..=999_999, 0u64..45_000, 0u16..=999).prop_map(|(region, days_back, sequence)| {
        let birth = today().checked_sub_days(chrono::Days::new(days_back)).unwrap();
        IdentityNumber::compose(&region.to_string(), birth, sequence).unwrap()
    })
}

proptest! {
    #[test]
    fn a_composed_number_is_read_back_with_its_parts(number in any_number()) {
        let read = IdentityNumber::parse(number.reveal(), today()).unwrap();
        prop_assert_eq!(&read, &number);
        prop_assert_eq!(read.birth_date(), number.birth_date());
        prop_assert_eq!(read.reveal().len(), 18);
    }

    #[test]
    fn any_one_wrong_character_is_found(number in any_number(), at in 0usize..18, put in 0usize..11) {
        let mut characters: Vec<char> = number.reveal().chars().collect();
        let put = if put == 10 { 'X' } else { char::from_digit(put as u32, 10).unwrap() };
        prop_assume!(characters[at] != put);
        characters[at] = put;
        let wrong: String = characters.into_iter().collect();
        prop_assert!(IdentityNumber::parse(&wrong, today()).is_err());
    }

    #[test]
    fn any_swap_of_two_differing_neighbours_is_found(number in any_number(), at in 0usize..17) {
        let mut characters: Vec<char> = number.reveal().chars().collect();
        prop_assume!(characters[at] != characters[at + 1]);
        characters.swap(at, at + 1);
        let wrong: String = characters.into_iter().collect();
        prop_assert!(IdentityNumber::parse(&wrong, today()).is_err());
    }

    #[test]
    fn reading_arbitrary_text_never_panics(text in "\\PC{0,80}") {
        let _ = IdentityNumber::parse(&text, today());
        let _ = bank_number_warning(&text);
    }

    #[test]
    fn reading_text_that_looks_like_a_number_never_panics(text in "[0-9Xx０-９Ｘ -]{13,22}") {
        let _ = IdentityNumber::parse(&text, today());
        let _ = serde_json::to_string(&text).map(|json| serde_json::from_str::<IdentityNumber>(&json).is_ok());
    }

    #[test]
    fn the_old_form_upgrades_to_the_number_it_stands_for(number in any_number()) {
        prop_assume!((1900..2000).contains(&number.birth_date().year()));
        let text = number.reveal();
        let old = format!("{}{}", &text[..6], &text[8..17]);
        let parsed = IdentityNumber::parse_noting(&old, today());
        prop_assert_eq!(parsed, Ok(ParsedIdentity { number, upgraded_from_15: true }));
    }
}
