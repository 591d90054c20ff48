//! 填表助手 on the screen: a sheet's columns, whom to fill in, how the people of a list stand, and the file that is written.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::desk;
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::form_sheet::{self, ColumnChoice, Differing, Filler, Known, ListStanding, Stands, Who, WhoFound};
use crate::job::Job;
use crate::office::Content;
use bangban_ledger::person;
use bangban_model::form_sheet::{
    FillField, FormColumn, FormSheet, key_of_heading, read_form, read_list, told_person,
};
use bangban_model::identity::normalise_number;
use bangban_model::mask::mask_identity;
use bangban_model::mentions::{Mention, mentions};
use bangban_model::roster::RosterRow;
use bangban_model::{Code, SubjectId};
use bangban_sheets::{Change, Insert, Layout, Limits, Out, SheetError, rows_of};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use ts_rs::TS;

/// Notes stand no further to the right because of merged cells (columns).
const MOST_BESIDE: u32 = 200;
/// A list shows no more rows.
const MOST_SHOWN: usize = 500;

/// A sheet as it is to be filled.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FormSheetView {
    /// The workbook.
    pub file_name: String,
    /// Its sheets that have headings we know, in its order.
    pub sheets: Vec<String>,
    /// The one that is shown.
    pub sheet: String,
    /// Its columns.
    pub columns: Vec<FormColumn>,
    /// The last row of its headings.
    pub heading_row: u32,
    /// So many rows have somebody in them: a list to annotate.
    pub people: u64,
    /// So many rows are free: a form to fill.
    pub free: u64,
    /// Whether the file is no .xlsx: what is written has its cells, and not its layout.
    pub layout_lost: bool,
}

/// Whom a search found for a form.
#[derive(Clone, Debug, Default, Serialize, TS)]
pub struct WhoView {
    /// In the order of the list.
    pub people: Vec<WhoRow>,
    /// What a pasted text names and this ledger does not have: names as written, numbers masked.
    pub unknown: Vec<String>,
    /// Whether there are more than a sheet takes at once.
    pub more: bool,
}

/// Somebody who was found.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WhoRow {
    /// Who.
    pub person: PersonCard,
    /// Whether several fit what was pasted: a person has to say which is meant.
    pub doubtful: bool,
}

/// A row of a list with how its person stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ListRow {
    /// The row in the sheet.
    pub row: u32,
    /// The name as the sheet has it.
    pub name: String,
    /// The number as the sheet has it, masked.
    pub id_masked: String,
    /// How she stands.
    pub standing: ListStanding,
    /// What differs.
    pub differing: Vec<Differing>,
    /// Since when the household is away, of 外出; the day on which a death was reported is not known.
    pub since: Option<NaiveDate>,
    /// Who it is.
    pub person: Option<SubjectId>,
    /// The day of her pension certification in this period; none where she has none.
    pub certified_on: Option<NaiveDate>,
}

/// A list with how its people stand. Nothing was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ListView {
    /// How many of each kind, those that are there.
    #[ts(type = "Partial<Record<ListStanding, number>>")]
    pub counts: BTreeMap<ListStanding, u64>,
    /// How many of them have a pension certification in this period.
    pub certified: u64,
    /// The first 500 rows, what is to be looked at first before the rest.
    pub rows: Vec<ListRow>,
    /// Whether there are more.
    pub more: bool,
}

/// What is to be written.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct FormOrder {
    /// Its sheet.
    pub sheet: String,
    /// What each column asks for, as she left it. It is remembered.
    pub columns: Vec<ColumnChoice>,
    /// Whom to put into the free rows, in this order; more rows are made where they do not suffice.
    pub people: Vec<SubjectId>,
    /// Whether blank cells of the people who stand in the sheet are filled in.
    pub complete: bool,
    /// Whether columns are added that say how these people stand: their headings 核对结果, 养老认证, 说明.
    pub annotate: Option<[String; 3]>,
    /// Words of the screen: `standing.ours`, `differing.name`, `certified.yes` with a `{day}`, `certified.no`,
    /// `away_since` with a `{day}`, `why.several`, `why.dead`, `category.dibao`, `disability.category.1`, `disability.level.1`.
    pub words: BTreeMap<String, String>,
}

/// What was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FormWritten {
    /// The file's name.
    pub file_name: String,
    /// People put into free rows.
    pub filled: u64,
    /// Rows that were made for them.
    pub added: u64,
    /// Rows of people in the sheet in which something was filled in.
    pub completed: u64,
    /// Rows that were annotated.
    pub annotated: u64,
}
/// A workbook's sheets that have headings we know, or people whom we know.
struct Read<'a> {
    sheets: Vec<Sheet>,
    /// The workbook that is written back: the file, or a copy of what is no .xlsx.
    bytes: Cow<'a, [u8]>,
}

struct Sheet {
    name: String,
    rows: Vec<RosterRow>,
    layout: Layout,
    form: FormSheet,
}

impl Read<'_> {
    fn of<'a>(seat: &Seat, file: &'a Content) -> Result<Read<'a>, DeskError> {
        let limits = Limits::default();
        let mut bytes = Cow::Borrowed(file.bytes.as_slice());
        let layouts = match bangban_sheets::read_layouts(&bytes, &limits) {
            // A table it may be, but none whose layout can be kept.
            Err(SheetError::UnsupportedFormat { .. }) => {
                bytes = Cow::Owned(bangban_sheets::copy_as_xlsx(&file.bytes, &limits)?);
                bangban_sheets::read_layouts(&bytes, &limits)?
            }
            layouts => layouts?,
        };
        let mut tables = Vec::new();
        for table in bangban_sheets::read_tables(&bytes, &limits)? {
            if let Some(layout) = layouts.iter().find(|layout| layout.sheet == table.sheet) {
                let rows = rows_of(&table);
                tables.push((table.sheet, rows, layout.clone()));
            }
        }
        let known = remembered(seat)?;
        let mut sheets =
            sheets_of(&tables, |rows, layout| read_form(rows, &layout.merged, &layout.drawn, &known));
        if sheets.is_empty() {
            let names: HashSet<String> = person::list(seat.desk.ledger().entries(), 0, u32::MAX)?
                .into_iter()
                .map(|one| one.name)
                .collect();
            sheets = sheets_of(&tables, |rows, _| read_list(rows, &|name| names.contains(name)));
        }
        if sheets.is_empty() {
            return Err(Code::FormNoHeadings.into());
        }
        Ok(Read { sheets, bytes })
    }

    fn sheet(&self, name: &str) -> Result<&Sheet, DeskError> {
        self.sheets.iter().find(|sheet| sheet.name == name).ok_or_else(|| Code::FormNoHeadings.into())
    }
}

type Table = (String, Vec<RosterRow>, Layout);

fn sheets_of(tables: &[Table], form: impl Fn(&[RosterRow], &Layout) -> Option<FormSheet>) -> Vec<Sheet> {
    let sheet = |(name, rows, layout): &Table| {
        let form = form(rows, layout)?;
        Some(Sheet { name: name.clone(), rows: rows.clone(), layout: layout.clone(), form })
    };
    tables.iter().filter_map(sheet).collect()
}

impl Sheet {
    fn text(&self, row: u32, column: u32) -> &str {
        let at = self.rows.binary_search_by_key(&row, |row| row.row);
        let cell = at.ok().and_then(|at| self.rows.get(at)?.cells.get(column as usize));
        cell.map_or("", |cell| cell.text.trim())
    }

    /// The people of its rows.
    fn people(&self) -> impl Iterator<Item = &RosterRow> {
        self.form.people.iter().filter_map(|row| {
            let at = self.rows.binary_search_by_key(row, |row| row.row).ok()?;
            self.rows.get(at)
        })
    }

    /// The first column beside everything that stands in it.
    fn beside(&self) -> u32 {
        let widest = self.rows.iter().map(|row| row.cells.len() as u32).max().unwrap_or(0);
        let merged = self.layout.merged.iter().map(|area| area.right + 1).max().unwrap_or(0);
        // A title may be one cell to the very end of the sheet: that is no column of anybody's.
        widest.max(merged.min(MOST_BESIDE))
    }
}

/// What she chose for headings before.
fn remembered(seat: &Seat) -> Result<BTreeMap<String, Option<FillField>>, DeskError> {
    let kept = seat.desk.ledger().headings()?.into_iter();
    // A field of a newer program asks for nothing here.
    Ok(kept.map(|(heading, field)| (heading, serde_json::from_value(field.into()).ok())).collect())
}

fn chosen(columns: &[ColumnChoice]) -> Vec<(u32, FillField)> {
    columns.iter().filter_map(|column| Some((column.at, column.field?))).collect()
}

/// Reads a sheet of a workbook, the first that has headings we know where none is named.
///
/// # Errors
/// `FormNoHeadings`, and what reading a workbook answers.
pub fn read_sheet(seat: &Seat, file: &Content, sheet: Option<&str>) -> Result<FormSheetView, DeskError> {
    let read = Read::of(seat, file)?;
    let shown = match sheet {
        Some(name) => read.sheet(name)?,
        None => read.sheets.first().ok_or(Code::FormNoHeadings)?,
    };
    Ok(FormSheetView {
        file_name: file.name.clone(),
        sheets: read.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        sheet: shown.name.clone(),
        columns: shown.form.columns.clone(),
        heading_row: shown.form.heading_row,
        people: shown.form.people.len() as u64,
        free: shown.form.free.len() as u64,
        layout_lost: matches!(read.bytes, Cow::Owned(_)),
    })
}

/// A pasted list as a workbook, a row for everybody whom it names, so that how they stand can be told and written. `sheet`
/// is its name, `headings` those of name, identity number and telephone.
///
/// # Errors
/// `FormNoHeadings` where the text names nobody.
pub fn list_of_pasted(
    seat: &Seat,
    text: &str,
    sheet: &str,
    headings: &[String; 3],
) -> Result<Vec<u8>, DeskError> {
    let names: HashSet<String> =
        person::list(seat.desk.ledger().entries(), 0, u32::MAX)?.into_iter().map(|one| one.name).collect();
    let row = |mention: Mention| match mention {
        Mention::Name(name) | Mention::Unknown(name) => [Out::Text(name), Out::Empty, Out::Empty],
        Mention::Identity(number) => [Out::Empty, Out::Text(normalise_number(&number)), Out::Empty],
        Mention::Phone(phone) => [Out::Empty, Out::Empty, Out::Text(phone)],
    };
    let rows: Vec<Vec<Out>> =
        mentions(text, &|name| names.contains(name)).into_iter().map(|one| row(one).to_vec()).collect();
    if rows.is_empty() {
        return Err(Code::FormNoHeadings.into());
    }
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    Ok(bangban_sheets::write_table(sheet, &headings, &rows)?)
}

/// Looks for whom to fill in.
///
/// # Errors
/// As [`form_sheet::find`].
pub fn find_who(seat: &Seat, who: &Who) -> Result<WhoView, DeskError> {
    let WhoFound { people, unknown, more } = form_sheet::find(seat, who)?;
    let ledger = seat.desk.ledger();
    let mut view = WhoView { people: Vec::new(), unknown, more };
    for (person, doubtful) in people {
        if let Some(document) = desk::document(&ledger, person)? {
            view.people.push(WhoRow { person: card_of(&seat.desk, &document), doubtful });
        }
    }
    Ok(view)
}

/// How the people of a list stand.
///
/// # Errors
/// As [`read_sheet`].
pub fn check_list(
    seat: &Seat,
    file: &Content,
    sheet: &str,
    columns: &[ColumnChoice],
) -> Result<ListView, DeskError> {
    let read = Read::of(seat, file)?;
    let sheet = read.sheet(sheet)?;
    let (columns, today) = (chosen(columns), seat.desk.clock.today());
    let ledger = seat.desk.ledger();
    let known = Known::read(&ledger, today)?;
    let mut view = ListView { counts: BTreeMap::new(), certified: 0, rows: Vec::new(), more: false };
    for row in sheet.people() {
        let told = told_person(row, &columns, today);
        let Stands { standing, differing, since, person, certified_on } = known.stands(&ledger, &told)?;
        *view.counts.entry(standing).or_default() += 1;
        view.certified += u64::from(certified_on.is_some());
        let number = told.identity.as_ref().map(|number| mask_identity(number.reveal()));
        let id_masked = number.unwrap_or_default();
        view.rows.push(ListRow {
            row: row.row,
            name: told.name,
            id_masked,
            standing,
            differing,
            since,
            person,
            certified_on,
        });
    }
    view.rows.sort_by_key(|row| (row.standing, row.row));
    view.more = view.rows.len() > MOST_SHOWN;
    view.rows.truncate(MOST_SHOWN);
    Ok(view)
}

/// Writes the sheet with people filled in.
///
/// # Errors
/// As [`read_sheet`]; `BadInput` where nothing is to be done.
pub fn write_sheet(
    seat: &Seat,
    file: &Content,
    order: &FormOrder,
    to: &Path,
    job: &Job,
) -> Result<FormWritten, DeskError> {
    let read = Read::of(seat, file)?;
    let sheet = read.sheet(&order.sheet)?;
    let (columns, villages) = (chosen(&order.columns), seat.village_names());
    if columns.is_empty() || (order.people.is_empty() && !order.complete && order.annotate.is_none()) {
        return Err(Code::BadInput.into());
    }
    let file_name = crate::file::name_of(to);
    let mut written = FormWritten { file_name, filled: 0, added: 0, completed: 0, annotated: 0 };
    let mut change = Change::default();
    {
        let ledger = seat.desk.ledger();
        let filler = Filler::of(seat, &ledger, &villages, &order.words);
        let mut writing = Writing { sheet, columns: &columns, filler: &filler, change: &mut change, job };
        writing.put_people(&order.people, &mut written)?;
        writing.tell_rows(order, &mut written)?;
    }
    let bytes = bangban_sheets::write_kept(&read.bytes, &sheet.name, &change, &Limits::default())?;
    write_in_place(to, &bytes)?;
    let keep = |column: &ColumnChoice| {
        let field = column.field.and_then(|field| serde_json::to_value(field).ok());
        let field = field.and_then(|field| field.as_str().map(str::to_owned)).unwrap_or_default();
        (key_of_heading(&column.heading), field)
    };
    let named = order.columns.iter().filter(|column| !column.heading.is_empty());
    seat.desk.ledger().keep_headings(&named.map(keep).collect())?;
    Ok(written)
}

struct Writing<'a> {
    sheet: &'a Sheet,
    columns: &'a [(u32, FillField)],
    filler: &'a Filler<'a>,
    change: &'a mut Change,
    job: &'a Job,
}

impl Writing<'_> {
    /// People into the free rows, and into rows that are made where these do not suffice.
    fn put_people(&mut self, people: &[SubjectId], written: &mut FormWritten) -> Result<(), DeskError> {
        let form = &self.sheet.form;
        let missing = people.len().saturating_sub(form.free.len());
        let made = form.last + 1..=form.last + u32::try_from(missing).map_err(|_| Code::BadInput)?;
        // Where nothing stands below there is nothing to move, and the headings' look is none for people.
        let has_rows = form.last > form.heading_row;
        if missing > 0 && (has_rows || self.sheet.rows.last().is_some_and(|row| row.row > form.last)) {
            self.change.insert =
                Some(Insert { from: form.heading_row + 1, after: form.last, count: missing as u32 });
        }
        let rows = form.free.iter().copied().chain(made);
        for (at, (row, person)) in rows.zip(people).enumerate() {
            self.job.step(at as u64, people.len() as u64)?;
            let person = desk::document_of(self.filler.ledger, *person, Code::PersonUnknown)?;
            for (column, field) in self.columns {
                let is_made = row > form.last;
                if !is_made && !self.sheet.text(row, *column).is_empty() {
                    continue;
                }
                let value = match field {
                    FillField::Number => Out::Number((form.people.len() + at + 1) as f64),
                    field => self.filler.value(&person, *field)?,
                };
                if value != Out::Empty {
                    self.change.cells.insert((row, *column), value);
                }
            }
            written.filled += 1;
        }
        written.added = missing as u64;
        Ok(())
    }

    /// What is blank of the people who stand in the sheet, and how they stand.
    fn tell_rows(&mut self, order: &FormOrder, written: &mut FormWritten) -> Result<(), DeskError> {
        if !order.complete && order.annotate.is_none() {
            return Ok(());
        }
        let (ledger, today) = (self.filler.ledger, self.filler.seat.desk.clock.today());
        let (known, beside) = (Known::read(ledger, today)?, self.sheet.beside());
        if let Some(headings) = &order.annotate {
            // Above a list that begins in the first row there is no row for headings.
            let titles = self.sheet.form.titles;
            for (at, heading) in (beside..).zip(headings).filter(|_| titles > 0) {
                self.change.cells.insert((titles, at), Out::Text(heading.clone()));
                self.change.like.insert(at, beside.saturating_sub(1));
            }
        }
        let total = self.sheet.form.people.len() as u64;
        for (done, row) in self.sheet.people().enumerate() {
            self.job.step(done as u64, total)?;
            let stands = known.stands(ledger, &told_person(row, self.columns, today))?;
            if order.complete
                && stands.standing != ListStanding::Differs
                && let Some(person) = stands.person
            {
                written.completed += u64::from(self.complete(row.row, person)?);
            }
            if order.annotate.is_some() {
                for (at, text) in (beside..).zip(self.told(&stands)) {
                    self.change.cells.insert((row.row, at), Out::Text(text));
                }
                written.annotated += 1;
            }
        }
        Ok(())
    }

    /// Whether anything was blank that the ledger knows.
    fn complete(&mut self, row: u32, person: SubjectId) -> Result<bool, DeskError> {
        let person = desk::document_of(self.filler.ledger, person, Code::PersonUnknown)?;
        let mut any = false;
        for (column, field) in self.columns {
            if self.sheet.text(row, *column).is_empty() {
                let value = self.filler.value(&person, *field)?;
                if value != Out::Empty {
                    self.change.cells.insert((row, *column), value);
                    any = true;
                }
            }
        }
        Ok(any)
    }

    /// 核对结果, 养老认证, 说明.
    fn told(&self, stands: &Stands) -> [String; 3] {
        let name = |value: serde_json::Result<serde_json::Value>| {
            value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        };
        let standing = self.filler.word(&format!("standing.{}", name(serde_json::to_value(stands.standing))));
        let certified = match (stands.certified_on, stands.person) {
            (Some(day), _) => self.filler.word_of_day("certified.yes", Some(day)),
            (None, Some(_)) => self.filler.word("certified.no"),
            (None, None) => String::new(),
        };
        let differing = stands
            .differing
            .iter()
            .map(|one| self.filler.word(&format!("differing.{}", name(serde_json::to_value(one)))));
        let since = if stands.standing == ListStanding::Moved { "moved_since" } else { "away_since" };
        let away = stands.since.map(|day| self.filler.word_of_day(since, Some(day)));
        let plain = match stands.standing {
            ListStanding::Several => Some(self.filler.word("why.several")),
            ListStanding::Dead => Some(self.filler.word("why.dead")),
            _ => None,
        };
        let why: Vec<String> = differing.chain(plain).chain(away).filter(|word| !word.is_empty()).collect();
        [standing, certified, why.join("；")]
    }
}
