//! 应享未享, kept household by household: found once, and found again where a person or a case changed.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_catalogue::eligibility::Radar;
use bangban_catalogue::entitled::Roll;
use bangban_ledger::person::{self, Place};
use bangban_ledger::touched::{self, Mark, Since, Touched};
use bangban_ledger::{Ledger, document_row, due_row};
use bangban_model::SubjectId;
use bangban_model::words::Language;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

/// So many households are looked at before another command has its turn at the ledger.
const HOUSEHOLDS_AT_A_TIME: usize = 200;

/// Somebody who may be entitled to an item, by one of its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Who.
    pub person: SubjectId,
    /// The item's code.
    pub item: String,
    /// Which of its rules says so, from 1.
    pub rule: usize,
}

/// What was found, and by what.
#[derive(Default)]
pub struct Hints {
    /// The day and the number of the newest form that the rules are of.
    by: Option<(NaiveDate, u64)>,
    mark: Option<Mark>,
    /// What is still to be looked at.
    stale: BTreeSet<Place>,
    found: BTreeMap<Place, Vec<Kept>>,
    places: HashMap<SubjectId, Place>,
}

impl Hints {
    /// Household by household.
    pub fn all(&self) -> impl Iterator<Item = &Kept> {
        self.found.values().flatten()
    }

    fn begin_anew(&mut self, ledger: &Ledger) -> Result<(), DeskError> {
        self.found.clear();
        self.places.clear();
        self.stale = person::places(ledger.entries())?.into_iter().collect();
        Ok(())
    }

    /// Whom a change concerns: the household where she was, and where she is now.
    fn note(&mut self, ledger: &Ledger, changed: Touched) -> Result<(), DeskError> {
        let document = document_row::get(ledger.entries(), changed.subject)?;
        let resident = match (changed.is_person, &document) {
            (true, _) => Some(changed.subject),
            (false, Some(case)) => case.case.as_ref().map(|case| case.resident),
            // Whose it was nobody knows any more.
            (false, None) => return self.begin_anew(ledger),
        };
        let Some(resident) = resident else { return Ok(()) };
        let standing = desk::document(ledger, resident)?.map_or(resident, |one| one.subject);
        for person in [resident, standing] {
            self.stale.extend(self.places.get(&person));
            self.stale.extend(person::place_of(ledger.entries(), person)?);
        }
        Ok(())
    }

    fn look_at(
        &mut self,
        ledger: &Ledger,
        place: Place,
        radar: &Radar,
        today: NaiveDate,
    ) -> Result<(), DeskError> {
        let residents = due_row::residents_of(ledger.entries(), place)?;
        let mut cases = Vec::new();
        for resident in &residents {
            self.places.insert(resident.subject, place);
            let own = due_row::case_stands_of(ledger.entries(), resident.subject)?.into_iter();
            // Those of records that were joined into hers are hers.
            cases.extend(own.map(|mut case| {
                case.resident = resident.subject;
                case
            }));
        }
        let found = Roll::of(&residents, &cases, today).entitled(radar);
        let kept = found.into_iter().map(|one| Kept {
            person: one.resident.subject,
            item: one.hint.item,
            rule: one.hint.rule,
        });
        match kept.collect::<Vec<_>>() {
            none if none.is_empty() => self.found.remove(&place),
            kept => self.found.insert(place, kept),
        };
        Ok(())
    }
}

/// What is so now. The ledger is held for moments only.
pub fn hints(desk: &Desk) -> Result<MutexGuard<'_, Hints>, DeskError> {
    let mut hints = held(desk);
    learn(desk, &mut hints)?;
    while look_on(desk, &mut hints)? {}
    Ok(hints)
}

/// Looks for them before somebody asks, a part at a time; ends where she signs out. There is nothing to tell the screen of.
pub(crate) fn look_ahead(desk: &Weak<Desk>) -> bool {
    while let Some(desk) = desk.upgrade() {
        let mut hints = held(&desk);
        // What hinders it is told to who asks.
        if learn(&desk, &mut hints).is_err() || !matches!(look_on(&desk, &mut hints), Ok(true)) {
            break;
        }
    }
    false
}

fn held(desk: &Desk) -> MutexGuard<'_, Hints> {
    desk.hints.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Learns what changed since, and which day it is.
fn learn(desk: &Desk, hints: &mut Hints) -> Result<(), DeskError> {
    let by = (desk.clock.today(), desk.newest_form.load(Ordering::Relaxed));
    let ledger = desk.ledger();
    let (mark, since) = touched::since(ledger.entries(), hints.mark)?;
    match since {
        Since::Only(changed) if hints.by == Some(by) => {
            for one in changed {
                hints.note(&ledger, one)?;
            }
        }
        _ => hints.begin_anew(&ledger)?,
    }
    (hints.mark, hints.by) = (Some(mark), Some(by));
    Ok(())
}

/// Looks at some more households; whether there are others.
fn look_on(desk: &Desk, hints: &mut Hints) -> Result<bool, DeskError> {
    if hints.stale.is_empty() {
        return Ok(false);
    }
    let today = desk.clock.today();
    let radar = Radar::on(desk.catalogue().items().map(|item| &item.card), today, Language::Chinese);
    let ledger = desk.ledger();
    for _ in 0..HOUSEHOLDS_AT_A_TIME {
        let Some(place) = hints.stale.first().copied() else { break };
        hints.look_at(&ledger, place, &radar, today)?;
        hints.stale.remove(&place);
    }
    Ok(!hints.stale.is_empty())
}

/// Kept in a desk.
pub(crate) type KeptHints = Mutex<Hints>;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, village};
    use crate::joining::{doubled, join_people};
    use bangban_ledger::case_list::{CaseQuery, SortedBy, find_cases, part_of_cases};
    use bangban_model::body::{CaseOpened, CaseSubmitted, Recorded};
    use bangban_model::entry::NewEntry;
    use bangban_model::{Audience, Body};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn write(desk: &Desk, subject: SubjectId, body: Body) {
        let entry = NewEntry { stream: village(), subject, audience: Audience::All, saw: None, body };
        desk.ledger().record(desk.author(), vec![entry], None).unwrap();
    }

    fn tell(desk: &Desk, person: SubjectId, said: Value) {
        let set = serde_json::from_value(said).unwrap();
        write(desk, person, Body::ResidentRecorded(Recorded { set }));
    }

    fn ask(desk: &Desk, resident: SubjectId, item: &str) -> SubjectId {
        let case = SubjectId(Uuid::now_v7());
        let opened = CaseOpened {
            item: item.to_owned(),
            form_version: "1".into(),
            form_digest: desk.catalogue().item(item).unwrap().newest().unwrap().digest,
            resident,
            household: None,
            visit: None,
            bundle: None,
            catalogue: None,
            set: Default::default(),
        };
        write(desk, case, Body::CaseOpened(opened));
        write(desk, case, Body::CaseSubmitted(CaseSubmitted {}));
        case
    }

    /// What is kept, as somebody finds it who kept nothing.
    #[track_caller]
    fn kept(desk: &Desk) -> Vec<Kept> {
        let kept: Vec<Kept> = hints(desk).unwrap().all().cloned().collect();
        let mut anew = Hints::default();
        learn(desk, &mut anew).unwrap();
        while look_on(desk, &mut anew).unwrap() {}
        assert_eq!(kept, anew.all().cloned().collect::<Vec<_>>());
        let pairs = doubled(desk).unwrap();
        *desk.doubles.lock().unwrap() = Default::default();
        assert_eq!(pairs, doubled(desk).unwrap());
        kept
    }

    #[test]
    fn what_is_kept_of_hints_and_doubles_is_what_is_found_anew_whatever_changes() {
        let bench = bench();
        let desk = &bench.desk;
        let [one, other, child] = [1, 2, 3].map(|_| SubjectId(Uuid::now_v7()));
        let [house, further] = [SubjectId(Uuid::now_v7()), SubjectId(Uuid::now_v7())];
        assert_eq!(kept(desk), []);
        // Born 1942-03-15 and 1990-03-15.
        let (old, young) = ("420704194203150026", "420704199003150025");
        tell(desk, one, json!({"name": "余桂英", "id_number": old, "household": house}));
        let found = kept(desk);
        assert!(found.iter().any(|hint| hint.person == one), "somebody of 84 may be entitled to something");
        tell(
            desk,
            child,
            json!({"name": "余小满", "id_number": young, "household": house,
            "disability_category": "4", "disability_level": "1"}),
        );
        tell(desk, other, json!({"name": "余桂英", "id_number": old}));
        assert_eq!(doubled(desk).unwrap().len(), 1);
        kept(desk);
        tell(desk, child, json!({"household": further}));
        kept(desk);

        // What is asked for is hinted at no more; also where it was asked on the other record.
        let item = found.first().unwrap().item.clone();
        let has = |person| kept(desk).iter().any(|hint| hint.person == person && hint.item == item);
        assert!(has(one) && has(other));
        ask(desk, other, &item);
        assert!(has(one) && !has(other));
        join_people(desk, one, other, &[]).unwrap();
        assert!(!has(one) && doubled(desk).unwrap().is_empty());
        tell(desk, child, json!({"moved": "2026-11-01", "whereabouts": "moved"}));
        kept(desk);
    }

    #[test]
    fn the_list_of_cases_follows_the_names_of_its_people() {
        let bench = bench();
        let desk = &bench.desk;
        let people = [1, 2, 3].map(|_| SubjectId(Uuid::now_v7()));
        for (person, name) in people.iter().zip(["丙", "甲", "乙"]) {
            tell(desk, *person, json!({"name": name}));
        }
        let cases: Vec<SubjectId> = people.iter().map(|person| ask(desk, *person, "SSC")).collect();
        // A person who comes after her case.
        let late = SubjectId(Uuid::now_v7());
        let nameless = ask(desk, late, "SSC");
        let listed = |descending| -> Vec<SubjectId> {
            let query = CaseQuery { sorted_by: SortedBy::Name, descending, limit: 9, ..CaseQuery::default() };
            find_cases(desk.ledger().entries(), &query).unwrap().iter().map(|case| case.subject).collect()
        };
        let by_name = |order: [usize; 3]| order.map(|at| cases[at]).to_vec();
        let order =
            [by_name([0, 2, 1]), by_name([1, 2, 0])].into_iter().find(|one| listed(false)[1..] == one[..]);
        assert!(order.is_some(), "the nameless first, then by name");
        assert_eq!(listed(false)[0], nameless);
        let backwards: Vec<SubjectId> = listed(false).into_iter().rev().collect();
        assert_eq!(listed(true), backwards);
        tell(desk, late, json!({"name": "龥"}));
        tell(desk, people[1], json!({"name": "一"}));
        assert_eq!(
            (listed(false)[0], listed(false)[3]),
            (cases[1], nameless),
            "a name that is said later, and a new one"
        );

        let found = |text: &str, item: Option<&str>| {
            let query = CaseQuery {
                text: text.into(),
                item: item.map(str::to_owned),
                limit: 2,
                ..CaseQuery::default()
            };
            let (total, part) = part_of_cases(desk.ledger().entries(), &query).unwrap();
            assert_eq!(part.len() as u64, total.min(2));
            total
        };
        assert_eq!((found("一", None), found("一", Some("SSC")), found("一", Some("DIBAO"))), (1, 1, 0));
        assert_eq!((found("丙 乙", None), found("", None)), (0, 4));
    }
}
