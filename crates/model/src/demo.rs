//! A village that does not exist: households for demonstrations and tests, the same for the same seed.
//!
//! No person here is real. Names are put together by chance; identity numbers are valid but carry sequence
//! numbers from 900 up, which a district hardly ever gives out; telephone numbers begin with 16000, a range
//! not known to be given out to subscribers.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::division::Divisions;
use crate::identity::{IdentityNumber, Sex};
use crate::roster::{RosterCell, RosterColumn, RosterRow};

mod family;
mod names;

use family::{Member, compose_family};

/// A demo village has at most this many households.
pub const MOST_HOUSEHOLDS: usize = 5_000;
/// A household of the demo has at most this many people.
pub const LARGEST_HOUSEHOLD: usize = 8;
/// All numbers of the demo name this region: 华容区.
const REGION: &str = "420703";
/// Sequence numbers from here on are hardly ever given out.
const FIRST_SEQUENCE: u16 = 900;
/// Neighbouring villages use blocks of their own, so that no number is in two of them.
const SEQUENCE_BLOCKS: u16 = 5;
/// How many sequence numbers of one sex a block holds for one day.
const SEQUENCES_PER_SEX: u16 = 10;
/// Villagers' groups (村民小组) have about so many households.
const HOUSEHOLDS_PER_GROUP: usize = 25;
/// Children younger than this may not be registered yet, and have no number.
const UNREGISTERED_DAYS: i64 = 60;

/// A person of the demo village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// 姓名.
    pub name: String,
    /// The number; newborns have none yet.
    pub identity: Option<IdentityNumber>,
    /// Date of birth.
    pub birth: NaiveDate,
    /// Sex.
    pub sex: Sex,
    /// 与户主关系, a word of the standard.
    pub relation: &'static str,
    /// A mobile number of a range that no subscriber has.
    pub phone: Option<String>,
    /// 备注.
    pub note: Option<&'static str>,
}

/// A household of the demo village; its head comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoHousehold {
    /// 户号.
    pub household_no: String,
    /// The villagers' group, from 1.
    pub group: usize,
    /// 住址: 大湖村3组12号.
    pub address: String,
    /// The people, the head first.
    pub members: Vec<DemoPerson>,
}

/// Makes a village of exactly `households` households (at most [`MOST_HOUSEHOLDS`]) and exactly `people` people, brought
/// within one and [`LARGEST_HOUSEHOLD`] a household; 300 and 1,000 are a usual village. Same arguments, same village.
pub fn demo_households(
    seed: u64,
    village_code: &str,
    households: usize,
    people: usize,
    today: NaiveDate,
) -> Vec<DemoHousehold> {
    let households = households.min(MOST_HOUSEHOLDS);
    let people = people.clamp(households, households * LARGEST_HOUSEHOLD);
    let village_number = village_code.get(6..).and_then(|digits| digits.parse::<u64>().ok()).unwrap_or(0);
    let village = Divisions::huarong().find(village_code).map(|village| village.short_name());
    let mut maker = Maker {
        chance: Chance::new(seed ^ village_number.wrapping_mul(0x9E37_79B9)),
        village: village.unwrap_or_else(|| "本村".to_owned()),
        village_number,
        today,
        taken: BTreeSet::new(),
        phones: 0,
    };
    let sizes = maker.chance.share_out(households, people);
    let groups = (households / HOUSEHOLDS_PER_GROUP).max(1);
    let mut house = 0;
    let mut last_group = 0;
    let mut made = Vec::with_capacity(households);
    for (at, size) in sizes.into_iter().enumerate() {
        let group = at * groups / households + 1;
        house = if group == last_group { house + 1 } else { 1 };
        last_group = group;
        made.push(maker.make_household(at, size, group, house));
    }
    made
}

/// The demo village as the rows of a roster, headings first.
pub fn demo_rows(households: &[DemoHousehold]) -> Vec<RosterRow> {
    let headings = RosterColumn::USUAL.map(|column| RosterCell::text(column.heading()));
    let mut rows = vec![RosterRow { row: 1, cells: headings.to_vec() }];
    let people = households.iter().flat_map(|one| one.members.iter().map(move |person| (one, person)));
    for (row, (household, person)) in (2..).zip(people) {
        let identity = person.identity.as_ref().map(IdentityNumber::reveal).unwrap_or_default();
        let cells = [
            &household.household_no,
            &person.name,
            identity,
            person.relation,
            person.phone.as_deref().unwrap_or_default(),
            &household.address,
            person.note.unwrap_or_default(),
        ];
        rows.push(RosterRow { row, cells: cells.map(RosterCell::text).to_vec() });
    }
    rows
}

struct Maker {
    chance: Chance,
    village: String,
    village_number: u64,
    today: NaiveDate,
    taken: BTreeSet<IdentityNumber>,
    phones: u64,
}

impl Maker {
    fn make_household(&mut self, at: usize, size: usize, group: usize, house: usize) -> DemoHousehold {
        let surname = names::household_surname(at, &mut self.chance);
        let family = compose_family(size, &mut self.chance);
        let is_poor = self.chance.one_in(14);
        let mut members: Vec<DemoPerson> = Vec::with_capacity(family.len());
        for (number, member) in family.iter().enumerate() {
            let mut person = self.make_person(surname, member, size);
            while members.iter().any(|known| known.name == person.name) {
                person.name.push_str(names::another_character(&mut self.chance));
            }
            if number == 0 && is_poor {
                person.note = Some("低保户");
            }
            members.push(person);
        }
        DemoHousehold {
            household_no: format!("{:03}{:04}", self.village_number % 1000, at + 1),
            group,
            address: format!("{}{group}组{house}号", self.village),
            members,
        }
    }

    fn make_person(&mut self, surname: &str, member: &Member, household_size: usize) -> DemoPerson {
        let wanted = self.birth_of(member.age_years);
        let (birth, identity) = self.give_number(wanted, member.sex);
        let unregistered = (self.today - birth).num_days() < UNREGISTERED_DAYS;
        DemoPerson {
            name: names::full_name(surname, member, birth.year(), &mut self.chance),
            identity: identity.filter(|_| !unregistered),
            birth,
            sex: member.sex,
            relation: member.relation,
            phone: self.give_phone(member),
            note: self.give_note(member, household_size),
        }
    }

    /// A day on which someone was born who is so many full years old today.
    fn birth_of(&mut self, age_years: u32) -> NaiveDate {
        let birthday = self.today.checked_sub_months(Months::new(age_years * 12)).unwrap_or(self.today);
        let days = self.chance.below(360);
        birthday.checked_sub_days(Days::new(days)).unwrap_or(birthday)
    }

    /// A number of the village's own block; where a day's block is used up, the birth moves back by a day.
    fn give_number(&mut self, wanted: NaiveDate, sex: Sex) -> (NaiveDate, Option<IdentityNumber>) {
        let per_block = SEQUENCES_PER_SEX * 2;
        let block = u16::try_from(self.village_number % u64::from(SEQUENCE_BLOCKS)).unwrap_or(0);
        let odd = u16::from(sex == Sex::Male);
        let start = u16::try_from(self.chance.below(u64::from(SEQUENCES_PER_SEX))).unwrap_or(0);
        for birth in wanted.iter_days().rev().take(1000) {
            for step in 0..SEQUENCES_PER_SEX {
                let place = (start + step) % SEQUENCES_PER_SEX;
                let sequence = FIRST_SEQUENCE + block * per_block + place * 2 + odd;
                let number = IdentityNumber::compose(REGION, birth, sequence);
                if let Some(number) = number.filter(|number| self.taken.insert(number.clone())) {
                    return (birth, Some(number));
                }
            }
        }
        (wanted, None)
    }

    fn give_phone(&mut self, member: &Member) -> Option<String> {
        let percent = match member.age_years {
            0..=15 => 0,
            16..=75 => 80,
            _ => 40,
        };
        if self.chance.below(100) >= percent {
            return None;
        }
        self.phones += 1;
        Some(format!("16000{}{:05}", self.village_number % 10, self.phones % 100_000))
    }

    fn give_note(&mut self, member: &Member, household_size: usize) -> Option<&'static str> {
        match member.age_years {
            65.. if household_size == 1 => Some("独居老人"),
            60.. if self.chance.one_in(18) => Some("肢体残疾三级"),
            20..=55 if member.relation != "户主" && self.chance.one_in(3) => Some("外出务工"),
            7..=18 if self.chance.one_in(4) => Some("在校学生"),
            _ => None,
        }
    }
}

/// Chance that repeats: SplitMix64, a small generator of good spread. Not for keys.
struct Chance {
    state: u64,
}

impl Chance {
    fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where the limit is 0.
    fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(limit);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    fn between(&mut self, first: u32, last: u32) -> u32 {
        let span = u64::from(last.saturating_sub(first)) + 1;
        first + u32::try_from(self.below(span)).unwrap_or(0)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// One of a list; an empty text where the list is empty.
    fn pick(&mut self, list: &'static [&'static str]) -> &'static str {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        list.get(at).copied().unwrap_or_default()
    }

    /// Shares `people` out over households: everyone at least one, nobody above the largest, the sum exact.
    fn share_out(&mut self, households: usize, people: usize) -> Vec<usize> {
        let mut sizes = vec![1; households];
        for _ in households..people {
            let start = usize::try_from(self.below(households as u64)).unwrap_or(0);
            let in_turn = (start..households).chain(0..start);
            if let Some(at) =
                in_turn.into_iter().find(|at| sizes.get(*at).is_some_and(|s| *s < LARGEST_HOUSEHOLD))
                && let Some(size) = sizes.get_mut(at)
            {
                *size += 1;
            }
        }
        sizes
    }
}

#[cfg(test)]
mod tests;
