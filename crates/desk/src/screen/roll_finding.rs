//! Whom or which households to put on a roll: by words, by what is due, by a hint, from a roll before, or from a pasted text.

use super::Seat;
use super::person::card_of;
use super::roll::rows_of;
use crate::desk;
use crate::error::DeskError;
use crate::hints::hints;
use crate::roll::line_with_roll;
use bangban_catalogue::item_words::RollOf;
use bangban_ledger::due_row::{self, DueAsk};
use bangban_ledger::person::{self, Person};
use bangban_ledger::{Ledger, household_list};
use bangban_model::document::Document;
use bangban_model::mask::{mask_identity, mask_phone};
use bangban_model::mentions::{Mention, mentions};
use bangban_model::roll::{AFTER, MOST_ON_A_ROLL, RollState, roll_of};
use bangban_model::village_group::{group_no, holds};
use bangban_model::whereabouts::has_left;
use bangban_model::{StreamId, SubjectId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use ts_rs::TS;

/// Where those come from who are to be put on a roll.
#[derive(Clone, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum RollSource {
    /// Households or people whose address, 户号 or name holds every word; all of the village where there is none.
    Words {
        /// The words.
        text: String,
    },
    /// Households or people of these 村民小组.
    Groups {
        /// Their numbers.
        groups: Vec<u32>,
    },
    /// Who is due for an item within so many days.
    Due {
        /// The item.
        item: String,
        /// Days from today.
        within_days: u32,
    },
    /// Who may be entitled to an item and does not ask.
    Hint {
        /// The item.
        item: String,
    },
    /// Who stands on the roll of the line that this one follows from, with one of these states; empty for all.
    Before {
        /// The states.
        states: Vec<RollState>,
    },
    /// Who is named in a text: a list of names, a message of the chat group.
    Pasted {
        /// The text. Nothing of it is kept.
        text: String,
    },
}

/// Somebody who can be put on a roll.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RollCandidate {
    /// The person or household.
    pub id: SubjectId,
    /// The person's name, or that of the household's head.
    pub name: String,
    /// Whose name or number it was found by, where that is another one.
    pub by: String,
    /// Of a person, masked.
    pub id_masked: String,
    /// 户号.
    pub household_no: String,
    /// Address as written.
    pub address: String,
    /// Whether she stands on the roll already.
    pub on_roll: bool,
    /// Whether several fit what was told: a person has to say which is meant.
    pub doubtful: bool,
}

/// 村民小组 of a line's village, as addresses tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VillageGroup {
    /// Its number.
    pub group: u32,
    /// Households or people in it that can be put on the roll.
    pub count: u64,
}

/// Who was found.
#[derive(Clone, Debug, Default, Serialize, TS)]
pub struct RollFound {
    /// In the order of the list; at most 3000.
    pub rows: Vec<RollCandidate>,
    /// What the text names and this ledger does not have: names as written, numbers masked.
    pub unknown: Vec<String>,
    /// Whether there are more.
    pub more: bool,
}

/// A person found, and whether she is one of several.
struct Hit {
    person: SubjectId,
    doubtful: bool,
}

/// Looks for whom to put on a line's roll, within the line's village.
///
/// # Errors
/// As [`super::roll::show_roll`].
pub fn find_for_roll(seat: &Seat, line: SubjectId, source: &RollSource) -> Result<RollFound, DeskError> {
    let hinted = match source {
        RollSource::Hint { item } => hinted(seat, item)?,
        _ => Vec::new(),
    };
    let ledger = seat.desk.ledger();
    let (document, of) = line_with_roll(&seat.desk, &ledger, line)?;
    let finding = Finding { seat, ledger: &ledger, line: &document, of };
    match source {
        RollSource::Words { text } if of == RollOf::Households => finding.households(text),
        RollSource::Words { text } => finding.people(text),
        RollSource::Groups { groups } => finding.of_groups(groups),
        RollSource::Due { item, within_days } => finding.hits(finding.due(item, *within_days)?, Vec::new()),
        RollSource::Hint { .. } => finding.hits(hinted.into_iter().map(sure).collect(), Vec::new()),
        RollSource::Before { states } => finding.before(states),
        RollSource::Pasted { text } => finding.pasted(text),
    }
}

/// 村民小组 from which a line's roll can be made, in their order.
///
/// # Errors
/// As [`super::roll::show_roll`].
pub fn village_groups(seat: &Seat, line: SubjectId) -> Result<Vec<VillageGroup>, DeskError> {
    let ledger = seat.desk.ledger();
    let (document, of) = line_with_roll(&seat.desk, &ledger, line)?;
    let finding = Finding { seat, ledger: &ledger, line: &document, of };
    let mut groups: BTreeMap<u32, u64> = BTreeMap::new();
    for (_, group) in finding.groups()? {
        *groups.entry(group).or_default() += 1;
    }
    Ok(groups.into_iter().map(|(group, count)| VillageGroup { group, count }).collect())
}

/// 村民小组 of a village, or of all of them, with how many households are of each; in their order.
///
/// # Errors
/// Those of the ledger.
pub fn household_groups(seat: &Seat, village: Option<&StreamId>) -> Result<Vec<VillageGroup>, DeskError> {
    let ledger = seat.desk.ledger();
    let (_, all) = household_list::find(ledger.entries(), "", 0, u32::MAX)?;
    let mut groups: BTreeMap<u32, u64> = BTreeMap::new();
    for house in all.iter().filter(|house| village.is_none_or(|village| house.stream == *village)) {
        if let Some(group) = group_no(house.text("address")) {
            *groups.entry(group).or_default() += 1;
        }
    }
    Ok(groups.into_iter().map(|(group, count)| VillageGroup { group, count }).collect())
}

fn sure(person: SubjectId) -> Hit {
    Hit { person, doubtful: false }
}

pub(crate) fn hinted(seat: &Seat, item: &str) -> Result<Vec<SubjectId>, DeskError> {
    Ok(hints(&seat.desk)?.all().filter(|one| one.item == item).map(|one| one.person).collect())
}

/// Who is named in a text.
pub(crate) struct Mentioned {
    /// In the order of the text, each with whether several fit what stands there.
    pub(crate) people: Vec<(SubjectId, bool)>,
    /// Who is not in this ledger: names as written, numbers masked.
    pub(crate) unknown: Vec<String>,
}

/// Looks for whoever a text names, in a village or in all.
pub(crate) fn mentioned(
    ledger: &Ledger,
    text: &str,
    village: Option<&StreamId>,
) -> Result<Mentioned, DeskError> {
    let mut by_name: HashMap<String, Vec<SubjectId>> = HashMap::new();
    let mut by_phone: HashMap<String, Vec<SubjectId>> = HashMap::new();
    let mut by_number: HashMap<String, Vec<SubjectId>> = HashMap::new();
    for one in person::list(ledger.entries(), 0, u32::MAX)? {
        if village.is_none_or(|village| one.stream == *village) {
            by_name.entry(one.name).or_default().push(one.subject);
            by_phone.entry(one.phone).or_default().push(one.subject);
            by_number.entry(one.id_number).or_default().push(one.subject);
        }
    }
    let mut told = Mentioned { people: Vec::new(), unknown: Vec::new() };
    for mention in mentions(text, &|name| by_name.contains_key(name)) {
        let (found, word) = match &mention {
            Mention::Identity(number) => (by_number.get(number), mask_identity(number)),
            Mention::Phone(phone) => (by_phone.get(phone), mask_phone(phone)),
            Mention::Name(name) | Mention::Unknown(name) => (by_name.get(name), name.clone()),
        };
        match found {
            None => told.unknown.push(word),
            // The people of one phone are one household as a rule, and not all meant.
            Some(people) => told.people.extend(people.iter().map(|person| (*person, people.len() > 1))),
        }
    }
    Ok(told)
}

struct Finding<'a> {
    seat: &'a Seat,
    ledger: &'a Ledger,
    line: &'a Document,
    of: RollOf,
}

impl Finding<'_> {
    fn village(&self) -> &StreamId {
        &self.line.stream
    }

    /// Who stands on the roll; for a record that was joined into another, that one too.
    fn known(&self) -> Result<BTreeSet<SubjectId>, DeskError> {
        let mut known = BTreeSet::new();
        for place in roll_of(self.line) {
            known.insert(place.subject);
            known.extend(desk::document(self.ledger, place.subject)?.map(|one| one.subject));
        }
        Ok(known)
    }

    /// Every household or person of the village whose address tells a group, with it; in the order of the list.
    fn groups(&self) -> Result<Vec<(Document, u32)>, DeskError> {
        let mut told = Vec::new();
        let mut take = |document: Document| {
            if let Some(group) = group_no(document.text("address")) {
                told.push((document, group));
            }
        };
        match self.of {
            RollOf::Households => {
                for house in household_list::of_village(self.ledger.entries(), self.village())? {
                    if !is_empty(&self.members(&house)?) {
                        take(house);
                    }
                }
            }
            RollOf::People => {
                let people = due_row::residents(self.ledger.entries(), self.village().as_str())?;
                people.into_iter().filter(|person| !has_left(person)).for_each(take);
            }
        }
        Ok(told)
    }

    fn of_groups(&self, groups: &[u32]) -> Result<RollFound, DeskError> {
        let meant: Vec<Document> = self
            .groups()?
            .into_iter()
            .filter(|(_, group)| groups.contains(group))
            .map(|(one, _)| one)
            .collect();
        if self.of == RollOf::People {
            return self.hits(meant.iter().map(|person| sure(person.subject)).collect(), Vec::new());
        }
        let known = self.known()?;
        let rows = meant.iter().take(MOST_ON_A_ROLL).map(|house| {
            let members = self.members(house)?;
            Ok::<_, DeskError>(self.house(house, &members, &known, None))
        });
        let more = meant.len() > MOST_ON_A_ROLL;
        Ok(RollFound { rows: rows.collect::<Result<_, _>>()?, more, ..RollFound::default() })
    }

    /// Households whose address or 户号, or the name of a member, holds every word.
    fn households(&self, text: &str) -> Result<RollFound, DeskError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let known = self.known()?;
        let mut found = RollFound::default();
        for house in household_list::of_village(self.ledger.entries(), self.village())? {
            let members = self.members(&house)?;
            let names = members.iter().map(|one| one.name.as_str());
            let told: Vec<&str> = names.chain([house.text("address"), house.text("household_no")]).collect();
            if is_empty(&members) || !words.iter().all(|word| told.iter().any(|text| holds(text, word))) {
                continue;
            }
            if found.rows.len() == MOST_ON_A_ROLL {
                found.more = true;
                break;
            }
            found.rows.push(self.house(&house, &members, &known, None));
        }
        Ok(found)
    }

    /// People whose name, number or address holds every word.
    fn people(&self, text: &str) -> Result<RollFound, DeskError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut hits = Vec::new();
        for one in person::list(self.ledger.entries(), 0, u32::MAX)? {
            if one.stream != *self.village() {
                continue;
            }
            let mut open =
                words.iter().filter(|word| !one.name.contains(**word) && !one.id_number.contains(**word));
            // The address stands in the document alone: it is read where name and number do not tell.
            let fits = match open.clone().next() {
                None => true,
                Some(_) => {
                    let address = desk::document(self.ledger, one.subject)?;
                    let address = address.map(|person| person.text("address").to_owned()).unwrap_or_default();
                    open.all(|word| holds(&address, word))
                }
            };
            if fits {
                hits.push(sure(one.subject));
            }
        }
        self.hits(hits, Vec::new())
    }

    fn due(&self, item: &str, within_days: u32) -> Result<Vec<Hit>, DeskError> {
        let ask = DueAsk {
            until: due_row::within(self.seat.desk.clock.today(), within_days),
            item: Some(item.to_owned()),
            kind: None,
            scope: self.village().as_str().to_owned(),
            limit: u32::MAX,
        };
        let days = due_row::due_until(self.ledger.entries(), &ask)?;
        Ok(days.into_iter().map(|day| sure(day.resident)).collect())
    }

    /// From the roll of the line before: households of its people; of people, those whose household has one of these
    /// states on the round between.
    fn before(&self, states: &[RollState]) -> Result<RollFound, DeskError> {
        let Ok(before) = self.line.text(AFTER).parse() else { return Ok(RollFound::default()) };
        let (line, of) = line_with_roll(&self.seat.desk, self.ledger, before)?;
        let rows = rows_of(self.seat, self.ledger, &line, of)?;
        let fitting = rows.iter().filter(|row| states.is_empty() || states.contains(&row.state));
        let ids: Vec<SubjectId> = fitting.map(|row| row.id).collect();
        match (of, self.of) {
            (RollOf::People, _) => self.hits(ids.into_iter().map(sure).collect(), Vec::new()),
            (RollOf::Households, RollOf::Households) => {
                let known = self.known()?;
                let mut found = RollFound::default();
                for id in ids {
                    let Some(house) = desk::document(self.ledger, id)? else { continue };
                    let members = self.members(&house)?;
                    if !is_empty(&members) {
                        found.rows.push(self.house(&house, &members, &known, None));
                    }
                }
                Ok(found)
            }
            (RollOf::Households, RollOf::People) => {
                let asked = self.asked_first(&line)?;
                let mut hits = Vec::new();
                for house in ids {
                    let members = person::of_household(self.ledger.entries(), house)?;
                    let meant = |one: &&Person| asked.is_empty() || asked.contains(&one.subject);
                    hits.extend(members.iter().filter(meant).map(|one| sure(one.subject)));
                }
                self.hits(hits, Vec::new())
            }
        }
    }

    /// The people whom a round was about: those on the roll of the line that it follows from.
    fn asked_first(&self, round: &Document) -> Result<BTreeSet<SubjectId>, DeskError> {
        let Ok(first) = round.text(AFTER).parse() else { return Ok(BTreeSet::new()) };
        let (line, of) = line_with_roll(&self.seat.desk, self.ledger, first)?;
        let people = if of == RollOf::People { roll_of(&line) } else { Vec::new() };
        Ok(people.into_iter().map(|place| place.subject).collect())
    }

    fn pasted(&self, text: &str) -> Result<RollFound, DeskError> {
        let Mentioned { people, unknown } = mentioned(self.ledger, text, Some(self.village()))?;
        let (mut hits, mut unknown) = (Vec::new(), unknown);
        for (person, doubtful) in people {
            match desk::document(self.ledger, person)?.filter(has_left) {
                // Who is named is not passed over in silence.
                Some(left) if !doubtful => unknown.push(left.text("name").to_owned()),
                _ => hits.push(Hit { person, doubtful }),
            }
        }
        self.hits(hits, unknown)
    }

    fn members(&self, house: &Document) -> Result<Vec<Person>, DeskError> {
        Ok(person::of_household(self.ledger.entries(), house.subject)?)
    }

    /// People as the roll takes them: themselves, or their households.
    fn hits(&self, hits: Vec<Hit>, unknown: Vec<String>) -> Result<RollFound, DeskError> {
        let known = self.known()?;
        let mut taken = BTreeSet::new();
        let mut found = RollFound { unknown, ..RollFound::default() };
        for hit in hits {
            let Some(person) = desk::document(self.ledger, hit.person)? else { continue };
            if person.stream != *self.village() || has_left(&person) {
                continue;
            }
            let subject = match self.of {
                RollOf::People => Some(person.subject),
                RollOf::Households => person.text("household").parse().ok(),
            };
            let Some(subject) = subject.filter(|subject| !taken.contains(subject)) else { continue };
            taken.insert(subject);
            if found.rows.len() == MOST_ON_A_ROLL {
                found.more = true;
                break;
            }
            let row = match self.of {
                RollOf::People => self.person(&person, &known),
                RollOf::Households => {
                    let Some(house) = desk::document(self.ledger, subject)? else { continue };
                    self.house(&house, &self.members(&house)?, &known, Some(person.text("name")))
                }
            };
            found.rows.push(RollCandidate { doubtful: hit.doubtful, ..row });
        }
        Ok(found)
    }

    fn person(&self, person: &Document, known: &BTreeSet<SubjectId>) -> RollCandidate {
        let card = card_of(&self.seat.desk, person);
        RollCandidate {
            id: card.id,
            name: card.name,
            by: String::new(),
            id_masked: card.id_masked,
            household_no: card.household_no,
            address: card.address,
            on_roll: known.contains(&card.id),
            doubtful: false,
        }
    }

    fn house(
        &self,
        house: &Document,
        members: &[Person],
        known: &BTreeSet<SubjectId>,
        by: Option<&str>,
    ) -> RollCandidate {
        let name = members.first().map(|head| head.name.clone()).unwrap_or_default();
        RollCandidate {
            id: house.subject,
            by: by.filter(|by| *by != name).unwrap_or_default().to_owned(),
            name,
            id_masked: String::new(),
            household_no: house.text("household_no").to_owned(),
            address: house.text("address").to_owned(),
            on_roll: known.contains(&house.subject),
            doubtful: false,
        }
    }
}

/// Whether everybody of a household has left for good.
fn is_empty(members: &[Person]) -> bool {
    !members.is_empty() && members.iter().all(|member| member.gone)
}
