//! 登记簿: lines of registers, written by their forms.

use crate::answering::answer_all;
use crate::case_draft::{digests_of, form_context, photos_of};
use crate::desk::{self, Desk};
use crate::enrol;
use crate::error::DeskError;
use crate::photo::keep_photo;
use bangban_catalogue::register_view::name_at;
pub(crate) use bangban_catalogue::register_view::named;
use bangban_catalogue::{Item, Named, Register};
use bangban_forms::{Kind, Session};
use bangban_keys::{SealingKey, Zeroizing};
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_ledger::{Draft, DraftId, Ledger};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::line::{
    CASE, CATALOGUE, DAY, FORM, NUMBER, PERSON, REGISTER, SEALED, SOME_DAY, TODO, VISIT, VOID, line_of,
    mark_of, next_number,
};
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::roll::AFTER;
use bangban_model::settling;
use bangban_model::visit::LONGEST_TEXT_CHARS;
use bangban_model::{Audience, Body, Code, Digest, Saw, StreamId, SubjectId};
use chrono::NaiveDate;
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Questions that are filled in from the person whom a line is about.
const OF_THE_PERSON: [&str; 3] = ["name", "phone", "address"];
/// The question for that person where the line is about somebody else beside: who has to sign for her.
const APPLICANT: &str = "applicant";

/// The question by which way somebody asked, and its answer at a visit.
const CHANNEL: &str = "channel";
const AT_THE_DOOR: &str = "door";

/// What begins a line.
#[derive(Clone, Debug, Default)]
pub struct NewLine {
    /// Code of the register.
    pub register: String,
    /// The village; the laptop's first where none is named.
    pub village: Option<StreamId>,
    /// Whom it is about, where the register has lines about people.
    pub person: Option<SubjectId>,
    /// The visit at which it is written.
    pub visit: Option<SubjectId>,
    /// The line whose kept answers it begins with.
    pub like: Option<SubjectId>,
    /// The line that it follows from.
    pub after: Option<SubjectId>,
    /// The case that it belongs to.
    pub case: Option<SubjectId>,
    /// Answers that are known besides, by the names of their questions.
    pub known: BTreeMap<String, String>,
}

/// A line before it is recorded, or while it is altered: saved as she types, never synced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDraft {
    // First, so that a draft of a line is told by its beginning.
    /// The line it will be recorded on.
    pub line: SubjectId,
    /// The village.
    pub stream: StreamId,
    /// Code of the register.
    pub register: String,
    /// Which version of its form.
    pub form: Digest,
    /// Number of the newest publication when it was begun.
    pub catalogue: u64,
    /// Whom it is about.
    pub person: Option<SubjectId>,
    /// The visit at which it is written.
    pub visit: Option<SubjectId>,
    /// The line that it follows from.
    #[serde(default)]
    pub after: Option<SubjectId>,
    /// The case that it belongs to.
    #[serde(default)]
    pub case: Option<SubjectId>,
    /// Whether the line exists already.
    pub corrects: bool,
    /// The newest entry of the center that she had before her eyes.
    pub saw: Option<Saw>,
    /// Whether nothing was answered yet.
    pub fresh: bool,
    /// Answers by path.
    pub answers: BTreeMap<String, String>,
    /// Values of questions that are not asked at present.
    #[serde(default)]
    pub aside: BTreeMap<String, String>,
    /// Pictures by digest.
    #[serde(default)]
    pub photos: BTreeMap<Digest, PhotoField>,
    /// What stood recorded when it was begun: only what she altered is written.
    #[serde(default)]
    pub begun_with: FieldSet,
}

/// What still hinders recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineHindrance {
    /// `/data/…`
    pub path: String,
    /// In the form's words.
    pub message: String,
}

impl LineDraft {
    /// The id of a line's one draft.
    #[must_use]
    pub fn id_of(line: SubjectId) -> DraftId {
        DraftId(line.0)
    }

    /// Whether a draft is one of a line.
    pub(crate) fn is(draft: &Draft) -> bool {
        draft.body.starts_with("{\"line\":")
    }

    fn read(draft: &Draft) -> Result<Self, DeskError> {
        serde_json::from_str(&draft.body).map_err(|_| Code::LedgerDamaged.into())
    }

    /// The draft of a line with when it was saved, if it has one.
    pub fn find(ledger: &Ledger, line: SubjectId) -> Result<Option<(Self, String)>, DeskError> {
        let Some(draft) = ledger.draft(LineDraft::id_of(line))? else { return Ok(None) };
        if !LineDraft::is(&draft) {
            return Ok(None);
        }
        Ok(Some((LineDraft::read(&draft)?, draft.updated_at)))
    }

    /// Every draft of a line with when it was saved, the newest first.
    pub fn all(ledger: &Ledger) -> Result<Vec<(Self, String)>, DeskError> {
        let drafts = ledger.drafts()?.into_iter().filter(LineDraft::is);
        drafts.map(|draft| Ok((LineDraft::read(&draft)?, draft.updated_at))).collect()
    }

    fn save(&self, desk: &Desk, ledger: &mut Ledger) -> Result<(), DeskError> {
        let body = serde_json::to_string(self).map_err(|_| Code::Internal)?;
        let photos = digests_of(&self.photos);
        Ok(ledger.save_draft(LineDraft::id_of(self.line), self.line, &body, &photos, desk.clock.now())?)
    }

    /// The draft of a line, or the beginning of one that alters what is recorded.
    pub fn begin_or_go_on(desk: &Desk, ledger: &Ledger, line: SubjectId) -> Result<Self, DeskError> {
        if let Some((draft, _)) = LineDraft::find(ledger, line)? {
            return Ok(draft);
        }
        let document = desk::document_of(ledger, line, Code::LineUnknown)?;
        if document.newer {
            return Err(Code::NewerRecord.into());
        }
        let draft = LineDraft::altering(&document)?;
        refuse_frozen(desk, &draft.register)?;
        if document.value(SEALED).is_some() {
            return Err(Code::LineSealed.into());
        }
        Ok(draft)
    }

    /// A draft that begins with what a recorded line says now.
    pub fn altering(document: &Document) -> Result<Self, DeskError> {
        let line = line_of(document).ok_or(Code::LineUnknown)?;
        let answers: BTreeMap<String, String> = document
            .under(ANSWER_PREFIX)
            .filter_map(|(rest, value)| Some((format!("{ANSWER_PREFIX}{rest}"), value.as_str()?.to_owned())))
            .collect();
        let mut draft = LineDraft {
            line: document.subject,
            stream: document.stream.clone(),
            register: line.register.to_owned(),
            form: line.form,
            catalogue: line.catalogue.unwrap_or_default(),
            person: line.person,
            visit: line.visit,
            after: document.text(AFTER).parse().ok(),
            case: line.case,
            corrects: true,
            saw: document.newest_seen(),
            fresh: false,
            answers,
            aside: BTreeMap::new(),
            photos: photos_of(document),
            begun_with: FieldSet::new(),
        };
        draft.begun_with = draft.values();
        Ok(draft)
    }

    /// Its answers and pictures by path.
    pub(crate) fn values(&self) -> FieldSet {
        let answers = self.answers.iter().map(|(path, value)| (path.clone(), json!(value)));
        let answered = |digest: &Digest| self.answers.values().any(|value| *value == digest.to_string());
        let photos = self
            .photos
            .iter()
            .filter(|(digest, _)| answered(digest))
            .map(|(digest, photo)| (photo_path(*digest), json!(photo)));
        answers.chain(photos).collect()
    }

    /// The register.
    pub fn item(&self, desk: &Desk) -> Result<Arc<Item>, DeskError> {
        Ok(desk.catalogue().item(&self.register)?)
    }

    /// The form, filled with what the draft says.
    pub fn session(&self, desk: &Desk, item: &Item) -> Result<Session, DeskError> {
        let begin = if self.fresh { Session::new } else { Session::resume };
        let mut values = self.aside.clone();
        values.extend(self.answers.clone());
        Ok(begin(item.form_of(self.form)?, &form_context(desk), &values))
    }

    pub(crate) fn take_over(&mut self, session: &Session) {
        self.answers = session.answers();
        self.aside = session.aside();
        self.fresh = false;
        let said: BTreeSet<&String> = self.answers.values().chain(self.aside.values()).collect();
        // A picture of a question that is not asked at present comes back with it; one that answers none goes.
        self.photos.retain(|digest, _| said.contains(&digest.to_string()));
    }
}

pub(crate) fn register_of(item: &Item) -> Result<&Register, DeskError> {
    item.card.register.as_ref().ok_or_else(|| Code::LineUnknown.into())
}

/// What the program itself wrote is never altered.
pub(crate) fn refuse_frozen(desk: &Desk, register: &str) -> Result<(), DeskError> {
    let item = desk.catalogue().item(register)?;
    if register_of(&item)?.frozen { Err(Code::LineFrozen.into()) } else { Ok(()) }
}

/// Begins a line as a draft, with what is known of the person and what the line before it hands on.
pub fn begin_line(desk: &Desk, new: &NewLine) -> Result<SubjectId, DeskError> {
    let mut ledger = desk.ledger();
    let draft = begun(desk, &ledger, new)?;
    draft.save(desk, &mut ledger)?;
    Ok(draft.line)
}

/// A line that is begun so, saved nowhere yet.
pub(crate) fn begun(desk: &Desk, ledger: &Ledger, new: &NewLine) -> Result<LineDraft, DeskError> {
    let item = desk.catalogue().item(&new.register)?;
    let register = register_of(&item)?;
    if register.frozen {
        return Err(Code::LineFrozen.into());
    }
    if !item.card.open_on(desk.clock.today()) {
        return Err(Code::ItemClosed.into());
    }
    let case = new.case.filter(|_| register.case);
    let case = case.map(|id| desk::document_of(ledger, id, Code::CaseUnknown)).transpose()?;
    let file = case.as_ref().map(|case| case.case.as_ref().ok_or(Code::CaseUnknown)).transpose()?;
    let person = new.person.or(file.map(|file| file.resident));
    let person = person.map(|id| desk::document_of(ledger, id, Code::PersonUnknown)).transpose()?;
    let person = person.filter(|_| register.person);
    let villages = ledger.enrolment()?.villages.clone();
    let visit = new.visit.map(|id| desk::document_of(ledger, id, Code::VisitUnknown)).transpose()?;
    let after = new.after.map(|id| desk::document_of(ledger, id, Code::LineUnknown)).transpose()?;
    let known = person.as_ref().or(visit.as_ref()).or(after.as_ref());
    let of_person = known.map(|known| known.stream.clone());
    let stream = of_person.or_else(|| new.village.clone()).or_else(|| villages.first().cloned());
    let stream = stream.filter(|stream| villages.contains(stream)).ok_or(Code::VillageUnknown)?;
    let mut draft = LineDraft {
        line: SubjectId(Uuid::now_v7()),
        stream,
        register: item.card.code.clone(),
        form: item.newest()?.digest,
        catalogue: desk.newest_form.load(Ordering::Relaxed),
        person: person.as_ref().map(|person| person.subject),
        visit: new.visit,
        after: after.as_ref().map(|line| line.subject),
        case: case.as_ref().map(|case| case.subject),
        corrects: false,
        saw: None,
        fresh: true,
        answers: BTreeMap::new(),
        aside: BTreeMap::new(),
        photos: BTreeMap::new(),
        begun_with: FieldSet::new(),
    };
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    if let Some(like) = new.like {
        let like = LineDraft::altering(&desk::document_of(ledger, like, Code::LineUnknown)?)?;
        let told = named(&like.answers);
        let kept = register
            .keep
            .iter()
            .filter_map(|name| Some((name.clone(), (*told.get(name.as_str())?).to_owned())));
        known.extend(kept);
        let next = register.next_day_of(&told, desk.clock.today());
        known.extend(next.map(|day| (register.day_question().to_owned(), day.to_string())));
        // What is to come has not happened: it begins as one that counts nothing yet (计划中).
        let is_ahead = next.is_some_and(|day| day > desk.clock.today());
        let planned = register.uncounted.as_ref().filter(|_| is_ahead);
        known.extend(planned.and_then(|when| Some((when.question.clone(), when.is.first()?.clone()))));
        // Whoever received the papers hands them on.
        let hands = register.chain.as_ref().and_then(|chain| Some((chain, *told.get(chain.to.as_str())?)));
        known.extend(hands.map(|(chain, has_them)| (chain.from.clone(), has_them.to_owned())));
    }
    // What is written at a visit was asked there.
    known.extend(visit.is_some().then(|| (CHANNEL.to_owned(), AT_THE_DOOR.to_owned())));
    if let Some(person) = &person {
        let told = OF_THE_PERSON.map(|name| (name.to_owned(), person.text(name).to_owned()));
        known.extend(told.into_iter().filter(|(_, value)| !value.is_empty()));
    }
    if let Some(file) = file {
        let matter = desk.catalogue().item(&file.item).map(|item| item.card.short_name.clone());
        let matter = matter.unwrap_or_else(|_| file.item.clone());
        known.insert("purpose".to_owned(), matter.clone());
        known.insert("matter".to_owned(), matter);
    }
    known.extend(
        new.known
            .iter()
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(name, answer)| (name.clone(), answer.clone())),
    );
    let mut session = draft.session(desk, &item)?;
    if session.nodes().iter().any(|node| name_at(&node.path) == APPLICANT)
        && let Some(person) = &person
    {
        // What is told of whom it is about besides is not the applicant's.
        known.retain(|name, _| !OF_THE_PERSON.contains(&name.as_str()) || new.known.contains_key(name));
        known.insert(APPLICANT.to_owned(), person.text("name").to_owned());
    }
    for node in session.nodes() {
        let answer = known.get(name_at(&node.path)).filter(|_| !node.read_only);
        if let Some(answer) = answer {
            // What this form does not ask is not known of it.
            let _ = session.answer(&node.path, answer);
        }
    }
    draft.take_over(&session);
    Ok(draft)
}

/// Gives answers; durable when this returns. A draft begins where there is none.
pub fn answer_line(
    desk: &Desk,
    line: SubjectId,
    answers: &BTreeMap<String, String>,
) -> Result<(), DeskError> {
    change(desk, line, |session| answer_all(session, answers))
}

/// Adds a row at the end of a repeat (`/data/partners`) or takes one away (`/data/partners[2]`), in the draft.
pub fn change_line_rows(desk: &Desk, line: SubjectId, path: &str, add: bool) -> Result<(), DeskError> {
    change(desk, line, |session| {
        let changed = if add { session.add_repeat(path) } else { session.remove_repeat(path) };
        changed.map(|_| ()).map_err(|_| DeskError::new(Code::AnswerUnknown).with("path", path))
    })
}

fn change(
    desk: &Desk,
    line: SubjectId,
    work: impl FnOnce(&mut Session) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let mut draft = LineDraft::begin_or_go_on(desk, &ledger, line)?;
    let item = draft.item(desk)?;
    let mut session = draft.session(desk, &item)?;
    work(&mut session)?;
    draft.take_over(&session);
    draft.save(desk, &mut ledger)
}

/// Answers a question by a picture; the one that answered it before goes.
pub fn picture_line(desk: &Desk, line: SubjectId, path: &str, bytes: &[u8]) -> Result<(), DeskError> {
    let asks = |session: &Session| {
        let node = session.node(path);
        let asked = node.is_some_and(|node| node.kind == Kind::Image && node.relevant && !node.read_only);
        if asked { Ok(()) } else { Err(DeskError::new(Code::AnswerUnknown).with("path", path)) }
    };
    let ahead = LineDraft::begin_or_go_on(desk, &desk.ledger(), line)?;
    let item = ahead.item(desk)?;
    asks(&ahead.session(desk, &item)?)?;
    // It takes a while: what is answered meanwhile stays.
    let kept = keep_photo(desk, path, bytes)?;
    let mut ledger = desk.ledger();
    let mut draft = LineDraft::begin_or_go_on(desk, &ledger, line)?;
    let mut session = draft.session(desk, &item)?;
    asks(&session)?;
    answer_all(&mut session, &[(path.to_owned(), kept.digest.to_string())].into())?;
    draft.photos.insert(kept.digest, kept.field);
    draft.take_over(&session);
    draft.save(desk, &mut ledger)
}

/// Everything that still hinders recording, in the words of a session's language.
pub(crate) fn hindrances(session: &Session) -> Vec<LineHindrance> {
    let problems = session.problems().into_iter();
    problems.map(|problem| LineHindrance { path: problem.path, message: problem.message }).collect()
}

/// Records the draft: from here on it waits to be sent.
///
/// # Errors
/// `LineIncomplete`, which names everything that hinders.
pub fn record_line(desk: &Desk, line: SubjectId) -> Result<(), DeskError> {
    let center_key = enrol::kept_reply(desk).map(|reply| reply.center.batch_key);
    let mut ledger = desk.ledger();
    let (draft, _) = LineDraft::find(&ledger, line)?.ok_or(Code::LineUnknown)?;
    let (place, set) = to_record(desk, &ledger, draft, || center_key)?;
    let id = LineDraft::id_of(line);
    if set.is_empty() {
        return Ok(ledger.discard_draft(id)?);
    }
    write(desk, &mut ledger, place, set, Some(id))
}

/// Where an entry of a line belongs, and what its writer had seen.
pub(crate) type Place = (StreamId, SubjectId, Option<Saw>);

/// Where the entry that records a draft belongs, and what it says; nothing where that stands already.
///
/// # Errors
/// `LineIncomplete`, which names everything that hinders.
pub(crate) fn to_record(
    desk: &Desk,
    ledger: &Ledger,
    mut draft: LineDraft,
    center_key: impl FnOnce() -> Result<SealingKey, DeskError>,
) -> Result<(Place, FieldSet), DeskError> {
    let line = draft.line;
    let item = draft.item(desk)?;
    let mut session = draft.session(desk, &item)?;
    session.finish(desk.clock.now());
    draft.take_over(&session);
    let hindrances = hindrances(&session);
    if !hindrances.is_empty() {
        return Err(DeskError::new(Code::LineIncomplete).with("hindrances", json!(hindrances)));
    }
    let document = desk::document(ledger, line)?;
    let mut set = draft.values();
    for gone in draft.begun_with.keys().filter(|path| !set.contains_key(*path)).cloned().collect::<Vec<_>>() {
        set.insert(gone, Value::Null);
    }
    // What she left as it stood is not hers to write: somebody else may have altered it meanwhile.
    set.retain(|path, value| draft.begun_with.get(path).unwrap_or(&Value::Null) != value);
    let answers = answers_after(document.as_ref(), &set)?;
    let told = told_by(register_of(&item)?, &named(&answers));
    if register_of(&item)?.sealed {
        set = [(SEALED.to_owned(), json!(seal(&center_key()?, &draft.answers)?))].into();
    }
    set.extend(number_for(ledger, register_of(&item)?, &draft, document.as_ref(), &told)?);
    set.extend(told);
    if !draft.corrects {
        set.insert(REGISTER.to_owned(), json!(draft.register));
        set.insert(FORM.to_owned(), json!(draft.form.to_string()));
        set.insert(CATALOGUE.to_owned(), json!(draft.catalogue));
        set.extend(draft.person.map(|person| (PERSON.to_owned(), json!(person))));
        set.extend(draft.visit.map(|visit| (VISIT.to_owned(), json!(visit))));
        set.extend(draft.case.map(|case| (CASE.to_owned(), json!(case))));
        set.extend(draft.after.map(|after| (AFTER.to_owned(), json!(after))));
    }
    if let Some(document) = &document {
        set.retain(|path, value| document.value(path).unwrap_or(&Value::Null) != value);
    }
    Ok(((draft.stream, line, draft.saw), set))
}

/// Answers that the township alone reads: not even who wrote them down can open what this gives.
fn seal(center: &SealingKey, answers: &BTreeMap<String, String>) -> Result<String, DeskError> {
    let plain = Zeroizing::new(serde_json::to_vec(answers).map_err(|_| Code::Internal)?);
    Ok(BASE64.encode(&center.seal(&plain)?))
}

/// A line's answers once these fields are written: what stands recorded, with what she altered laid over it. What somebody
/// else altered meanwhile is not hers to go back on.
fn answers_after(document: Option<&Document>, set: &FieldSet) -> Result<BTreeMap<String, String>, DeskError> {
    let mut answers = match document {
        Some(document) => LineDraft::altering(document)?.answers,
        None => BTreeMap::new(),
    };
    for (path, value) in set.iter().filter(|(path, _)| path.starts_with(ANSWER_PREFIX)) {
        match value.as_str() {
            Some(answer) => drop(answers.insert(path.clone(), answer.to_owned())),
            None => drop(answers.remove(path)),
        }
    }
    Ok(answers)
}

/// 预约号: a number for the day that the line has now, where its register gives numbers and it has none for that day.
fn number_for(
    ledger: &Ledger,
    register: &Register,
    draft: &LineDraft,
    document: Option<&Document>,
    told: &FieldSet,
) -> Result<Option<(String, Value)>, DeskError> {
    let day = told.get(DAY).and_then(Value::as_str).unwrap_or_default();
    let stands = document.is_some_and(|known| known.text(DAY) == day && !known.text(NUMBER).is_empty());
    let (Ok(on), true) = (day.parse::<NaiveDate>(), register.number && !stands) else { return Ok(None) };
    let query = LineQuery {
        register: draft.register.clone(),
        from: Some(on),
        to: Some(on),
        limit: u32::MAX,
        ..LineQuery::default()
    };
    let lines = find_lines(ledger.entries(), &query)?;
    let given = lines.iter().filter(|line| line.subject != draft.line).map(|line| line.text(NUMBER));
    let number = next_number(&mark_of(ledger.life()?.id), given);
    Ok(Some((NUMBER.to_owned(), json!(number))))
}

/// What a register's rules say of its answers: the day, and whether something is open.
pub(crate) fn told_by(register: &Register, answers: &Named<'_>) -> FieldSet {
    let day = register.day_of(answers).map(|day| day.to_string()).unwrap_or_default();
    let todo =
        register.open_by(answers).map(|by| by.map_or_else(|| SOME_DAY.to_owned(), |by| by.to_string()));
    [(DAY.to_owned(), json!(day)), (TODO.to_owned(), json!(todo.unwrap_or_default()))].into()
}

/// What a line's rules say once an open value of its answers is settled so; nothing where that alters nothing.
pub(crate) fn told_after(
    desk: &Desk,
    document: &Document,
    field: &str,
    value: &Value,
) -> Result<FieldSet, DeskError> {
    // Of what is sealed no answer is known here that could tell anything.
    if document.value(SEALED).is_some() {
        return Ok(FieldSet::new());
    }
    let mut draft = LineDraft::altering(document)?;
    draft.answers.insert(field.to_owned(), value.as_str().unwrap_or_default().to_owned());
    let item = draft.item(desk)?;
    let mut told = told_by(register_of(&item)?, &named(&draft.answers));
    told.retain(|path, value| {
        document.value(path) != Some(value) || settling::open_at(document, path).is_some()
    });
    Ok(told)
}

pub(crate) fn write(
    desk: &Desk,
    ledger: &mut Ledger,
    (stream, subject, saw): Place,
    set: FieldSet,
    draft: Option<DraftId>,
) -> Result<(), DeskError> {
    let body = Body::LineRecorded(Recorded { set });
    let entry = NewEntry { stream, subject, audience: Audience::All, saw, body };
    ledger.record(desk.author(), vec![entry], draft)?;
    Ok(())
}

/// 作废: a recorded line does not count any more, for a reason; an empty reason takes that back. Nothing is ever deleted.
pub fn void_line(desk: &Desk, line: SubjectId, reason: &str) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.chars().count() > LONGEST_TEXT_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "reason"));
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, line, Code::LineUnknown)?;
    let told = line_of(&document).ok_or(Code::LineUnknown)?;
    refuse_frozen(desk, told.register)?;
    if told.void == reason {
        return Ok(());
    }
    let mut set: FieldSet = [(VOID.to_owned(), json!(reason))].into();
    let draft = LineDraft::altering(&document)?;
    let todo = match reason.is_empty() {
        true => told_by(register_of(&draft.item(desk)?.clone())?, &named(&draft.answers)).remove(TODO),
        false => Some(json!("")),
    };
    set.extend(todo.filter(|todo| document.value(TODO) != Some(todo)).map(|todo| (TODO.to_owned(), todo)));
    write(desk, &mut ledger, (document.stream.clone(), line, document.newest_seen()), set, None)
}

/// Throws a draft away; what was recorded of the line stays.
pub fn discard_line(desk: &Desk, line: SubjectId) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    if LineDraft::find(&ledger, line)?.is_none() {
        return Ok(());
    }
    Ok(ledger.discard_draft(LineDraft::id_of(line))?)
}
