//! Visits: she comes to a household, and cases are opened at its door.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::find_household;
use bangban_ledger::{Draft, DraftId, Ledger};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Body, Code, Saw, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// A visit in a list.
#[derive(Clone, Debug, Serialize)]
pub struct VisitLine {
    /// The visit.
    pub id: SubjectId,
    /// The household.
    pub household: SubjectId,
    /// 户号.
    pub household_no: String,
    /// When it began, by the laptop's raw clock.
    pub started_at: String,
    /// Who was met and what was found, as recorded.
    pub note: String,
}

/// Begins a visit to the household with this id or 户号. It is recorded at once.
pub fn start_visit(desk: &Desk, household: &str, note: &str) -> Result<VisitLine, DeskError> {
    let mut ledger = desk.ledger();
    let household = find_household(&ledger, household)?;
    let subject = SubjectId(Uuid::now_v7());
    let started_at = desk.clock.now().to_rfc3339();
    let mut set: FieldSet = [
        ("household".to_owned(), json!(household.subject)),
        ("household_no".to_owned(), json!(household.text("household_no"))),
        ("started_at".to_owned(), json!(started_at)),
    ]
    .into();
    if !note.is_empty() {
        set.insert("note".to_owned(), json!(note));
    }
    let entry = NewEntry {
        stream: household.stream.clone(),
        subject,
        audience: Audience::All,
        saw: None,
        body: Body::VisitRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(VisitLine {
        id: subject,
        household: household.subject,
        household_no: household.text("household_no").to_owned(),
        started_at,
        note: note.to_owned(),
    })
}

/// Fields of a visit that begin so name a resident who was met.
pub const MET_PREFIX: &str = "met/";

/// A note is no longer than this (characters).
const LONGEST_NOTE_CHARS: usize = 4000;

/// What she notes at the door, saved as she types, before it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitDraft {
    /// The visit.
    pub visit: SubjectId,
    /// Who was met.
    pub met: Vec<SubjectId>,
    /// What was found.
    pub note: String,
    /// What is needed.
    pub need: String,
}

/// The draft as it is kept: with what stood on the screen when she began it, so that only what she altered is recorded and
/// whatever came in between stays unseen (rule F3).
#[derive(Serialize, Deserialize)]
struct KeptDraft {
    // First, so that a draft of a visit is told by its beginning.
    #[serde(flatten)]
    draft: VisitDraft,
    #[serde(default)]
    saw: Option<Saw>,
    #[serde(default)]
    begun_with: Option<FieldSet>,
}

impl KeptDraft {
    fn find(ledger: &Ledger, visit: SubjectId) -> Result<Option<Self>, DeskError> {
        let Some(draft) = ledger.draft(VisitDraft::id_of(visit))? else { return Ok(None) };
        Ok(Some(serde_json::from_str(&draft.body).map_err(|_| Code::LedgerDamaged)?))
    }
}

/// The fields of a visit that its draft may alter, as they stand recorded.
fn recorded_of(document: &Document) -> FieldSet {
    let met =
        document.under(MET_PREFIX).map(|(person, value)| (format!("{MET_PREFIX}{person}"), value.clone()));
    let words = ["note", "need"].map(|path| (path.to_owned(), json!(document.text(path))));
    met.chain(words).collect()
}

impl VisitDraft {
    fn id_of(visit: SubjectId) -> DraftId {
        DraftId(visit.0)
    }

    /// Whether a draft is one of a visit.
    pub(crate) fn is(draft: &Draft) -> bool {
        draft.body.starts_with("{\"visit\":")
    }

    /// The draft of a visit with when it was saved, if it has one.
    pub fn find(ledger: &Ledger, visit: SubjectId) -> Result<Option<(Self, String)>, DeskError> {
        let Some(draft) = ledger.draft(VisitDraft::id_of(visit))? else { return Ok(None) };
        let read = serde_json::from_str(&draft.body).map_err(|_| Code::LedgerDamaged)?;
        Ok(Some((read, draft.updated_at)))
    }

    /// Every draft of a visit with when it was saved, the newest first.
    pub fn all(ledger: &Ledger) -> Result<Vec<(Self, String)>, DeskError> {
        let drafts = ledger.drafts()?.into_iter().filter(VisitDraft::is);
        let read = |draft: Draft| -> Result<(Self, String), DeskError> {
            Ok((serde_json::from_str(&draft.body).map_err(|_| Code::LedgerDamaged)?, draft.updated_at))
        };
        drafts.map(read).collect()
    }

    fn check(&self) -> Result<(), DeskError> {
        for (path, text) in [("note", &self.note), ("need", &self.need)] {
            if text.chars().count() > LONGEST_NOTE_CHARS {
                return Err(DeskError::new(Code::BadInput).with("path", path));
            }
        }
        Ok(())
    }
}

/// Saves what she noted so far; durable when this returns.
pub fn save_visit(desk: &Desk, draft: &VisitDraft) -> Result<(), DeskError> {
    draft.check()?;
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, draft.visit, Code::VisitUnknown)?;
    let (saw, begun_with) = match KeptDraft::find(&ledger, draft.visit)? {
        Some(kept) => (kept.saw, kept.begun_with),
        None => (document.newest_seen(), Some(recorded_of(&document))),
    };
    let kept = KeptDraft { draft: draft.clone(), saw, begun_with };
    let body = serde_json::to_string(&kept).map_err(|_| Code::Internal)?;
    Ok(ledger.save_draft(VisitDraft::id_of(draft.visit), draft.visit, &body, &[], desk.clock.now())?)
}

/// Records what she noted: what differs from what stands recorded. From here on it waits to be sent.
pub fn record_visit(desk: &Desk, draft: &VisitDraft) -> Result<(), DeskError> {
    draft.check()?;
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, draft.visit, Code::VisitUnknown)?;
    let mut wanted: FieldSet =
        [("note".to_owned(), json!(draft.note.trim())), ("need".to_owned(), json!(draft.need.trim()))].into();
    let kept = KeptDraft::find(&ledger, draft.visit)?;
    let saw = kept.as_ref().map_or_else(|| document.newest_seen(), |kept| kept.saw);
    let begun_with = kept.and_then(|kept| kept.begun_with).unwrap_or_else(|| recorded_of(&document));
    for path in begun_with.keys().filter(|path| path.starts_with(MET_PREFIX)) {
        wanted.insert(path.clone(), json!(false));
    }
    for person in &draft.met {
        wanted.insert(format!("{MET_PREFIX}{person}"), json!(true));
    }
    // What she left as it stood is not hers to write: somebody else may have altered it meanwhile.
    wanted.retain(|path, value| begun_with.get(path) != Some(value));
    wanted.retain(|path, value| match document.value(path) {
        Some(known) => known != value,
        None => *value != json!("") && *value != json!(false),
    });
    let id = VisitDraft::id_of(draft.visit);
    if wanted.is_empty() {
        return Ok(ledger.discard_draft(id)?);
    }
    let entry = NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw,
        body: Body::VisitRecorded(Recorded { set: wanted }),
    };
    ledger.record(desk.author(), vec![entry], Some(id))?;
    Ok(())
}

/// The newest visits.
pub fn list_visits(desk: &Desk, limit: u32) -> Result<Vec<VisitLine>, DeskError> {
    let ledger = desk.ledger();
    let documents = bangban_ledger::document_row::list(ledger.entries(), SubjectKind::Visit, None, limit)?;
    Ok(documents
        .iter()
        .filter_map(|document| {
            Some(VisitLine {
                id: document.subject,
                household: document.text("household").parse().ok()?,
                household_no: document.text("household_no").to_owned(),
                started_at: document.text("started_at").to_owned(),
                note: document.text("note").to_owned(),
            })
        })
        .collect())
}

/// The household of a visit.
pub(crate) fn household_of(
    ledger: &bangban_ledger::Ledger,
    visit: SubjectId,
) -> Result<SubjectId, DeskError> {
    let document = desk::document_of(ledger, visit, Code::BadInput)?;
    document.text("household").parse().map_err(|_| Code::BadInput.into())
}
