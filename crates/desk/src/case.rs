//! Cases: opened at the door, submitted, corrected when the township returns them.

use crate::attached::keep_file;
use crate::bundle;
use crate::case_draft::{CaseDraft, Hindrance, digests_of, photos_of, pictures_among};
use crate::desk::{self, Desk};
use crate::doubled::refuse_doubled;
use crate::error::DeskError;
use crate::person::{self, PersonLine};
use crate::photo::{KeptPhoto, NewPhoto, keep_photo};
use crate::visit;
use crate::visit_void::refuse_at_void;
use bangban_forms::Kind;
use bangban_ledger::{Ledger, document_row, entry_row, photo_row};
use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet, Recorded};
use bangban_model::document::{
    Conflict, Decision, Document, HistoryLine, LateChange, Return, Stage, SubjectKind,
};
use bangban_model::entry::NewEntry;
use bangban_model::handling::{
    Channel, EVENT, HANDLING_PREFIX, Handling, HandlingChanges, Mode, TAKEN_ON, Way,
};
use bangban_model::paper::PAPER_PREFIX;
use bangban_model::photo::{PHOTO_PREFIX, PhotoField, photo_path};
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::standing::{CaseStanding, standing_of};
use bangban_model::{Audience, Body, Code, Digest, SubjectId};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Where a case stands, drafts included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownStanding {
    /// 草稿: saved here, nothing recorded yet.
    Draft,
    /// See [`CaseStanding`].
    #[serde(untagged)]
    Recorded(CaseStanding),
}

/// A case in a list.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLine {
    /// The case.
    pub id: SubjectId,
    /// Item code.
    pub item: String,
    /// Item's short name.
    pub item_name: String,
    /// For whom.
    pub person: Option<PersonLine>,
    /// Where it stands.
    pub standing: ShownStanding,
    /// The words for that standing where the item has its own (已协助，待社保确认).
    pub assisted_words: Option<String>,
    /// Number of the newest submission; 0 before the first.
    pub revision: u32,
    /// Pictures it has.
    pub photos: u64,
    /// Pictures and thumbnails of it in no receipt yet.
    pub pending_photos: u64,
    /// Whether a draft holds changes that are not submitted.
    pub has_draft: bool,
    /// What the township asks to correct, while it stands returned.
    pub returned: Option<Return>,
}

/// A picture of a case.
#[derive(Clone, Debug, Serialize)]
pub struct CasePhoto {
    /// Its digest.
    pub digest: Digest,
    /// What is known of it.
    #[serde(flatten)]
    pub field: PhotoField,
}

/// A case whole.
#[derive(Clone, Debug, Serialize)]
pub struct CaseView {
    /// The line of it in a list.
    #[serde(flatten)]
    pub line: CaseLine,
    /// Answers by path, the draft's where there is one.
    pub answers: BTreeMap<String, String>,
    /// Pictures, the draft's where there is one.
    pub pictures: Vec<CasePhoto>,
    /// What still hinders submission of the draft.
    pub hindrances: Vec<Hindrance>,
    /// Pictures just kept that should be taken again.
    pub retake: Vec<Digest>,
    /// What the agent must not do, of this item.
    pub agent_must_not: Vec<String>,
    /// Edits that did not see each other.
    pub conflicts: Vec<Conflict>,
    /// Edits that came too late.
    pub late_changes: Vec<LateChange>,
    /// The decision.
    pub decision: Option<Decision>,
    /// What happened.
    pub history: Vec<HistoryLine>,
}

/// What opens a case.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    /// Item code.
    pub item: String,
    /// Identity number or id of the person.
    pub person: String,
    /// The visit it is opened at.
    pub visit: Option<SubjectId>,
    /// Answers by path.
    pub answers: BTreeMap<String, String>,
    /// Pictures.
    pub photos: Vec<NewPhoto>,
    /// Whether she wants another case of the same item in the same period.
    pub again: bool,
    /// 无申请能力: the person cannot apply alone.
    pub cannot_apply: bool,
    /// The line of a register at whose event it is opened.
    pub event: Option<SubjectId>,
}

impl NewCase {
    /// An empty one.
    pub(crate) fn at(item: String, person: SubjectId, visit: Option<SubjectId>, again: bool) -> Self {
        NewCase { item, person: person.to_string(), visit, again, ..NewCase::default() }
    }
}

/// Opens a case as a draft: answers and pictures are kept at once.
pub fn open_case(desk: &Desk, new: NewCase) -> Result<CaseView, DeskError> {
    let item = desk.catalogue().item(&new.item)?;
    item.may_open(desk.clock.today())?;
    let mut draft = {
        let ledger = desk.ledger();
        let person = person::person_by_number(desk, &ledger, &new.person)?;
        if !new.again {
            refuse_doubled(desk, &ledger, &item.card, person.subject)?;
        }
        let household = match new.visit {
            Some(visit) => {
                refuse_at_void(&ledger, visit)?;
                Some(visit::household_of(&ledger, visit)?)
            }
            None => person.text("household").parse().ok(),
        };
        CaseDraft {
            case: SubjectId(Uuid::now_v7()),
            stream: person.stream.clone(),
            item: item.card.code.clone(),
            form: Some(item.newest()?.digest),
            catalogue: Some(desk.newest_form.load(Ordering::Relaxed)),
            bundle: None,
            resident: person.subject,
            household,
            visit: new.visit,
            corrects: false,
            saw: None,
            fresh: true,
            answers: prefill(&person),
            aside: BTreeMap::new(),
            photos: BTreeMap::new(),
            papers: BTreeMap::new(),
            handling: at_the_door(new.visit, new.cannot_apply, new.event),
            given: BTreeSet::new(),
            settles: BTreeMap::new(),
            notices: Vec::new(),
        }
    };
    draft.fix_answers(desk, &item)?;
    draft.answer(desk, &item, &new.answers)?;
    let kept = keep_photos(desk, &mut draft, new.photos)?;
    draft.save(desk, &mut desk.ledger())?;
    view_with(desk, draft.case, &kept)
}

/// Corrects a recorded case, or goes on with a draft: answers and pictures are kept at once, in the draft.
pub fn correct_case(
    desk: &Desk,
    case: SubjectId,
    answers: &BTreeMap<String, String>,
    photos: Vec<NewPhoto>,
) -> Result<CaseView, DeskError> {
    let kept = match photos.is_empty() {
        true => Vec::new(),
        // Pictures take a while. They are made ready beside a draft that is thrown away: what is said of the case meanwhile stays.
        false => {
            let mut ahead = CaseDraft::begin_or_go_on(&desk.ledger(), case)?;
            let item = desk.catalogue().item(&ahead.item)?;
            ahead.answer(desk, &item, answers)?;
            keep_photos(desk, &mut ahead, photos)?
        }
    };
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    let item = desk.catalogue().item(&draft.item)?;
    draft.answer(desk, &item, answers)?;
    for photo in &kept {
        draft.take_photo(desk, &item, photo)?;
    }
    draft.save(desk, &mut ledger)?;
    drop(ledger);
    view_with(desk, case, &kept)
}

/// Takes a picture off a case's draft.
pub fn remove_photo(desk: &Desk, case: SubjectId, digest: Digest) -> Result<CaseView, DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    if draft.answers.values().any(|value| *value == digest.to_string()) {
        let item = desk.catalogue().item(&draft.item)?;
        draft.take_back_picture(desk, &item, digest)?;
    }
    draft.photos.remove(&digest);
    draft.given.insert(photo_path(digest));
    draft.save(desk, &mut ledger)?;
    drop(ledger);
    show_case(desk, case)
}

/// Says of a material whether the original was looked at, and when it was issued.
pub fn look_at_paper(
    desk: &Desk,
    case: SubjectId,
    material: &str,
    seen: bool,
    issued: Option<NaiveDate>,
) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    let item = desk.catalogue().item(&draft.item)?;
    draft.look_at_paper(desk, &item, material, seen, issued)?;
    draft.save(desk, &mut ledger)
}

/// Adds a row at the end of a repeat (`/data/members`) or takes one away (`/data/members[2]`), in the draft.
pub fn change_rows(desk: &Desk, case: SubjectId, path: &str, add: bool) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    let item = desk.catalogue().item(&draft.item)?;
    let mut session = draft.session(desk, &item)?;
    let changed = if add { session.add_repeat(path) } else { session.remove_repeat(path) };
    changed.map_err(|_| DeskError::new(Code::AnswerUnknown).with("path", path))?;
    draft.take_over(&session);
    draft.save(desk, &mut ledger)
}

/// How a case begins: what is opened at a visit is done at home, at an event on the spot, and for who cannot apply it is
/// acted.
fn at_the_door(visit: Option<SubjectId>, cannot_apply: bool, event: Option<SubjectId>) -> FieldSet {
    let handling = Handling {
        mode: Some(if cannot_apply { Mode::Act } else { Mode::Help }),
        way: visit.map(|_| Way::Door),
        channel: visit.map(|_| Channel::AtHome).or(event.map(|_| Channel::AidDay)),
        cannot_apply,
        ..Handling::default()
    };
    let event = event.map(|event| (EVENT.to_owned(), json!(event)));
    handling.fields().into_iter().chain(event).collect()
}

/// Says anew of how a case is handled, in its draft; what is not named stays.
///
/// # Errors
/// `BadInput` for what is no word of it, a text that is too long, or papers that were taken on a day to come or more than a
/// year ago.
pub fn handle_case(desk: &Desk, case: SubjectId, changes: &HandlingChanges) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    let before = draft.how();
    let handling = before.with(changes).ok_or(Code::BadInput)?;
    let altered = handling.taken_on != before.taken_on;
    if altered && !handling.is_taken_in_time(desk.clock.today()) {
        return Err(DeskError::new(Code::BadInput).with("path", TAKEN_ON));
    }
    draft.handle(&handling)?;
    draft.save(desk, &mut ledger)
}

/// Says in its draft that the person was read the texts and agreed to each that is asked, apart from each other.
pub fn consent_case(desk: &Desk, case: SubjectId) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
    let item = desk.catalogue().item(&draft.item)?;
    let session = draft.session(desk, &item)?;
    draft.consent(&session, &item)?;
    draft.save(desk, &mut ledger)
}

/// Throws a draft away; what was recorded of the case stays.
pub fn discard_draft(desk: &Desk, case: SubjectId) -> Result<(), DeskError> {
    let draft = CaseDraft::find(&desk.ledger(), case)?;
    desk.ledger().discard_draft(CaseDraft::id_of(case))?;
    let Some((visit, item)) = draft.filter(|draft| !draft.corrects).and_then(|it| Some((it.visit?, it.item)))
    else {
        return Ok(());
    };
    match desk.catalogue().item(&item) {
        Ok(item) => visit::take_need_back(desk, visit, &item.card.short_name),
        Err(_) => Ok(()),
    }
}

/// Submits a case's draft: from here on it is in the ledger and waits to be sent. Everything that hinders it is named at once.
pub fn submit_case(desk: &Desk, case: SubjectId) -> Result<CaseView, DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = CaseDraft::find(&ledger, case)?.ok_or(Code::CaseStage)?;
    let item = desk.catalogue().item(&draft.item)?;
    let mut session = draft.session(desk, &item)?;
    session.finish(desk.clock.now());
    draft.take_over(&session);
    let hindrances = draft.hindrances(desk, &ledger, &item)?;
    if !hindrances.is_empty() {
        return Err(DeskError::new(Code::CaseIncomplete).with("hindrances", json!(hindrances)));
    }
    let document = desk::document(&ledger, case)?;
    let mut set = changed_fields(&draft, document.as_ref());
    let parts = bundle::plan(desk, &ledger, &draft, &item, document.as_ref())?;
    set.extend(parts.set);
    let first = if draft.corrects {
        Body::CaseRecorded(Recorded { set })
    } else {
        Body::CaseOpened(CaseOpened {
            item: draft.item.clone(),
            form_version: draft.version(&item)?.form()?.version().to_owned(),
            form_digest: draft.version(&item)?.digest,
            resident: draft.resident,
            household: draft.household,
            visit: draft.visit,
            bundle: draft.bundle,
            catalogue: draft.catalogue,
            set,
        })
    };
    let settled = document.iter().flat_map(|document| draft.settlements(document)).map(Body::ConflictSettled);
    let notices = draft.notices.iter().cloned().map(Body::NoticeGiven);
    let entries = std::iter::once(first)
        .chain(settled)
        .chain(notices)
        .chain([Body::CaseSubmitted(CaseSubmitted {})])
        .map(|body| NewEntry {
            stream: draft.stream.clone(),
            subject: case,
            audience: Audience::All,
            saw: draft.saw,
            body,
        })
        .chain(parts.entries)
        .collect();
    ledger.record(desk.author(), entries, Some(CaseDraft::id_of(case)))?;
    drop(ledger);
    show_case(desk, case)
}

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaseFilter {
    /// Only those at this stage.
    pub stage: Option<Stage>,
    /// At most so many.
    pub limit: u32,
}

/// The newest cases, drafts that were never submitted first.
pub fn list_cases(desk: &Desk, filter: CaseFilter) -> Result<Vec<CaseLine>, DeskError> {
    let ledger = desk.ledger();
    let mut lines = Vec::new();
    if filter.stage.is_none() {
        for (draft, _) in CaseDraft::all(&ledger)? {
            if !draft.corrects {
                lines.push(line_of_draft(desk, &ledger, &draft)?);
            }
        }
    }
    for document in
        document_row::list(ledger.entries(), SubjectKind::Case, filter.stage, filter.limit.max(1))?
    {
        lines.push(line_of(desk, &ledger, &document)?);
    }
    Ok(lines)
}

/// A case whole.
pub fn show_case(desk: &Desk, case: SubjectId) -> Result<CaseView, DeskError> {
    view_with(desk, case, &[])
}

fn view_with(desk: &Desk, case: SubjectId, kept: &[KeptPhoto]) -> Result<CaseView, DeskError> {
    let ledger = desk.ledger();
    let draft = CaseDraft::find(&ledger, case)?;
    let document = desk::document(&ledger, case)?.filter(|document| document.case.is_some());
    let line = match (&document, &draft) {
        (Some(document), _) => line_of(desk, &ledger, document)?,
        (None, Some(draft)) => line_of_draft(desk, &ledger, draft)?,
        (None, None) => return Err(Code::CaseUnknown.into()),
    };
    let item = desk.catalogue().item(&line.item)?;
    let shown = match &draft {
        Some(draft) => draft.clone(),
        None => CaseDraft::correcting(document.as_ref().ok_or(Code::CaseUnknown)?)?,
    };
    let hindrances = if draft.is_some() { shown.hindrances(desk, &ledger, &item)? } else { Vec::new() };
    let shown_catalogue = shown.catalogue;
    let pictures = shown.photos.into_iter().map(|(digest, field)| CasePhoto { digest, field }).collect();
    Ok(CaseView {
        line,
        answers: shown.answers,
        pictures,
        hindrances,
        retake: kept.iter().filter(|photo| photo.retake).map(|photo| photo.digest).collect(),
        agent_must_not: item.card_at(shown_catalogue).agent_must_not.clone(),
        conflicts: document.as_ref().map(|document| document.conflicts.clone()).unwrap_or_default(),
        late_changes: document.as_ref().map(|document| document.late_changes.clone()).unwrap_or_default(),
        decision: document.as_ref().and_then(|document| document.case.as_ref()?.decision.clone()),
        history: document.map(|document| document.history).unwrap_or_default(),
    })
}

/// What every form has, from what is known of the person.
fn prefill(person: &Document) -> BTreeMap<String, String> {
    let village = bangban_model::division::Divisions::huarong()
        .find(person.stream.as_str())
        .map_or_else(|| person.stream.to_string(), |village| village.short_name());
    [
        ("name", person.text("name")),
        ("id_number", person.text("id_number")),
        ("phone", person.text("phone")),
        ("address", person.text("address")),
        ("village", &village),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(field, value)| (format!("/data/person/{field}"), value.to_owned()))
    .collect()
}

fn keep_photos(
    desk: &Desk,
    draft: &mut CaseDraft,
    photos: Vec<NewPhoto>,
) -> Result<Vec<KeptPhoto>, DeskError> {
    let item = desk.catalogue().item(&draft.item)?;
    let mut kept_photos = Vec::new();
    for (index, photo) in photos.into_iter().enumerate() {
        let slot = photo.slot.clone().unwrap_or_else(|| draft.open_slot(&item));
        let question = slot.starts_with(ANSWER_PREFIX);
        let asked = if question { draft.expected_at(desk, &item, &slot)? } else { Kind::Image };
        let kept = match asked {
            Kind::Image => keep_photo(desk, &slot, &photo.bytes),
            _ => keep_file(desk, &slot, asked, &photo),
        };
        let kept = kept.map_err(|problem| problem.with("number", index + 1))?;
        draft.take_photo(desk, &item, &kept)?;
        kept_photos.push(kept);
    }
    Ok(kept_photos)
}

/// The fields that the draft would change: all of a new case, of a recorded one only those that differ.
fn changed_fields(draft: &CaseDraft, document: Option<&Document>) -> FieldSet {
    let mut wanted = draft.values();
    let Some(document) = document else { return wanted };
    for (path, field) in &document.fields {
        // What a draft does not hold, the parts of a bundle or what a newer program knows, is not hers to take away.
        if ![ANSWER_PREFIX, PHOTO_PREFIX, PAPER_PREFIX, HANDLING_PREFIX]
            .iter()
            .any(|held| path.starts_with(held))
        {
            continue;
        }
        if !field.held.value.is_null() && !wanted.contains_key(path) {
            wanted.insert(path.clone(), serde_json::Value::Null);
        }
    }
    wanted.retain(|path, value| document.value(path).unwrap_or(&serde_json::Value::Null) != value);
    wanted
}

fn line_of(desk: &Desk, ledger: &Ledger, document: &Document) -> Result<CaseLine, DeskError> {
    let case = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let pending_photos = photo_row::pending_among(ledger.entries(), digests_of(&photos_of(document)))?;
    let pending_entries = entry_row::pending_of(ledger.entries(), document.subject)?;
    let standing = standing_of(case, pending_entries == 0 && pending_photos == 0);
    let item = desk.catalogue().item(&case.item).ok();
    let card = item.as_ref().map(|item| &item.card);
    let assisted = matches!(standing, CaseStanding::Received | CaseStanding::Accepted);
    Ok(CaseLine {
        id: document.subject,
        item: case.item.clone(),
        item_name: card.map_or_else(|| case.item.clone(), |card| card.short_name.clone()),
        person: desk::document(ledger, case.resident)?.map(|person| person::line_of(desk, &person)),
        standing: ShownStanding::Recorded(standing),
        assisted_words: card.and_then(|card| card.assisted_words.clone()).filter(|_| assisted),
        revision: case.latest_revision().map_or(0, |revision| revision.number),
        photos: pictures_among(&photos_of(document)),
        pending_photos,
        has_draft: ledger.draft(CaseDraft::id_of(document.subject))?.is_some(),
        returned: case.open_return().cloned(),
    })
}

fn line_of_draft(desk: &Desk, ledger: &Ledger, draft: &CaseDraft) -> Result<CaseLine, DeskError> {
    let item = desk.catalogue().item(&draft.item).ok();
    let card = item.as_ref().map(|item| &item.card);
    Ok(CaseLine {
        id: draft.case,
        item: draft.item.clone(),
        item_name: card.map_or_else(|| draft.item.clone(), |card| card.short_name.clone()),
        person: desk::document(ledger, draft.resident)?.map(|person| person::line_of(desk, &person)),
        standing: ShownStanding::Draft,
        assisted_words: None,
        revision: 0,
        photos: pictures_among(&draft.photos),
        pending_photos: 0,
        has_draft: true,
        returned: None,
    })
}
