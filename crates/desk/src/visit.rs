//! Visits: she comes to a household, and cases are opened at its door.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::find_household;
use crate::roll;
use crate::visit_void::{refuse_at_void, refuse_void};
use bangban_ledger::{Draft, DraftId, Ledger, case_list};
use bangban_model::added_later::is_noted_in_time;
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::roll::ROUND;
use bangban_model::visit::{
    COMPANIONS, LONGEST_TEXT_CHARS, MET_PREFIX, MOST_AT_A_DOOR, NEED, NEED_DUE, NEED_OUTCOME, NeedKind,
    Urgency, VISITED_ON, VisitResult, is_void, part_of,
};
use bangban_model::{Audience, Body, Code, Saw, SubjectId};
use chrono::{DateTime, NaiveDate};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;
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
    begin(desk, &mut ledger, &household, note, FieldSet::new())
}

/// Whether she may go on with a visit that has no result: what she noted of it is kept, or it was begun today. That of another
/// day was broken off, and coming back is another visit.
pub(crate) fn goes_on(desk: &Desk, ledger: &Ledger, visit: &Document) -> Result<bool, DeskError> {
    if is_void(visit) {
        return Ok(false);
    }
    let begun = DateTime::parse_from_rfc3339(visit.text("started_at")).ok().map(shanghai_day);
    Ok(begun == Some(desk.clock.today()) || ledger.draft(VisitDraft::id_of(visit.subject))?.is_some())
}

/// Begins a visit on a round, or goes on with the one that was begun on it and has no result yet.
///
/// # Errors
/// `LineUnknown` for a round that is none.
pub fn visit_on_round(desk: &Desk, household: SubjectId, round: SubjectId) -> Result<SubjectId, DeskError> {
    let mut ledger = desk.ledger();
    let household = desk::document_of(&ledger, household, Code::HouseholdUnknown)?;
    let (line, _) = roll::line_with_roll(desk, &ledger, round)?;
    for visit in case_list::of_household(ledger.entries(), "visit", household.subject)? {
        let is_open = part_of(&visit).is_none()
            && visit.text(ROUND) == line.subject.to_string()
            && visit.text("result").is_empty();
        if is_open && goes_on(desk, &ledger, &visit)? {
            return Ok(visit.subject);
        }
    }
    let companions = roll::companions_of(&line);
    let mut set: FieldSet = [(ROUND.to_owned(), json!(line.subject))].into();
    if !companions.is_empty() {
        set.insert(COMPANIONS.to_owned(), json!(companions));
    }
    Ok(begin(desk, &mut ledger, &household, "", set)?.id)
}

fn begin(
    desk: &Desk,
    ledger: &mut Ledger,
    household: &Document,
    note: &str,
    more: FieldSet,
) -> Result<VisitLine, DeskError> {
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
    set.extend(more);
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

/// What she notes at the door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct VisitNotes {
    /// How it ended, once that was said.
    pub result: Option<VisitResult>,
    /// Who was met.
    pub met: Vec<SubjectId>,
    /// 同行走访人: who came with her.
    pub companions: String,
    /// What was found.
    pub note: String,
    /// What is needed.
    pub need: String,
    /// 问题类别
    pub need_kind: Option<NeedKind>,
    /// 紧急程度
    pub need_urgency: Option<Urgency>,
    /// 现场答复、处理情况
    pub need_answer: String,
    /// 转办单位或责任人
    pub need_office: String,
    /// 办结时限: a day, or ''.
    pub need_due: String,
    /// 办理结果; while it is empty the need is open.
    pub need_outcome: String,
    /// 回访情况
    pub follow_up: String,
    /// 无申请能力: the person cannot apply alone.
    pub cannot_apply: bool,
    /// 宣传资料: copies handed out.
    pub leaflets: u32,
    /// 咨询: questions answered.
    pub consultations: u32,
    /// The day on which it took place, where it is written down later; '' otherwise.
    pub visited_on: String,
}

impl VisitNotes {
    /// Its fields beside who was met, as they are recorded.
    fn plain(&self) -> FieldSet {
        let text = |path: &str, text: &str| (path.to_owned(), json!(text.trim()));
        let word = |path: &str, word: Value| (path.to_owned(), if word.is_null() { json!("") } else { word });
        let count = |path: &str, count: u32| (path.to_owned(), json!(count));
        [
            word("result", json!(self.result)),
            text(COMPANIONS, &self.companions),
            text("note", &self.note),
            text(NEED, &self.need),
            word("need_kind", json!(self.need_kind)),
            word("need_urgency", json!(self.need_urgency)),
            text("need_answer", &self.need_answer),
            text("need_office", &self.need_office),
            text(NEED_DUE, &self.need_due),
            text(NEED_OUTCOME, &self.need_outcome),
            text("follow_up", &self.follow_up),
            ("cannot_apply".to_owned(), json!(self.cannot_apply)),
            count("leaflets", self.leaflets),
            count("consultations", self.consultations),
            text(VISITED_ON, &self.visited_on),
        ]
        .into()
    }

    /// As a visit says them.
    pub fn of(visit: &Document) -> Self {
        let text = |path: &str| visit.text(path).to_owned();
        let count = |path: &str| {
            visit.value(path).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
        };
        let met = visit.under(MET_PREFIX).filter(|(_, value)| value.as_bool() == Some(true));
        VisitNotes {
            result: word(visit, "result"),
            met: met.filter_map(|(person, _)| person.parse().ok()).collect(),
            companions: text(COMPANIONS),
            note: text("note"),
            need: text(NEED),
            need_kind: word(visit, "need_kind"),
            need_urgency: word(visit, "need_urgency"),
            need_answer: text("need_answer"),
            need_office: text("need_office"),
            need_due: text(NEED_DUE),
            need_outcome: text(NEED_OUTCOME),
            follow_up: text("follow_up"),
            cannot_apply: visit.value("cannot_apply").and_then(Value::as_bool).unwrap_or(false),
            leaflets: count("leaflets"),
            consultations: count("consultations"),
            visited_on: text(VISITED_ON),
        }
    }

    /// Whether a draft holds it: what is not finished yet need not be right.
    fn check_sizes(&self) -> Result<(), DeskError> {
        for (path, value) in &self.plain() {
            let is_long = value.as_str().is_some_and(|text| text.chars().count() > LONGEST_TEXT_CHARS);
            if is_long || value.as_u64().is_some_and(|count| count > u64::from(MOST_AT_A_DOOR)) {
                return bad(path);
            }
        }
        Ok(())
    }

    /// Whether it can be recorded.
    fn check(&self, today: NaiveDate) -> Result<(), DeskError> {
        self.check_sizes()?;
        let is_good = |day: &str| day.parse().is_ok_and(|day| is_noted_in_time(day, today));
        if !self.visited_on.is_empty() && !is_good(&self.visited_on) {
            return bad(VISITED_ON);
        }
        if !self.need_due.is_empty() && self.need_due.parse::<NaiveDate>().is_err() {
            return bad(NEED_DUE);
        }
        // Nobody was met where nobody was at home.
        let nobody = self.result.is_some_and(|result| result != VisitResult::Met);
        if nobody && !self.met.is_empty() { bad("met") } else { Ok(()) }
    }
}

fn bad(path: &str) -> Result<(), DeskError> {
    Err(DeskError::new(Code::BadInput).with("path", path))
}

/// A word of a list; none where it was not said, or by a newer program.
fn word<T: DeserializeOwned>(visit: &Document, path: &str) -> Option<T> {
    visit.value(path).and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// What she noted of a visit, saved as she types, before it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitDraft {
    /// The visit.
    pub visit: SubjectId,
    /// What she noted.
    #[serde(flatten)]
    pub notes: VisitNotes,
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
    met.chain(VisitNotes::of(document).plain()).collect()
}

impl VisitDraft {
    pub(crate) fn id_of(visit: SubjectId) -> DraftId {
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
}

/// Saves what she noted so far; durable when this returns.
pub fn save_visit(desk: &Desk, draft: &VisitDraft) -> Result<(), DeskError> {
    draft.notes.check_sizes()?;
    let mut ledger = desk.ledger();
    let document = refuse_void(desk::document_of(&ledger, draft.visit, Code::VisitUnknown)?)?;
    keep(desk, &mut ledger, &document, draft)
}

fn keep(desk: &Desk, ledger: &mut Ledger, document: &Document, draft: &VisitDraft) -> Result<(), DeskError> {
    let (saw, begun_with) = match KeptDraft::find(ledger, draft.visit)? {
        Some(kept) => (kept.saw, kept.begun_with),
        None => (document.newest_seen(), Some(recorded_of(document))),
    };
    let kept = KeptDraft { draft: draft.clone(), saw, begun_with };
    let body = serde_json::to_string(&kept).map_err(|_| Code::Internal)?;
    Ok(ledger.save_draft(VisitDraft::id_of(draft.visit), draft.visit, &body, &[], desk.clock.now())?)
}

/// Records what she noted: what differs from what stands recorded. From here on it waits to be sent.
pub fn record_visit(desk: &Desk, draft: &VisitDraft) -> Result<(), DeskError> {
    record_noted(desk, &mut desk.ledger(), draft)
}

fn record_noted(desk: &Desk, ledger: &mut Ledger, draft: &VisitDraft) -> Result<(), DeskError> {
    draft.notes.check(desk.clock.today())?;
    let document = refuse_void(desk::document_of(ledger, draft.visit, Code::VisitUnknown)?)?;
    let notes = &draft.notes;
    let mut wanted = notes.plain();
    if notes.result.is_none() && !notes.met.is_empty() {
        wanted.insert("result".to_owned(), json!(VisitResult::Met));
    }
    let kept = KeptDraft::find(ledger, draft.visit)?;
    let saw = kept.as_ref().map_or_else(|| document.newest_seen(), |kept| kept.saw);
    let begun_with = kept.and_then(|kept| kept.begun_with).unwrap_or_else(|| recorded_of(&document));
    for path in begun_with.keys().filter(|path| path.starts_with(MET_PREFIX)) {
        wanted.insert(path.clone(), json!(false));
    }
    for person in &notes.met {
        wanted.insert(format!("{MET_PREFIX}{person}"), json!(true));
    }
    // What she left as it stood is not hers to write: somebody else may have altered it meanwhile.
    // A draft of an earlier program knows fewer fields: of the others it began with nothing.
    wanted.retain(|path, value| begun_with.get(path).map_or(!says_nothing(value), |begun| begun != value));
    wanted.retain(|path, value| document.value(path).map_or(!says_nothing(value), |known| known != value));
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

/// What was written on paper at a door of a round, typed in afterwards.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PaperRow {
    /// The household.
    pub household: SubjectId,
    /// The round.
    pub round: SubjectId,
    /// The visit that the row showed, which is corrected; none: another one is begun.
    pub visit: Option<SubjectId>,
    /// What the row showed before she typed.
    pub before: VisitNotes,
    /// What it says now.
    pub notes: VisitNotes,
}

/// Records a row. Only what she altered in it is written, over what she noted at the door and has not recorded yet, if there is
/// something: the rest of the visit stays as it is.
///
/// # Errors
/// `BadInput` for a row without a result, or with a visit of another household or round.
pub fn write_visit(desk: &Desk, row: &PaperRow) -> Result<SubjectId, DeskError> {
    row.notes.check(desk.clock.today())?;
    if row.notes.result.is_none() {
        bad("result")?;
    }
    let visit = match row.visit {
        Some(visit) => visit,
        None => visit_on_round(desk, row.household, row.round)?,
    };
    let mut draft = {
        let ledger = desk.ledger();
        let document = desk::document_of(&ledger, visit, Code::VisitUnknown)?;
        let house = desk::document_of(&ledger, row.household, Code::HouseholdUnknown)?;
        let is_of_it = document.text(ROUND) == row.round.to_string()
            && document.text("household").parse().ok() == Some(house.subject);
        if !is_of_it {
            bad("visit")?;
        }
        noted(&ledger, visit)?
    };
    draft.notes = draft.notes.altered(&row.before, &row.notes)?;
    record_visit(desk, &draft)?;
    Ok(visit)
}

impl VisitNotes {
    /// These notes with what differs between two others.
    fn altered(&self, before: &VisitNotes, now: &VisitNotes) -> Result<VisitNotes, DeskError> {
        let fields = |notes: &VisitNotes| match serde_json::to_value(notes) {
            Ok(Value::Object(fields)) => Ok(fields),
            _ => Err(DeskError::new(Code::Internal)),
        };
        let (mut notes, before, now) = (fields(self)?, fields(before)?, fields(now)?);
        let altered = now.into_iter().filter(|(name, value)| before.get(name) != Some(value));
        notes.extend(altered);
        serde_json::from_value(Value::Object(notes)).map_err(|_| Code::Internal.into())
    }
}

fn says_nothing(value: &Value) -> bool {
    [json!(""), json!(false), json!(0)].contains(value)
}

/// What she noted of a visit, recorded or not.
fn noted(ledger: &Ledger, visit: SubjectId) -> Result<VisitDraft, DeskError> {
    let recorded = VisitNotes::of(&desk::document_of(ledger, visit, Code::VisitUnknown)?);
    let draft = VisitDraft::find(ledger, visit)?.map(|(draft, _)| draft);
    Ok(draft.unwrap_or(VisitDraft { visit, notes: recorded }))
}

fn turned_into(item_name: &str) -> String {
    format!("已转代办：{item_name}")
}

/// What she noted of a visit, where it can be recorded as it is; of a further need the visit must be so too.
pub(crate) fn recordable(desk: &Desk, visit: SubjectId) -> Result<VisitNotes, DeskError> {
    let (notes, whole) = {
        let ledger = desk.ledger();
        refuse_at_void(&ledger, visit)?;
        let whole = part_of(&desk::document_of(&ledger, visit, Code::VisitUnknown)?);
        (noted(&ledger, visit)?.notes, whole.map(|whole| noted(&ledger, whole)).transpose()?)
    };
    let today = desk.clock.today();
    if let Some(whole) = whole {
        whole.notes.check(today)?;
    }
    notes.check(today)?;
    Ok(notes)
}

/// 转代办: a case was opened for the need of a visit, which is recorded and settled by it. What she wrote as its outcome stays.
pub(crate) fn turn_need(desk: &Desk, visit: SubjectId, item_name: &str) -> Result<(), DeskError> {
    // Under one lock: what she writes on meanwhile is not the draft that is recorded here and ends with it.
    let mut ledger = desk.ledger();
    let whole = part_of(&desk::document_of(&ledger, visit, Code::VisitUnknown)?);
    if let Some(whole) = whole {
        let draft = noted(&ledger, whole)?;
        record_noted(desk, &mut ledger, &draft)?;
    }
    let mut draft = noted(&ledger, visit)?;
    if draft.notes.need.trim().is_empty() || !draft.notes.need_outcome.trim().is_empty() {
        return Ok(());
    }
    draft.notes.need_outcome = turned_into(item_name);
    record_noted(desk, &mut ledger, &draft)
}

/// The case that a need became was thrown away before it was recorded: the need is open again. Nothing else of the visit is
/// recorded by that.
pub(crate) fn take_need_back(desk: &Desk, visit: SubjectId, item_name: &str) -> Result<(), DeskError> {
    let turned = turned_into(item_name);
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, visit, Code::VisitUnknown)?;
    let kept = KeptDraft::find(&ledger, visit)?;
    // Also of a visit that was made void meanwhile: it may be restored.
    if let Some(mut kept) = kept.filter(|kept| kept.draft.notes.need_outcome == turned) {
        kept.draft.notes.need_outcome = String::new();
        keep(desk, &mut ledger, &document, &kept.draft)?;
    }
    if document.text(NEED_OUTCOME) != turned {
        return Ok(());
    }
    let entry = NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::VisitRecorded(Recorded { set: [(NEED_OUTCOME.to_owned(), json!(""))].into() }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(())
}

/// The newest visits that say something.
pub fn list_visits(desk: &Desk, limit: u32) -> Result<Vec<VisitLine>, DeskError> {
    let ledger = desk.ledger();
    let documents = case_list::newest_visits(ledger.entries(), limit)?;
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
