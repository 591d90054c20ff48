//! Who may be entitled and does not ask: hints to visit, never a decision.

use crate::facts::{Facts, Household, Person, is_fact};
use crate::item_card::ItemCard;
use crate::item_words::Certainty;
use bangban_forms::{Context, Rule};
use bangban_model::words::Language;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Offset, Utc};

/// A reason to visit somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The item's code.
    pub item: String,
    /// What the agent reads.
    pub text: String,
    /// Which of the item's rules says so, from 1.
    pub rule: usize,
    /// How well the rule is known.
    pub certainty: Certainty,
}

/// The rules of all items that are open on a day, read once for everybody.
#[derive(Debug)]
pub struct Radar {
    rules: Vec<ItemRule>,
    today: NaiveDate,
    context: Context,
}

#[derive(Debug)]
struct ItemRule {
    rule: Rule,
    hint: Hint,
    /// The rule itself speaks of the dead; others are for the living.
    of_the_dead: bool,
}

impl Radar {
    /// The rules of these items on a day: closed items, and those whose rule is not in force, say nothing. A rule that cannot
    /// be read, or names what is no fact (to this program), is left out; the check tells of it.
    #[must_use]
    pub fn on<'a>(
        cards: impl IntoIterator<Item = &'a ItemCard>,
        today: NaiveDate,
        language: Language,
    ) -> Self {
        let mut rules = Vec::new();
        for card in cards.into_iter().filter(|card| card.valid_on(today) && card.open_on(today)) {
            for (at, known) in card.eligibility.iter().enumerate() {
                let Ok(rule) = Rule::read(&known.rule) else { continue };
                if !rule.names().iter().all(|name| is_fact(name)) {
                    continue;
                }
                let english = known.hint_en.as_ref().filter(|_| language == Language::English);
                let hint = Hint {
                    item: card.code.clone(),
                    text: english.unwrap_or(&known.hint).clone(),
                    rule: at + 1,
                    certainty: known.certainty,
                };
                let of_the_dead = rule.names().iter().any(|name| name == "dead");
                rules.push(ItemRule { rule, hint, of_the_dead });
            }
        }
        Radar { rules, today, context: context_on(today) }
    }

    /// What a person may be entitled to and neither receives nor has asked for. The dead are hinted at only by rules that
    /// name `${dead}`. A rule without a value says nothing.
    #[must_use]
    pub fn hints_for(&self, person: &Person, household: &Household) -> Vec<Hint> {
        let facts = Facts::of(person, household, self.today);
        let concerned =
            |rule: &&ItemRule| !facts.has(&rule.hint.item) && (rule.of_the_dead || !facts.is_dead());
        let holds = |rule: &&ItemRule| {
            let values = |name: &str| facts.value(name).into_iter().collect();
            rule.rule.holds(&self.context, values).unwrap_or(false)
        };
        self.rules.iter().filter(concerned).filter(holds).map(|rule| rule.hint.clone()).collect()
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// The hints of a few cards for one person; for many persons, a [`Radar`] reads the rules once.
#[must_use]
pub fn hints_for<'a>(
    cards: impl IntoIterator<Item = &'a ItemCard>,
    person: &Person,
    household: &Household,
    today: NaiveDate,
    language: Language,
) -> Vec<Hint> {
    Radar::on(cards, today, language).hints_for(person, household)
}

/// Noon of a day in China, for rules that ask for `today()`.
fn context_on(today: NaiveDate) -> Context {
    let noon = today.and_time(NaiveTime::from_hms_opt(4, 0, 0).unwrap_or_default());
    let china = FixedOffset::east_opt(8 * 3600);
    let utc = DateTime::from_naive_utc_and_offset(noon, china.unwrap_or_else(|| Utc.fix()));
    crate::context_at(utc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Disability;

    const TODAY: &str = "2026-11-26";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// A card with rules, and what else it says.
    fn card(code: &str, head: &str, rules: &[&str]) -> ItemCard {
        let rules = rules.iter().map(|rule| format!("[[eligibility]]\nrule = \"{rule}\"\nhint = \"可申请{code}\"\nhint_en = \"may ask for {code}\"\n"));
        let rules: String = rules.collect();
        let text = format!(
            "code = \"{code}\"\nname = \"{code}\"\nshort_name = \"{code}\"\ndepartment = \"民政\"\n{head}\n{rules}"
        );
        ItemCard::read(&text).expect("a card")
    }

    fn codes(cards: &[ItemCard], person: &Person, household: &[Person]) -> Vec<String> {
        let household = Household { members: household.to_vec() };
        let hints = hints_for(cards, person, &household, day(TODAY), Language::Chinese);
        hints.into_iter().map(|hint| hint.item).collect()
    }

    fn cards() -> Vec<ItemCard> {
        vec![
            card("GAOLING", "", &["${age_next_month} >= 80"]),
            card("HULI", "", &["${disability_level} <= 2 and ${disability_level} != ''"]),
            card("SANGZANG", "", &["${dead} = 'yes' and selected(${receives}, 'PENSION')"]),
            card(
                "TANSHI",
                "",
                &["${alone} = 'yes' and ${age} >= 60", "selected(${categories}, 'left_behind')"],
            ),
        ]
    }

    #[test]
    fn hints_go_to_those_who_may_ask_and_do_not() {
        let old = Person { birth: Some(day("1946-12-15")), ..Person::default() };
        let of = |person: &Person| codes(&cards(), person, &[person.clone(), Person::default()]);
        assert_eq!(of(&old), ["GAOLING"], "80 before the end of next month");
        assert_eq!(codes(&cards(), &old, std::slice::from_ref(&old)), ["GAOLING", "TANSHI"]);
        assert!(of(&Person { receives: vec!["GAOLING".into()], ..old.clone() }).is_empty(), "receives it");
        assert!(of(&Person { asked: vec!["GAOLING".into()], ..old.clone() }).is_empty(), "has asked for it");
        assert!(
            of(&Person { dead: true, ..old.clone() }).is_empty(),
            "nobody visits the dead for their allowance"
        );
        let pensioner = Person { dead: true, receives: vec!["PENSION".into()], ..old };
        assert_eq!(of(&pensioner), ["SANGZANG"]);
        let disabled = Person { disability: Some(Disability { category: 4, level: 2 }), ..Person::default() };
        assert_eq!(of(&disabled), ["HULI"]);
        assert!(of(&Person::default()).is_empty(), "nothing is known");
    }

    #[test]
    fn several_rules_of_an_item_each_say_their_hint() {
        let person = Person {
            birth: Some(day("1960-01-01")),
            categories: vec!["left_behind".into()],
            ..Person::default()
        };
        let household = Household { members: vec![person.clone()] };
        let hints = hints_for(&cards(), &person, &household, day(TODAY), Language::English);
        let told: Vec<_> = hints.iter().map(|hint| (hint.rule, hint.text.as_str())).collect();
        assert_eq!(told, [(1, "may ask for TANSHI"), (2, "may ask for TANSHI")]);
    }

    #[test]
    fn items_that_are_closed_ended_or_not_begun_say_nothing() {
        let anyone = |head: &str| {
            codes(&[card("X", head, &["${household_size} >= 0"])], &Person::default(), &[]).len()
        };
        assert_eq!(anyone(""), 1);
        assert_eq!(anyone("valid_to = 2026-11-26"), 1);
        assert_eq!(anyone("valid_to = 2026-11-25"), 0);
        assert_eq!(anyone("valid_from = 2026-11-27"), 0);
        assert_eq!(anyone("[closed]\nfrom = 2026-11-26\nreason = \"停办\""), 0);
    }

    #[test]
    fn a_rule_that_cannot_be_read_or_has_no_value_says_nothing() {
        let broken =
            [card("X", "", &["${age} >=", "${age} > nosuch(1)"]), card("Y", "", &["${nosuch} = ''"])];
        assert!(codes(&broken, &Person::default(), &[]).is_empty());
        let today = card("Z", "", &["today() = '2026-11-26'"]);
        assert_eq!(codes(&[today], &Person::default(), &[]), ["Z"]);
    }
}
