//! Tests of the demo village.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::name::search_keys;
use crate::phone::Phone;
use crate::relation::{is_head, relation_code};

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn village() -> Vec<DemoHousehold> {
    demo_households(7, "420703200209", 300, 1000, today())
}

fn everyone(village: &[DemoHousehold]) -> impl Iterator<Item = &DemoPerson> {
    village.iter().flat_map(|household| &household.members)
}

#[test]
fn a_usual_village_has_exactly_the_households_and_people_asked_for() {
    let village = village();
    assert_eq!(village.len(), 300);
    assert_eq!(everyone(&village).count(), 1000);
    let rows = demo_rows(&village);
    assert_eq!(rows.len(), 1001);
    assert_eq!(rows[0].cells[1].text, "姓名");
    assert_eq!(rows[1000].row, 1001);
}

#[test]
fn the_same_seed_makes_the_same_village_and_another_seed_another() {
    assert_eq!(village(), village());
    assert_ne!(village(), demo_households(8, "420703200209", 300, 1000, today()));
}

#[test]
fn the_village_is_old_as_villages_are() {
    let village = village();
    let older_than =
        |age: i32| everyone(&village).filter(|one| today().year() - one.birth.year() > age).count();
    assert!((250..500).contains(&older_than(60)), "{} over 60", older_than(60));
    assert!((40..200).contains(&older_than(80)), "{} over 80", older_than(80));
    let minors = 1000 - older_than(18);
    assert!((120..400).contains(&minors), "{minors} minors");
    assert!(everyone(&village).all(|one| one.birth <= today() && today().year() - one.birth.year() < 110));
}

#[test]
fn every_number_is_valid_unique_and_of_the_reserved_kind() {
    let village = village();
    let numbers: Vec<_> =
        everyone(&village).filter_map(|one| one.identity.as_ref().map(|n| (one, n))).collect();
    assert!(numbers.len() >= 980, "{} numbers", numbers.len());
    let mut seen = BTreeSet::new();
    for (person, number) in numbers {
        assert_eq!(IdentityNumber::parse(number.reveal(), today()).as_ref(), Ok(number));
        assert_eq!((number.birth_date(), number.sex()), (person.birth, person.sex));
        assert_eq!(number.region(), "420703");
        assert_eq!(&number.reveal()[14..15], "9", "a sequence number that is hardly ever given out");
        assert!(seen.insert(number.clone()));
    }
    let neighbours = demo_households(7, "420703200210", 300, 1000, today());
    assert!(
        everyone(&neighbours).filter_map(|one| one.identity.as_ref()).all(|number| !seen.contains(number))
    );
}

#[test]
fn every_phone_is_well_formed_unique_and_of_no_subscriber() {
    let village = village();
    let phones: Vec<&String> = everyone(&village).filter_map(|one| one.phone.as_ref()).collect();
    assert!(phones.len() > 500);
    assert!(phones.iter().all(|phone| phone.starts_with("16000") && Phone::parse(phone, None).is_ok()));
    assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len());
}

#[test]
fn families_are_families() {
    for household in village() {
        let codes: Vec<_> =
            household.members.iter().map(|one| relation_code(one.relation).unwrap()).collect();
        assert_eq!(codes.iter().filter(|code| is_head(code)).count(), 1);
        assert!(is_head(codes[0]), "the head comes first");
        let head = &household.members[0];
        for (member, code) in household.members.iter().zip(&codes) {
            let years = member.birth.year() - head.birth.year();
            match *code {
                "12" => assert!(years.abs() <= 8 && member.sex == Sex::Female),
                "20" | "22" | "32" | "23" | "33" | "24" | "34" => {
                    assert!((17..=45).contains(&years), "{years}")
                }
                "51" | "52" => assert!((-40..=-18).contains(&years), "{years}"),
                "41" | "42" => assert!(years >= 36, "{years}"),
                _ => {}
            }
        }
        assert!(household.address.starts_with("大湖村") && household.address.ends_with('号'));
    }
}

#[test]
fn polyphonic_and_compound_surnames_are_there_to_be_searched_for() {
    let village = village();
    for surname in ["余", "单", "曾", "仇", "覃", "尉迟", "欧阳", "解"] {
        assert!(everyone(&village).any(|one| one.name.starts_with(surname)), "{surname}");
    }
    assert!(everyone(&village).any(|one| search_keys(&one.name).full[0].starts_with("yuchi")));
    assert!(everyone(&village).all(|one| one.name.chars().count() >= 2));
}

#[test]
fn the_bounds_hold() {
    assert!(demo_households(1, "", 0, 10, today()).is_empty());
    let full = demo_households(1, "x", 20, 1_000_000, today());
    assert_eq!(everyone(&full).count(), 20 * LARGEST_HOUSEHOLD);
    assert!(full[0].address.starts_with("本村1组"));
    assert_eq!(demo_households(1, "420703200209", MOST_HOUSEHOLDS + 1, 1, today()).len(), MOST_HOUSEHOLDS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_village_has_the_people_asked_for(seed: u64, households in 1usize..60, more in 0usize..120) {
        let people = (households + more).min(households * LARGEST_HOUSEHOLD);
        let village = demo_households(seed, "420703200209", households, people, today());
        prop_assert_eq!(village.len(), households);
        prop_assert_eq!(everyone(&village).count(), people);
    }
}
