//! Who is who: by number or by record, with the records that were joined and the numbers that were corrected (rule E5).

use crate::desk;
use crate::error::DeskError;
use bangban_ledger::Ledger;
use bangban_ledger::person::{self, Person};
use bangban_model::document::Document;
use bangban_model::ids::DistrictKey;
use bangban_model::{StreamId, SubjectId};
use std::collections::{BTreeMap, HashMap};

/// Everybody in this ledger. Whoever stands in two villages is one person: the record with the smallest id speaks.
pub(crate) struct People {
    known: BTreeMap<SubjectId, Person>,
    by_number: HashMap<String, SubjectId>,
    /// Whom another record stands for, and which.
    stands: HashMap<SubjectId, SubjectId>,
    /// Numbers that only a joined record or a case has.
    former: HashMap<String, SubjectId>,
    district: DistrictKey,
    villages: Vec<StreamId>,
}

impl People {
    pub(crate) fn read(ledger: &Ledger) -> Result<People, DeskError> {
        let enrolment = ledger.enrolment()?;
        let (district, villages) = (enrolment.district_key.clone(), enrolment.villages.clone());
        let listed = person::list(ledger.entries(), 0, u32::MAX)?;
        let known: BTreeMap<_, _> = listed.into_iter().map(|person| (person.subject, person)).collect();
        let mut by_number = HashMap::new();
        for person in known.values().filter(|person| !person.id_number.is_empty()) {
            by_number.entry(person.id_number.clone()).or_insert(person.subject);
        }
        let (mut stands, mut former) = (HashMap::new(), HashMap::new());
        for joined in person::joined(ledger.entries())? {
            if let Some(one) = desk::document(ledger, joined.subject)? {
                stands.insert(joined.subject, one.subject);
            }
            if !joined.id_number.is_empty() {
                former.entry(joined.id_number).or_insert(joined.subject);
            }
        }
        Ok(People { known, by_number, stands, former, district, villages })
    }

    /// Everybody, each once.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        let is_first = |person: &&Person| {
            person.id_number.is_empty() || self.by_number.get(&person.id_number) == Some(&person.subject)
        };
        self.known.values().filter(is_first)
    }

    /// Whoever has this number, or had it before it was corrected: the id of whoever was recorded by it is derived from it.
    pub(crate) fn of_number(&self, number: &str) -> Option<Person> {
        if number.is_empty() {
            return None;
        }
        let noted = self.by_number.get(number).or_else(|| self.former.get(number));
        noted.and_then(|subject| self.of_subject(*subject)).or_else(|| {
            let derived = |village| SubjectId::derive(&self.district, village, "resident", number);
            self.villages.iter().find_map(|village| self.of_subject(derived(village)))
        })
    }

    fn of_subject(&self, subject: SubjectId) -> Option<Person> {
        let one = self.known.get(self.stands.get(&subject).unwrap_or(&subject))?;
        let first = self.by_number.get(&one.id_number).and_then(|first| self.known.get(first));
        Some(first.unwrap_or(one).clone())
    }

    /// For whom a case is. Where her record has no number, that of the case tells who she is from now on.
    pub(super) fn of_case(&mut self, case: &Document) -> Option<Person> {
        let resident = case.case.as_ref()?.resident;
        let number = case.text("/data/person/id_number");
        let person = self.of_subject(resident).or_else(|| self.of_number(number))?;
        if !person.id_number.is_empty() || number.is_empty() {
            return Some(person);
        }
        let same = self.of_number(number);
        if same.is_none() {
            self.former.insert(number.to_owned(), person.subject);
        }
        Some(same.unwrap_or(person))
    }
}
