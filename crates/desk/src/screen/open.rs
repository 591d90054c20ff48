//! Values that wait for a person, as the window shows them: with who wrote each, when, and on which computer.

use super::Seat;
use super::household::head_name;
use super::revision::words_of;
use crate::desk;
use crate::error::DeskError;
use bangban_catalogue::masked;
use bangban_forms::Session;
use bangban_ledger::{Ledger, open_row};
use bangban_model::document::{Contender, Document, SubjectKind};
use bangban_model::ids::AgentId;
use bangban_model::photo::{PHOTO_PREFIX, PhotoField};
use bangban_model::roll::{ROLL_STATE_PREFIX, RollState};
use bangban_model::settling::{self, OpenField, SettledLine, Settler, Whence, Words};
use bangban_model::whereabouts::{RESIDENCE, Whereabouts};
use bangban_model::{Actor, IncarnationId, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use ts_rs::TS;

/// At most so many subjects are listed.
const MAX_SUBJECTS: u32 = 200;

/// What is open on one subject.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenSubject {
    /// The subject.
    #[ts(type = "string")]
    pub subject: SubjectId,
    /// What it is: `resident`, `household`, `visit`, `case`.
    pub kind: &'static str,
    /// Whose it is: a person's name, or that of the household's head.
    pub name: String,
    /// Its fields.
    pub fields: Vec<OpenField>,
}

/// Who wrote what, and where: asked of the ledger once for each life.
struct Writers<'l> {
    ledger: &'l Ledger,
    here: Option<IncarnationId>,
    own: BTreeMap<AgentId, String>,
    lives: RefCell<BTreeMap<IncarnationId, BTreeMap<AgentId, String>>>,
}

impl<'l> Writers<'l> {
    fn of(ledger: &'l Ledger) -> Result<Self, DeskError> {
        Ok(Writers {
            ledger,
            here: ledger.life().ok().map(|life| life.id),
            own: super::agent_names(ledger)?,
            lives: RefCell::default(),
        })
    }

    fn named_by(&self, life: IncarnationId) -> BTreeMap<AgentId, String> {
        let mut lives = self.lives.borrow_mut();
        let named = lives
            .entry(life)
            .or_insert_with(|| open_row::agents_named_by(self.ledger.entries(), life).unwrap_or_default());
        named.clone()
    }

    fn writer(&self, one: &Contender) -> String {
        let Actor::Agent(agent) = one.by else { return String::new() };
        let elsewhere = || self.named_by(one.incarnation).get(&agent).cloned();
        self.own.get(&agent).cloned().or_else(elsewhere).unwrap_or_default()
    }

    fn whence(&self, one: &Contender) -> (Whence, String) {
        if matches!(one.by, Actor::Staff(_)) {
            return (Whence::Center, String::new());
        }
        if Some(one.incarnation) == self.here {
            return (Whence::Here, String::new());
        }
        let names: Vec<String> = self.named_by(one.incarnation).into_values().collect();
        (Whence::Laptop, names.join("、"))
    }
}

/// The words of the register: people, households, visits.
struct RegisterWords<'a> {
    seat: &'a Seat,
    writers: Writers<'a>,
}

impl RegisterWords<'_> {
    fn subject(&self, text: &str) -> Option<Document> {
        desk::document(self.writers.ledger, text.parse().ok()?).ok().flatten()
    }
}

impl Words for RegisterWords<'_> {
    fn label(&self, field: &str) -> String {
        match field.split_once('/') {
            Some(("met" | "living", person)) => {
                self.subject(person).map(|person| person.text("name").to_owned()).unwrap_or_default()
            }
            Some(("due" | "benefit", item)) => self.seat.item_name(item),
            _ => String::new(),
        }
    }

    fn told(&self, field: &str, value: &Value) -> (String, bool) {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Object(object) => {
                let day = object.get("date").or_else(|| object.get("state")).and_then(Value::as_str);
                day.unwrap_or_default().to_owned()
            }
            other => other.to_string(),
        };
        if field == "household"
            && let Some(household) = self.subject(&text)
        {
            return (household.text("household_no").to_owned(), false);
        }
        if field == RESIDENCE {
            let told = Whereabouts::deserialize(value).unwrap_or_default();
            let day = told.since.map(|day| day.to_string()).unwrap_or_default();
            let state = told.state.text(self.seat.language);
            return ([state, &day, &told.place].join(" ").trim_end().to_owned(), false);
        }
        if field == "receives" {
            let names: Vec<String> = text.split_whitespace().map(|item| self.seat.item_name(item)).collect();
            return (names.join("、"), false);
        }
        let shown = masked::shown(field, &text);
        let is_masked = shown != text;
        (shown, is_masked)
    }

    fn writer(&self, contender: &Contender) -> String {
        self.writers.writer(contender)
    }

    fn whence(&self, contender: &Contender) -> (Whence, String) {
        self.writers.whence(contender)
    }
}

/// A value of the register as people read it, numbers masked.
pub(crate) fn told_in_register(seat: &Seat, ledger: &Ledger, field: &str, value: &Value) -> String {
    Writers::of(ledger)
        .map(|writers| RegisterWords { seat, writers }.told(field, value).0)
        .unwrap_or_default()
}

/// What a field of the register belongs to; '' where its path says it.
pub(crate) fn label_in_register(seat: &Seat, ledger: &Ledger, field: &str) -> String {
    Writers::of(ledger).map(|writers| RegisterWords { seat, writers }.label(field)).unwrap_or_default()
}

/// The words of a case: those of its form.
struct CaseWords<'a> {
    seat: &'a Seat,
    session: &'a Session,
    labels: &'a BTreeMap<String, String>,
    writers: Writers<'a>,
}

impl CaseWords<'_> {
    /// Who it is on a roll: a person, or the head of a household.
    fn on_roll(&self, subject: &str) -> Option<String> {
        let ledger = self.writers.ledger;
        let one = desk::document(ledger, subject.parse().ok()?).ok()??;
        match one.kind {
            Some(SubjectKind::Household) => head_name(ledger, one.subject).ok().map(|(name, _)| name),
            _ => Some(one.text("name").to_owned()),
        }
    }
}

impl Words for CaseWords<'_> {
    fn label(&self, field: &str) -> String {
        match field.split_once('/') {
            Some(("roll" | "roll_state" | "roll_note", subject)) => self.on_roll(subject).unwrap_or_default(),
            _ => self.labels.get(field).cloned().unwrap_or_default(),
        }
    }

    fn told(&self, field: &str, value: &Value) -> (String, bool) {
        if field.starts_with(ROLL_STATE_PREFIX) {
            let state: RollState = serde_json::from_value(value.clone()).unwrap_or_default();
            return (state.say(self.seat.language).to_owned(), false);
        }
        if let Some(digest) = field.strip_prefix(PHOTO_PREFIX) {
            let photo = PhotoField::deserialize(value).ok();
            return (
                photo.map(|photo| photo.name.unwrap_or_else(|| digest.to_owned())).unwrap_or_default(),
                false,
            );
        }
        let shown = words_of(self.session, self.seat.language, field, Some(value));
        let number = match self.session.node(field) {
            Some(node) => masked::Number::of(&node),
            None => masked::Number::asked_by(field),
        };
        let is_masked = number.is_some() && !shown.is_empty();
        (shown, is_masked)
    }

    fn writer(&self, contender: &Contender) -> String {
        self.writers.writer(contender)
    }

    fn whence(&self, contender: &Contender) -> (Whence, String) {
        self.writers.whence(contender)
    }
}

/// What is open on a person, household or visit, and what was settled on it.
pub(crate) fn of_register(
    seat: &Seat,
    ledger: &Ledger,
    document: &Document,
) -> Result<(Vec<OpenField>, Vec<SettledLine>), DeskError> {
    if document.conflicts.is_empty() && document.late_changes.is_empty() && document.settled.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let words = RegisterWords { seat, writers: Writers::of(ledger)? };
    Ok((settling::open_view(document, Settler::Agent, &words), settling::settled_view(document, &words)))
}

/// What is open on a case, and what was settled on it, in the words of its form.
pub(crate) fn of_case(
    seat: &Seat,
    ledger: &Ledger,
    document: &Document,
    session: &Session,
    labels: &BTreeMap<String, String>,
) -> Result<(Vec<OpenField>, Vec<SettledLine>), DeskError> {
    let slots = bangban_model::settling::open_fields(document).into_iter().filter_map(|open| {
        // A picture is called by the material or question that it stands for.
        let told = open.contenders.iter().find_map(|one| PhotoField::deserialize(&one.value).ok())?;
        let label = labels.get(&format!("material/{}", told.slot)).or_else(|| labels.get(&told.slot))?;
        open.field.starts_with(PHOTO_PREFIX).then(|| (open.field.to_owned(), label.clone()))
    });
    let labels: BTreeMap<String, String> = labels.clone().into_iter().chain(slots).collect();
    let words = CaseWords { seat, session, labels: &labels, writers: Writers::of(ledger)? };
    Ok((settling::open_view(document, Settler::Agent, &words), settling::settled_view(document, &words)))
}

/// Everything on this laptop that waits for a person; a case's fields only by name, for its page shows them.
pub fn open_subjects(seat: &Seat) -> Result<Vec<OpenSubject>, DeskError> {
    let ledger = seat.desk.ledger();
    let documents = open_row::open_subjects(ledger.entries(), MAX_SUBJECTS)?;
    documents.iter().map(|document| subject_of(seat, &ledger, document)).collect()
}

pub(crate) fn subject_of(
    seat: &Seat,
    ledger: &Ledger,
    document: &Document,
) -> Result<OpenSubject, DeskError> {
    let name_of = |subject: SubjectId| -> Result<String, DeskError> {
        let found = desk::document(ledger, subject)?;
        Ok(found.map(|person| person.text("name").to_owned()).unwrap_or_default())
    };
    let household = |text: &str| -> Result<String, DeskError> {
        let Ok(household) = text.parse() else { return Ok(String::new()) };
        Ok(head_name(ledger, household)?.0)
    };
    let name = match document.kind {
        Some(SubjectKind::Resident) => document.text("name").to_owned(),
        Some(SubjectKind::Household) => head_name(ledger, document.subject)?.0,
        Some(SubjectKind::Visit) => household(document.text("household"))?,
        Some(SubjectKind::Case) => match &document.case {
            Some(case) => name_of(case.resident)?,
            None => String::new(),
        },
        _ => String::new(),
    };
    let (fields, _) = of_register(seat, ledger, document)?;
    Ok(OpenSubject {
        subject: document.subject,
        kind: bangban_ledger::document_row::kind_text(document.kind),
        name,
        fields,
    })
}
