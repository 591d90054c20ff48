//! What is known of a person and the household, as eligibility rules and `when` name it.

use chrono::{Datelike, Months, NaiveDate};
use std::fmt;

/// The names of the facts.
pub const FACTS: &[&str] = &[
    "age",
    "age_next_month",
    "sex",
    "birth_date",
    "relation",
    "disability_category",
    "disability_level",
    "categories",
    "receives",
    "asked",
    "dead",
    "household_size",
    "elderly",
    "minors",
    "working_age",
    "alone",
];

/// Whether a name stands for a fact.
pub(crate) fn is_fact(name: &str) -> bool {
    FACTS.contains(&name)
}

/// 男 or 女.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

/// What a disability card says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Disability {
    /// 1 视力, 2 听力, 3 言语, 4 肢体, 5 智力, 6 精神, 7 多重.
    pub category: u8,
    /// 1 to 4, 1 the gravest.
    pub level: u8,
}

/// A person as rules look at one. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The day of birth, where it is known.
    pub birth: Option<NaiveDate>,
    /// The sex, where it is known.
    pub sex: Option<Sex>,
    /// To the head of the household, as the roster says.
    pub relation: String,
    /// The disability card, where there is one.
    pub disability: Option<Disability>,
    /// 人员类别 as codes.
    pub categories: Vec<String>,
    /// Codes of items that are confirmed, or listed as running.
    pub receives: Vec<String>,
    /// Codes of items that a case is under way for.
    pub asked: Vec<String>,
    /// Whether the person has died.
    pub dead: bool,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// A household as rules look at it: those who live there, the person included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Household {
    /// Its members; the dead do not count.
    pub members: Vec<Person>,
}

/// How many of a household are in which age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ages {
    size: usize,
    elderly: usize,
    minors: usize,
    working_age: usize,
}

/// Who is minor, and who old.
const ADULT_YEARS: u32 = 18;
const ELDERLY_YEARS: u32 = 60;

/// The facts of one person on one day, by name. `Debug` shows nothing of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Facts {
    person: Person,
    age: Option<u32>,
    age_next_month: Option<u32>,
    ages: Ages,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facts(…)")
    }
}

impl Facts {
    /// What is known of a person on a day.
    #[must_use]
    pub fn of(person: &Person, household: &Household, today: NaiveDate) -> Self {
        let mut ages = Ages::default();
        for member in household.members.iter().filter(|member| !member.dead) {
            ages.size += 1;
            match member.birth.and_then(|birth| age_on(birth, today)) {
                Some(age) if age >= ELDERLY_YEARS => ages.elderly += 1,
                Some(age) if age < ADULT_YEARS => ages.minors += 1,
                Some(_) => ages.working_age += 1,
                None => {}
            }
        }
        let next = end_of_next_month(today);
        Facts {
            age: person.birth.and_then(|birth| age_on(birth, today)),
            age_next_month: person.birth.zip(next).and_then(|(birth, next)| age_on(birth, next)),
            ages,
            person: person.clone(),
        }
    }

    /// The fact of a name; `None` where there is no fact of that name. What is not known is blank.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        let person = &self.person;
        let yes = |truth: bool| if truth { "yes" } else { "no" }.to_owned();
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let disability = |of: fn(Disability) -> u8| number(person.disability.map(of).map(u32::from));
        Some(match name {
            "age" => number(self.age),
            "age_next_month" => number(self.age_next_month),
            "sex" => match person.sex {
                Some(Sex::Male) => "male".to_owned(),
                Some(Sex::Female) => "female".to_owned(),
                None => String::new(),
            },
            "birth_date" => person.birth.map(|birth| birth.to_string()).unwrap_or_default(),
            "relation" => person.relation.clone(),
            "disability_category" => disability(|disability| disability.category),
            "disability_level" => disability(|disability| disability.level),
            "categories" => person.categories.join(" "),
            "receives" => person.receives.join(" "),
            "asked" => person.asked.join(" "),
            "dead" => yes(person.dead),
            "household_size" => self.ages.size.to_string(),
            "elderly" => self.ages.elderly.to_string(),
            "minors" => self.ages.minors.to_string(),
            "working_age" => self.ages.working_age.to_string(),
            "alone" => yes(self.ages.size == 1),
            _ => return None,
        })
    }

    /// Whether the person receives an item or has asked for it.
    #[must_use]
    pub fn has(&self, item: &str) -> bool {
        let person = &self.person;
        person.receives.iter().chain(&person.asked).any(|code| code == item)
    }

    /// Whether the person has died.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.person.dead
    }
}

/// Whole years on a day (周岁); born on 29 February, one is a year older on 1 March of other years.
fn age_on(birth: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(birth)
}

fn end_of_next_month(today: NaiveDate) -> Option<NaiveDate> {
    today.with_day(1)?.checked_add_months(Months::new(2))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn born(text: &str) -> Person {
        Person { birth: Some(day(text)), ..Person::default() }
    }

    fn value(person: &Person, household: &[Person], name: &str) -> String {
        let household = Household { members: household.to_vec() };
        Facts::of(person, &household, day("2026-11-26")).value(name).expect(name)
    }

    #[test]
    fn ages_are_whole_years_today_and_at_the_end_of_next_month() {
        for (birth, age, next) in [
            ("1946-11-26", "80", "80"),
            ("1946-11-27", "79", "80"),
            ("1946-12-31", "79", "80"),
            ("1947-01-01", "79", "79"),
            ("2026-11-26", "0", "0"),
            ("2026-12-01", "", "0"),
            ("2027-02-01", "", ""),
        ] {
            let person = born(birth);
            assert_eq!(
                (value(&person, &[], "age"), value(&person, &[], "age_next_month")),
                (age.into(), next.into()),
                "{birth}"
            );
        }
        assert_eq!(value(&Person::default(), &[], "age"), "");
        assert_eq!(end_of_next_month(day("2027-01-31")), Some(day("2027-02-28")));
        assert_eq!(end_of_next_month(day("2027-12-31")), Some(day("2028-01-31")));
    }

    #[test]
    fn a_household_counts_the_living_by_age() {
        let dead = Person { dead: true, ..born("1940-01-01") };
        let unknown = Person::default();
        let household =
            [born("1966-11-26"), born("1966-11-27"), born("2008-11-27"), born("2008-11-26"), dead, unknown];
        let facts = |name| value(&household[0], &household, name);
        assert_eq!(
            ["household_size", "elderly", "minors", "working_age", "alone"].map(facts),
            ["5", "1", "1", "2", "no"]
        );
        let widow = [born("1940-01-01"), Person { dead: true, ..born("1938-01-01") }];
        assert_eq!(value(&widow[0], &widow, "alone"), "yes");
        assert_eq!(value(&widow[0], &[], "alone"), "no", "no household is known");
    }

    #[test]
    fn every_name_has_a_fact_and_no_other() {
        let facts = Facts::of(&Person::default(), &Household::default(), day("2026-11-26"));
        assert!(FACTS.iter().all(|name| facts.value(name).is_some()));
        assert_eq!(facts.value("name"), None);
    }

    #[test]
    fn debug_shows_nobody() {
        let person =
            Person { relation: "户主".into(), categories: vec!["dibao".into()], ..born("1946-11-26") };
        let facts = Facts::of(&person, &Household { members: vec![person.clone()] }, day("2026-11-26"));
        let shown = format!("{person:?}{facts:?}{:?}", Household { members: vec![person.clone()] });
        assert!(!shown.contains("1946") && !shown.contains("dibao") && !shown.contains("户主"), "{shown}");
    }
}
