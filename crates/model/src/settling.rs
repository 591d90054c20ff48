//! What waits for a person to settle it (rules F3 and F4): every value that is open at a field, who may settle it, and what
//! the settling entry says. Pure, and the same on laptop and center.

use crate::benefit;
use crate::body::ConflictSettled;
use crate::code::Code;
use crate::decided::{DECIDED, Decided};
use crate::document::{CaseFile, Contender, Document, Stage};
use crate::ids::EntryId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use ts_rs::TS;

/// A reason is no longer than this (characters).
pub const LONGEST_REASON_CHARS: usize = 500;
/// A text written anew is no longer than this (characters).
const LONGEST_TEXT_CHARS: usize = 4000;
/// Fields of people's own words, in which both notes may be put together.
const FREE_TEXT: [&str; 3] = ["note", "need", "address"];
/// Fields that are written together with another and settled with it: the other, then this one.
const COMPANIONS: [(&str, &str); 2] = [("household_no", "household"), ("relation", "relation_code")];

/// Why values are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OpenKind {
    /// Edits that did not see each other (rule F3).
    Conflict,
    /// An edit made without knowing of the acceptance (rule F4).
    Late,
    /// Decisions that contradict each other (rule D2).
    Decided,
}

/// The values that are open at a field.
#[derive(Clone, Debug)]
pub struct Open<'d> {
    /// The field.
    pub field: &'d str,
    /// Why.
    pub kind: OpenKind,
    /// What holds meanwhile, if anything does.
    pub holds: Option<EntryId>,
    /// Every value, oldest first; of a late change the one that holds comes first.
    pub contenders: Vec<&'d Contender>,
}

/// Which value holds from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhichHolds {
    /// The one that this entry wrote.
    Of(EntryId),
    /// What holds meanwhile.
    Kept,
    /// Another text, where both are to be put together.
    Text(String),
}

/// Who settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settler {
    /// A helper agent.
    Agent,
    /// The township.
    Staff,
}

/// Whether this is written in people's own words, so that another text may take the place of both.
pub fn is_free_text(field: &str) -> bool {
    FREE_TEXT.contains(&field)
}

/// The values that are open at a field, if any are.
pub fn open_at<'d>(document: &'d Document, field: &str) -> Option<Open<'d>> {
    let conflict = document.conflicts.iter().find(|conflict| conflict.field == field);
    let late: Vec<_> = document.late_changes.iter().filter(|late| late.field == field).collect();
    let name = conflict.map(|one| one.field.as_str()).or(late.first().map(|one| one.field.as_str()))?;
    let held = document.fields.get(field).map(|field| &field.held);
    let mut contenders: Vec<&Contender> = match conflict {
        Some(conflict) => conflict.contenders.iter().collect(),
        None => held.into_iter().collect(),
    };
    contenders.extend(late.iter().map(|late| &late.contender));
    let kind = match late.is_empty() {
        _ if name == DECIDED => OpenKind::Decided,
        true => OpenKind::Conflict,
        false => OpenKind::Late,
    };
    Some(Open { field: name, kind, holds: held.map(|held| held.entry), contenders })
}

/// Everything that is open on a subject, by field; what is settled together with another field is left to that one.
pub fn open_fields(document: &Document) -> Vec<Open<'_>> {
    let conflicts = document.conflicts.iter().map(|conflict| conflict.field.as_str());
    let late = document.late_changes.iter().map(|late| late.field.as_str());
    let fields: BTreeSet<&str> = conflicts.chain(late).collect();
    let goes_along = |field: &&str| {
        COMPANIONS
            .iter()
            .any(|(first, second)| second == field && companion_of(document, first) == Some(*second))
    };
    fields.iter().filter(|field| !goes_along(field)).filter_map(|field| open_at(document, field)).collect()
}

/// The field that is settled together with this one: open between the very same entries.
fn companion_of(document: &Document, field: &str) -> Option<&'static str> {
    let (_, companion) = COMPANIONS.iter().find(|(first, _)| *first == field)?;
    let entries = |field: &str| -> Option<BTreeSet<EntryId>> {
        Some(open_at(document, field)?.contenders.iter().map(|one| one.entry).collect())
    };
    (entries(field)? == entries(companion)?).then_some(companion)
}

/// Whether somebody may settle what is open at a field of this document now.
///
/// # Errors
/// `NewerRecord` where a newer program wrote on it, `CaseStage` where what is decided would be changed, `NotAllowed` where
/// it is the other side's to settle.
pub fn may_settle(document: &Document, open: &Open<'_>, settler: Settler) -> Result<(), Code> {
    if document.newer {
        return Err(Code::NewerRecord);
    }
    if settler == Settler::Agent && benefit::is_office_field(open.field) {
        return Err(Code::NotAllowed);
    }
    let Some(case) = &document.case else { return Ok(()) };
    if settler == Settler::Staff {
        return Ok(());
    }
    if matches!(case.stage, Stage::Confirmed | Stage::Withdrawn | Stage::Closed) {
        return Err(Code::CaseStage);
    }
    // What came after the acceptance is the township's to take over or set aside.
    match open.kind == OpenKind::Late && case.acceptance.is_some() {
        true => Err(Code::NotAllowed),
        false => Ok(()),
    }
}

/// What settles a field: one entry, or two where another field goes along. `among` are the entries whose values were on
/// the screen: they must be all that are open now, or somebody was faster.
///
/// # Errors
/// `ConflictMoved` where other values are open now, or none; `BadInput` for a choice that is not among them, a text where
/// none can be written, and a late change without a reason; those of [`may_settle`].
pub fn settlement(
    document: &Document,
    field: &str,
    among: &[EntryId],
    choice: &WhichHolds,
    reason: &str,
    settler: Settler,
) -> Result<Vec<ConflictSettled>, Code> {
    let open = open_at(document, field).ok_or(Code::ConflictMoved)?;
    may_settle(document, &open, settler)?;
    let shown: BTreeSet<EntryId> = among.iter().copied().collect();
    if shown != open.contenders.iter().map(|one| one.entry).collect() {
        return Err(Code::ConflictMoved);
    }
    let reason = reason.trim();
    let needs_reason = open.kind != OpenKind::Conflict && settler == Settler::Staff;
    if reason.chars().count() > LONGEST_REASON_CHARS || (needs_reason && reason.is_empty()) {
        return Err(Code::BadInput);
    }
    let value = value_of(document, &open, choice)?;
    let kept = document.value(field).unwrap_or(&Value::Null) == &value;
    if !kept && document.case.as_ref().is_some_and(|case| is_past(case, &open)) {
        return Err(Code::CaseStage);
    }
    let settled = |field: &str, value: Value| ConflictSettled {
        field: field.to_owned(),
        among: open.contenders.iter().map(|one| one.entry).collect(),
        value,
        reason: reason.to_owned(),
    };
    let mut settlements = vec![settled(field, value)];
    if let Some(companion) = companion_of(document, field)
        && let Some(along) = open_at(document, companion)
        && let Ok(value) = value_of(document, &along, choice)
    {
        settlements.push(settled(companion, value));
    }
    Ok(settlements)
}

/// Whether what is open may not take the place of what holds any more: the case is decided; or, of decisions, another was
/// made since.
fn is_past(case: &CaseFile, open: &Open<'_>) -> bool {
    match open.kind {
        OpenKind::Decided => {
            let stands = case.decided.last().map(|stands| stands.entry);
            !open.contenders.iter().any(|one| Some(one.entry) == stands)
        }
        _ => case.decision.is_some(),
    }
}

fn value_of(document: &Document, open: &Open<'_>, choice: &WhichHolds) -> Result<Value, Code> {
    match choice {
        WhichHolds::Kept => Ok(document.value(open.field).cloned().unwrap_or(Value::Null)),
        WhichHolds::Of(entry) => {
            let chosen = open.contenders.iter().find(|one| one.entry == *entry);
            chosen.map(|one| one.value.clone()).ok_or(Code::BadInput)
        }
        WhichHolds::Text(text) => {
            let fits = is_free_text(open.field) && text.chars().count() <= LONGEST_TEXT_CHARS;
            fits.then(|| json!(text.trim())).ok_or(Code::BadInput)
        }
    }
}

/// On which computer a value was written, as a screen says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Whence {
    /// On the laptop that shows it.
    Here,
    /// On another laptop.
    Laptop,
    /// At the center.
    Center,
}

/// One of the values that are open at a field, as a screen shows it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenValue {
    /// The entry that wrote it.
    pub entry: EntryId,
    /// As people read it, numbers masked; '' where it takes the value away.
    pub value: String,
    /// Whether it can be asked for whole.
    pub masked: bool,
    /// Who wrote it; '' where the name is not known here.
    pub by: String,
    /// On which computer.
    pub whence: Whence,
    /// Whose laptop that is: its agents' names; '' where they are not known here.
    pub laptop_of: String,
    /// When, by the writer's raw clock.
    pub at: String,
    /// When the center received it.
    pub received_at: Option<String>,
    /// Whether it holds meanwhile.
    pub holds: bool,
}

/// A field with values of which a person has to say which one holds.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenField {
    /// What it belongs to.
    #[ts(type = "string")]
    pub subject: crate::SubjectId,
    /// The field's path.
    pub field: String,
    /// The question or material; '' for a field of the register, which the screen names itself.
    pub label: String,
    /// Why it is open.
    pub kind: OpenKind,
    /// The values, oldest first.
    pub values: Vec<OpenValue>,
    /// Whether who looks at it may settle it now.
    pub may_settle: bool,
    /// Whether another text may take the place of both.
    pub free_text: bool,
    /// Whether she answered it in the draft of the case: submitting settles it so.
    pub answered: bool,
}

/// Something that a person settled, with what it was settled between.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SettledLine {
    /// The field's path.
    pub field: String,
    /// The question or material; '' for a field of the register.
    pub label: String,
    /// Why it was open.
    pub kind: OpenKind,
    /// What holds since, as people read it.
    pub value: String,
    /// The other values, as people read them.
    pub others: Vec<String>,
    /// Who settled it; '' where the name is not known here.
    pub by: String,
    /// When, by the writer's raw clock.
    pub at: String,
    /// Why, in that person's words.
    pub reason: String,
}

/// What a view needs to know beside the document.
pub trait Words {
    /// What a field is called; '' where the screen names it itself.
    fn label(&self, field: &str) -> String;
    /// A value as people read it, numbers masked, and whether it can be asked for whole.
    fn told(&self, field: &str, value: &Value) -> (String, bool);
    /// The name of a value's writer; '' where it is not known.
    fn writer(&self, contender: &Contender) -> String;
    /// On which computer it was written, and whose that is.
    fn whence(&self, contender: &Contender) -> (Whence, String);
}

/// Everything that is open on a subject, for a screen.
pub fn open_view(document: &Document, settler: Settler, words: &dyn Words) -> Vec<OpenField> {
    let view = |open: Open<'_>| OpenField {
        subject: document.subject,
        field: open.field.to_owned(),
        label: words.label(open.field),
        kind: open.kind,
        values: open.contenders.iter().map(|one| value_view(document, &open, one, words)).collect(),
        may_settle: may_settle(document, &open, settler).is_ok(),
        free_text: is_free_text(open.field),
        answered: false,
    };
    open_fields(document).into_iter().map(view).collect()
}

/// A value as people read it; of a decision its word, which the screen has in both languages.
fn told(words: &dyn Words, field: &str, value: &Value) -> (String, bool) {
    match Decided::read(value).filter(|_| field == DECIDED) {
        Some(decided) => (decided.word().to_owned(), false),
        None => words.told(field, value),
    }
}

fn value_view(document: &Document, open: &Open<'_>, one: &Contender, words: &dyn Words) -> OpenValue {
    let line = document.history.iter().find(|line| line.entry == one.entry);
    let (value, masked) = told(words, open.field, &one.value);
    let (whence, laptop_of) = words.whence(one);
    OpenValue {
        entry: one.entry,
        value,
        masked,
        by: words.writer(one),
        whence,
        laptop_of,
        at: line.map(|line| line.at.clone()).unwrap_or_default(),
        received_at: line.and_then(|line| line.received_at.clone()),
        holds: open.holds == Some(one.entry),
    }
}

/// What was settled on a subject, the newest first.
pub fn settled_view(document: &Document, words: &dyn Words) -> Vec<SettledLine> {
    let goes_along = |field: &str| COMPANIONS.iter().any(|(_, second)| *second == field);
    let lines = document.settled.iter().rev().filter(|settled| !goes_along(&settled.field));
    let view = lines.map(|settled| {
        let line = document.history.iter().find(|line| line.entry == settled.by.entry);
        let others = settled.others.iter().filter(|other| other.value != settled.by.value);
        SettledLine {
            field: settled.field.clone(),
            label: words.label(&settled.field),
            kind: match settled.late {
                _ if settled.field == DECIDED => OpenKind::Decided,
                true => OpenKind::Late,
                false => OpenKind::Conflict,
            },
            value: told(words, &settled.field, &settled.by.value).0,
            others: others.map(|other| told(words, &settled.field, &other.value).0).collect(),
            by: words.writer(&settled.by),
            at: line.map(|line| line.at.clone()).unwrap_or_default(),
            reason: settled.reason.clone(),
        }
    });
    view.collect()
}
