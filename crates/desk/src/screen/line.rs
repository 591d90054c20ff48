//! 登记簿 on the screen: the registers, the lines of one, and a line whole.

use super::appointment::{OffHoursView, off_hours_of};
use super::case::{CasePhotoView, HindranceView, photos};
use super::line_sheet::LineSheet;
use super::person::{MAX_ROWS, PersonCard, card_of};
use super::timeline::{self, TimelineLine};
use super::watch::{self, Watched};
use super::{Seat, agent_names, name_of, open};
use crate::appointment::{is_appointment, state_of, steps_of};
use crate::case_draft::{digests_of, photos_of};
use crate::desk;
use crate::error::DeskError;
use crate::expiry;
use crate::line::{LineDraft, hindrances, named};
use crate::signing::may_be_sent;
use bangban_catalogue::form_screen::{FieldView, RepeatView, fields_of, repeats_of, speak};
use bangban_catalogue::register_view::{LineColumn, Told, columns_of, questions_of, title_of, told_of};
use bangban_catalogue::{Item, Register};
use bangban_forms::Session;
use bangban_ledger::line_list::{LineQuery, count_lines, find_lines, newest_day};
use bangban_ledger::{Ledger, due_row, entry_row, photo_row};
use bangban_model::document::Document;
use bangban_model::expiry::RunsOut;
use bangban_model::ids::AgentId;
use bangban_model::line::{NUMBER, SEALED, TODO, line_of, written_late};
use bangban_model::settling::{OpenField, SettledLine};
use bangban_model::{Code, StreamId, SubjectId};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// A register in the list of registers.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RegisterCard {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What must not be done with it.
    pub must_not: Vec<String>,
    /// Whether its lines may be about a person.
    pub person: bool,
    /// Whether new lines can be written; else it is closed or over.
    pub is_open: bool,
    /// Whether the program alone writes its lines.
    pub frozen: bool,
    /// Whether the township alone reads a recorded line.
    pub sealed: bool,
    /// Whether the next line may begin with answers of the one before.
    pub keeps: bool,
    /// Paper forms that its lines fill in.
    pub sheets: Vec<LineSheet>,
    /// Lines of this month.
    pub this_month: u64,
    /// All its lines.
    pub lines: u64,
    /// The newest day up to today.
    pub newest: Option<NaiveDate>,
}

/// Which lines a list shows.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct LineFilter {
    /// Words that the answers hold.
    pub text: String,
    /// Only of this village.
    pub village: Option<StreamId>,
    /// Of this day or later.
    pub from: Option<NaiveDate>,
    /// Of this day or before.
    pub to: Option<NaiveDate>,
    /// Only those of which something is open.
    pub open: bool,
}

/// A line in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LineRow {
    /// The line.
    pub id: SubjectId,
    /// By what it is called.
    pub title: String,
    /// 预约号, where the register gives numbers.
    pub number: String,
    /// The day on which it happened, or is to.
    pub day: Option<NaiveDate>,
    /// 补录: the day on which it was written, where that is later.
    pub late: Option<NaiveDate>,
    /// Its answers, one a column.
    pub cells: Vec<String>,
    /// Whether something of it is open.
    pub open: bool,
    /// By when that is to be done, where it says so.
    pub todo: Option<NaiveDate>,
    /// What was signed runs out, or has run out, and is still needed.
    pub runs_out: Option<RunsOut>,
    /// 作废: why it does not count any more; '' while it does.
    pub void: String,
    /// The village.
    pub village: String,
    /// Who wrote it; '' where this laptop does not know.
    pub by: String,
    /// Whether something of it is in no receipt yet.
    pub pending: bool,
    /// Whether something of it is only saved here, not recorded yet.
    pub has_draft: bool,
    /// Whether anything of it is recorded.
    pub is_recorded: bool,
    /// What can be said of an appointment in one act, each a state of its form.
    pub steps: Vec<String>,
    /// Whether its paper can be sent to be signed, together with others.
    pub may_send: bool,
    /// The state that an appointment has, to go back to.
    pub state: String,
}

/// A part of a register's lines.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LinePart {
    /// How many fit.
    pub total: u64,
    /// The columns.
    pub columns: Vec<LineColumn>,
    /// This part of them.
    pub rows: Vec<LineRow>,
}

/// A line whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LineView {
    /// Its row in lists.
    pub row: LineRow,
    /// Code of the register.
    pub register: String,
    /// Name of the register.
    pub register_name: String,
    /// What is to be watched.
    pub must_not: Vec<String>,
    /// Whether the next line may begin with answers of this one.
    pub keeps: bool,
    /// Paper forms that it fills in by itself, once it is recorded.
    pub sheets: Vec<LineSheet>,
    /// Whether the township alone reads it once it is recorded: nothing of it is shown here then.
    pub sealed: bool,
    /// The matter by which guides are looked for; '' where none was told.
    pub guide: String,
    /// Whether it has a roll (名单), once it is recorded.
    pub has_roll: bool,
    /// Whether it gets a number (预约号), and with it a slip.
    pub has_number: bool,
    /// Nobody is there then, where it is an appointment that is still to come.
    pub off_hours: Option<OffHoursView>,
    /// The line that it follows from.
    pub after: Option<SubjectId>,
    /// The case that it belongs to.
    pub case: Option<SubjectId>,
    /// The village.
    pub village: StreamId,
    /// Whom it is about.
    pub person: Option<PersonCard>,
    /// The visit at which it was written.
    pub visit: Option<SubjectId>,
    /// Whether answers can be changed.
    pub can_edit: bool,
    /// When the draft was saved last; none where there is no draft.
    pub draft_saved_at: Option<String>,
    /// The questions asked at present.
    pub form: Vec<FieldView>,
    /// The repeats to which rows can be added.
    pub repeats: Vec<RepeatView>,
    /// The pictures.
    pub photos: Vec<CasePhotoView>,
    /// What hinders recording the draft.
    pub hindrances: Vec<HindranceView>,
    /// What happened, oldest first.
    pub history: Vec<TimelineLine>,
    /// Values that wait for a person.
    pub conflicts: Vec<OpenField>,
    /// What was settled, the newest first.
    pub settled: Vec<SettledLine>,
}

fn register_of(item: &Item) -> Result<&Register, DeskError> {
    item.card.register.as_ref().ok_or_else(|| Code::LineUnknown.into())
}

/// The registers, those that were written into first.
pub fn registers(seat: &Seat) -> Result<Vec<RegisterCard>, DeskError> {
    let today = seat.desk.clock.today();
    let catalogue = seat.desk.catalogue();
    let ledger = seat.desk.ledger();
    let mut cards = Vec::new();
    for item in catalogue.registers() {
        let Some(register) = &item.card.register else { continue };
        let card = item.card.in_language(seat.language);
        let all = LineQuery { register: card.code.clone(), ..LineQuery::default() };
        let month = LineQuery { from: today.with_day(1), to: Some(today), ..all.clone() };
        cards.push(RegisterCard {
            name: card.name.clone(),
            is_open: item.newest().is_ok() && card.open_on(today) && !register.frozen,
            frozen: register.frozen,
            sealed: register.sealed,
            person: register.person,
            keeps: !register.keep.is_empty(),
            sheets: LineSheet::of_register(&card.code),
            this_month: count_lines(ledger.entries(), &month)?,
            lines: count_lines(ledger.entries(), &all)?,
            newest: newest_day(ledger.entries(), &card.code, today)?,
            about: card.agent_does,
            must_not: card.agent_must_not,
            code: card.code,
        });
    }
    cards.sort_by_key(|card| (card.lines == 0, card.code.clone()));
    Ok(cards)
}

/// A register's lines as the list reads them: its columns, and one form for every line.
pub(crate) struct Reader<'a> {
    seat: &'a Seat,
    item: &'a Item,
    names: BTreeMap<AgentId, String>,
    villages: &'a BTreeMap<StreamId, String>,
}

impl<'a> Reader<'a> {
    /// Who asks has looked up the villages' names before she holds the ledger.
    pub(crate) fn of(
        seat: &'a Seat,
        ledger: &Ledger,
        villages: &'a BTreeMap<StreamId, String>,
        item: &'a Item,
    ) -> Result<Self, DeskError> {
        Ok(Reader { seat, item, names: agent_names(ledger)?, villages })
    }

    /// The questions that a list or workbook can show, in the order of the form.
    pub(crate) fn questions(&self) -> Result<Vec<LineColumn>, DeskError> {
        Ok(questions_of(self.item.form()?, self.seat.language))
    }

    /// The columns of the list.
    pub(crate) fn columns(&self) -> Result<Vec<LineColumn>, DeskError> {
        Ok(columns_of(&self.questions()?, &register_of(self.item)?.columns))
    }

    fn session(&self, draft: &LineDraft) -> Result<Session, DeskError> {
        let mut session = draft.session(&self.seat.desk, self.item)?;
        speak(&mut session, self.seat.language);
        Ok(session)
    }

    pub(crate) fn row(
        &self,
        ledger: &Ledger,
        columns: &[LineColumn],
        document: &Document,
    ) -> Result<LineRow, DeskError> {
        let line = line_of(document).ok_or(Code::LineUnknown)?;
        let session = self.session(&LineDraft::altering(document)?)?;
        let mut row = self.row_of(columns, &told_of(&session))?;
        let photos = photo_row::pending_among(ledger.entries(), digests_of(&photos_of(document)))?;
        let draft = LineDraft::find(ledger, document.subject)?;
        row.id = document.subject;
        row.day = line.day;
        row.number = document.text(NUMBER).to_owned();
        row.late = written_late(document);
        row.open = line.todo.is_some();
        let register = register_of(self.item)?;
        let watch = watch::days_of(ledger, register, document)?;
        row.todo = watch.map(|days| days.next).or_else(|| line.todo.filter(|day| day.year() < 9999));
        row.runs_out = expiry::of_line(&self.seat.desk, ledger, document)?;
        row.void = line.void.to_owned();
        row.village = self.villages.get(&document.stream).cloned().unwrap_or_default();
        row.by = document.history.first().map(|line| name_of(&self.names, &line.by)).unwrap_or_default();
        row.pending = photos > 0 || entry_row::pending_of(ledger.entries(), document.subject)? > 0;
        row.has_draft = draft.is_some();
        row.is_recorded = true;
        row.may_send =
            !row.has_draft && row.void.is_empty() && !register.frozen && may_be_sent(&session, register);
        if is_appointment(register) {
            row.state = state_of(&session, register);
            // What is altered just now is said in its form; what counts no more, or is closed, not at all.
            if !row.has_draft && row.void.is_empty() && !register.frozen && !document.newer {
                let today = self.seat.desk.clock.today();
                row.steps = steps_of(&session, register, row.day.is_none_or(|day| day <= today));
            }
        }
        Ok(row)
    }

    fn row_of_draft(&self, columns: &[LineColumn], draft: &LineDraft) -> Result<LineRow, DeskError> {
        let register = register_of(self.item)?;
        let told = told_of(&self.session(draft)?);
        Ok(LineRow {
            id: draft.line,
            day: register.day_of(&named(&draft.answers)),
            village: self.villages.get(&draft.stream).cloned().unwrap_or_default(),
            has_draft: true,
            ..self.row_of(columns, &told)?
        })
    }

    fn row_of(&self, columns: &[LineColumn], told: &Told) -> Result<LineRow, DeskError> {
        let say = |name: &str| told.get(name).cloned().unwrap_or_default();
        let title = title_of(&register_of(self.item)?.title, told);
        Ok(LineRow {
            id: SubjectId(uuid::Uuid::nil()),
            title,
            number: String::new(),
            day: None,
            late: None,
            cells: columns.iter().map(|column| say(&column.name)).collect(),
            open: false,
            todo: None,
            runs_out: None,
            void: String::new(),
            village: String::new(),
            by: String::new(),
            pending: false,
            has_draft: false,
            is_recorded: false,
            steps: Vec::new(),
            may_send: false,
            state: String::new(),
        })
    }
}

impl LineFilter {
    pub(crate) fn query(&self, register: &str) -> LineQuery {
        LineQuery {
            register: register.to_owned(),
            text: self.text.clone(),
            stream: self.village.clone(),
            from: self.from,
            to: self.to,
            open: self.open,
            ..LineQuery::default()
        }
    }
}

/// A part of a register's lines: drafts that were never recorded first, then the newest day.
pub fn list_lines(
    seat: &Seat,
    register: &str,
    filter: &LineFilter,
    offset: u64,
    limit: u32,
) -> Result<LinePart, DeskError> {
    let item = seat.desk.catalogue().item(register)?;
    register_of(&item)?;
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let reader = Reader::of(seat, &ledger, &villages, &item)?;
    let columns = reader.columns()?;
    let limit = limit.min(MAX_ROWS);
    let mut drafts = Vec::new();
    if filter.text.trim().is_empty() && filter.from.is_none() && filter.to.is_none() && !filter.open {
        for (draft, _) in LineDraft::all(&ledger)? {
            let fits = filter.village.as_ref().is_none_or(|village| *village == draft.stream);
            if !draft.corrects && draft.register == item.card.code && fits {
                drafts.push(reader.row_of_draft(&columns, &draft)?);
            }
        }
    }
    let before = drafts.len() as u64;
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let mut rows: Vec<LineRow> = drafts.into_iter().skip(skipped).take(limit as usize).collect();
    let query = LineQuery {
        offset: offset.saturating_sub(before),
        limit: limit.saturating_sub(rows.len() as u32),
        ..filter.query(&item.card.code)
    };
    for document in find_lines(ledger.entries(), &query)? {
        rows.push(reader.row(&ledger, &columns, &document)?);
    }
    Ok(LinePart { total: before + count_lines(ledger.entries(), &query)?, columns, rows })
}

/// A line whole.
pub fn show_line(seat: &Seat, id: SubjectId) -> Result<LineView, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let draft = LineDraft::find(&ledger, id)?;
    let document = desk::document(&ledger, id)?.filter(|document| line_of(document).is_some());
    let shown = match (&draft, &document) {
        (Some((draft, _)), _) => draft.clone(),
        (None, Some(document)) => LineDraft::altering(document)?,
        (None, None) => return Err(Code::LineUnknown.into()),
    };
    let item = shown.item(&seat.desk)?;
    let register = register_of(&item)?;
    let reader = Reader::of(seat, &ledger, &villages, &item)?;
    let row = match &document {
        Some(document) => reader.row(&ledger, &[], document)?,
        None => reader.row_of_draft(&[], &shown)?,
    };
    let session = reader.session(&shown)?;
    let is_sealed = document.as_ref().is_some_and(|document| document.value(SEALED).is_some());
    let labels = super::revision::labels_of(&session, &item.card, seat.language);
    let (conflicts, settled) = match &document {
        Some(document) => open::of_case(seat, &ledger, document, &session, &labels)?,
        None => Default::default(),
    };
    let lost = document.as_ref().map_or(&[][..], |document| &document.lost_photos);
    let hindrances = draft.as_ref().map(|_| hindrances(&session)).unwrap_or_default();
    let card = item.card_at(Some(shown.catalogue)).in_language(seat.language);
    let version = item.version_of(shown.form).ok();
    let person = shown.person.map(|person| desk::document(&ledger, person)).transpose()?.flatten();
    let history = document.as_ref().map(|document| timeline::of_document(document, &reader.names, None));
    Ok(LineView {
        register: item.card.code.clone(),
        register_name: card.name,
        must_not: card.agent_must_not,
        keeps: !register.keep.is_empty(),
        sheets: document.as_ref().map(LineSheet::of_line).unwrap_or_default(),
        sealed: register.sealed,
        guide: guide_of(register, &session),
        has_roll: register.roll.is_some(),
        has_number: register.number,
        off_hours: off_hours_of(seat, &ledger, register, &shown)?,
        after: shown.after,
        case: shown.case,
        person: person.map(|person| card_of(&seat.desk, &person)),
        visit: shown.visit,
        village: shown.stream.clone(),
        can_edit: !register.frozen
            && !is_sealed
            && row.void.is_empty()
            && document.as_ref().is_none_or(|document| !document.newer),
        draft_saved_at: draft.map(|(_, at)| at),
        form: if is_sealed {
            Vec::new()
        } else {
            fields_of(&session, &[], None, &|name| version?.shown(name).map(|digest| digest.to_string()))
        },
        repeats: repeats_of(&session),
        photos: photos(&ledger, &shown.photos, &[], &[], lost)?,
        hindrances: hindrances
            .into_iter()
            .map(|one| HindranceView {
                label: labels.get(&one.path).cloned().unwrap_or_default(),
                path: one.path,
                message: one.message,
            })
            .collect(),
        history: history.unwrap_or_default(),
        conflicts,
        settled,
        row,
    })
}

/// What a recorded line says, in the words of its form.
pub(crate) fn told_line(seat: &Seat, document: &Document) -> Result<Told, DeskError> {
    let draft = LineDraft::altering(document)?;
    let mut session = draft.session(&seat.desk, &*draft.item(&seat.desk)?)?;
    speak(&mut session, seat.language);
    Ok(told_of(&session))
}

fn guide_of(register: &Register, session: &Session) -> String {
    let told = register.guide.as_ref().and_then(|name| told_of(session).remove(name));
    told.unwrap_or_default()
}

/// A line with its register, for the day's list.
pub(crate) struct NamedLine {
    pub(crate) register: String,
    pub(crate) register_name: String,
    pub(crate) person: Option<PersonCard>,
    pub(crate) row: LineRow,
}

pub(crate) fn named_line(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    draft: &LineDraft,
    document: Option<&Document>,
) -> Result<Option<NamedLine>, DeskError> {
    // A register that is gone from the catalogue is looked up on its own page.
    let Ok(item) = draft.item(&seat.desk) else { return Ok(None) };
    let reader = Reader::of(seat, ledger, villages, &item)?;
    let row = match document {
        Some(document) => reader.row(ledger, &[], document)?,
        None => reader.row_of_draft(&[], draft)?,
    };
    let card = item.card.in_language(seat.language);
    let person = draft.person.map(|person| desk::document(ledger, person)).transpose()?.flatten();
    Ok(Some(NamedLine {
        register: card.code,
        register_name: card.short_name,
        person: person.map(|person| card_of(&seat.desk, &person)),
        row,
    }))
}

/// Drafts of lines.
pub(crate) fn drafted_lines(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
) -> Result<Vec<NamedLine>, DeskError> {
    let drafts = LineDraft::all(ledger)?;
    let lines = drafts.iter().map(|(draft, _)| named_line(seat, ledger, villages, draft, None));
    Ok(lines.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What is open of registers and to be done until a day, and of which whose day visits move.
pub(crate) fn open_lines(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    until: NaiveDate,
    limit: u32,
) -> Result<(Vec<NamedLine>, Watched), DeskError> {
    let watched = watch::watched(seat, ledger, until)?;
    let apart: BTreeSet<&SubjectId> = watched.lines.iter().collect();
    let most = limit.saturating_add(u32::try_from(apart.len()).unwrap_or(u32::MAX));
    let mut open = due_row::open_until(ledger.entries(), TODO, Some(until), most)?;
    open.retain(|id| !apart.contains(id));
    let shown = limit as usize;
    let mut lines = Vec::new();
    for id in open.into_iter().take(shown).chain(watched.due.iter().take(shown).copied()) {
        let Some(document) = desk::document(ledger, id)? else { continue };
        let Ok(draft) = LineDraft::altering(&document) else { continue };
        lines.extend(named_line(seat, ledger, villages, &draft, Some(&document))?);
    }
    Ok((lines, watched))
}
