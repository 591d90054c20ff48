//! The official list of who is due, brought to the center: looked at row by row, then every day is written on its person.
//! The same rules as on a laptop: the list only adds, and the same day again writes nothing.

use crate::center::Center;
use crate::error::CenterError;
use crate::pause::tends;
use crate::review::require;
use crate::staff::SignIn;
use bangban_catalogue::Catalogue;
use bangban_ledger::listed::{self, is_listed, listed_path, listed_value};
use bangban_model::body::{Body, FieldSet, Recorded};
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::due_list::{DueLine, DueList, DueListProblem, find_due_list};
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Code};
use bangban_sheets::{Limits, rows_of};
use chrono::NaiveDate;

/// What a list says, and of whom in this scope.
pub type DuePreview = listed::DuePreview<Document>;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueListDone {
    /// Lines whose day was written.
    pub written: u64,
    /// Lines that stood here already.
    pub unchanged: u64,
    /// Lines of people who are not here.
    pub missing: u64,
    /// Rows that were not taken.
    pub wrong_rows: u64,
}

impl Center {
    /// Reads a list and says of every row whether it can be taken and whether its person is in this scope. `item` is meant
    /// where a row names none.
    ///
    /// # Errors
    /// `ItemUnknown`, `NotAWorkbook`, `SheetTooLarge`, `NotAllowed`; `DueHeadings` where no sheet is such a list.
    pub fn preview_due_list(
        &self,
        sign_in: &SignIn,
        workbook: &[u8],
        item: &str,
    ) -> Result<DuePreview, CenterError> {
        require(sign_in, tends)?;
        let scope = &sign_in.staff.scope;
        let list = read_list(&self.catalogue_in(scope)?, shanghai_day(self.now()), workbook, item)?;
        let numbers: Vec<&str> = list.lines.iter().map(|line| line.identity.reveal()).collect();
        let mut people = self.store().residents_with_numbers(scope, &numbers)?.into_iter();
        listed::find_people(
            list,
            |_| people.next().unwrap_or_default(),
            |one: &Document, path| Ok((one.text("name").to_owned(), one.value(path).cloned())),
        )
    }

    /// Takes in the lines whose people are here, all or none.
    ///
    /// # Errors
    /// Those of [`Center::preview_due_list`].
    pub fn import_due_list(
        &self,
        sign_in: &SignIn,
        workbook: &[u8],
        item: &str,
    ) -> Result<DueListDone, CenterError> {
        let preview = self.preview_due_list(sign_in, workbook, item)?;
        let (now, listed) = (self.now(), shanghai_day(self.now()));
        let mut of_whom = Vec::new();
        for found in &preview.found {
            of_whom.extend(found.people.iter().map(|one| (one.subject, &found.line)));
        }
        let people: Vec<_> = of_whom.iter().map(|(person, _)| *person).collect();
        let mut lines = of_whom.iter().map(|(_, line)| *line);
        // Looked at anew under the lock: somebody else may have brought the list meanwhile.
        let written = self.store().write_on_residents(sign_in, &people, now, &mut |document| {
            Ok(lines.next().and_then(|line| entry_for(document, line, listed)).into_iter().collect())
        })?;
        let changed = preview.found.iter().filter(|found| found.changes).count() as u64;
        tracing::info!(staff = %sign_in.staff.id, entries = written.entries.len(), "an official list was taken in");
        Ok(DueListDone {
            written: changed,
            unchanged: preview.found.len() as u64 - changed,
            missing: preview.missing.len() as u64,
            wrong_rows: preview.list.wrong_rows() as u64,
        })
    }
}

fn read_list(
    catalogue: &Catalogue,
    today: NaiveDate,
    workbook: &[u8],
    item: &str,
) -> Result<DueList, CenterError> {
    let item = catalogue.item(item).map_err(|problem| CenterError::Coded(problem.code()))?.card.code.clone();
    let item_of = |text: &str| catalogue.code_named(text);
    let tables = bangban_sheets::read_tables(workbook, &Limits::default())
        .map_err(|problem| CenterError::About(Code::NotAWorkbook, problem.code().to_owned()))?;
    find_due_list(tables.iter().map(rows_of), today, &item, &item_of).map_err(|problem| match problem {
        DueListProblem::TooManyRows { limit } => CenterError::About(Code::SheetTooLarge, limit.to_string()),
        DueListProblem::MissingColumns { missing } => {
            let missing: Vec<&str> = missing.iter().map(|column| column.heading()).collect();
            CenterError::About(Code::DueHeadings, missing.join("、"))
        }
        DueListProblem::NoHeadings | DueListProblem::Empty => Code::DueHeadings.into(),
    })
}

fn entry_for(document: &Document, line: &DueLine, listed: NaiveDate) -> Option<NewEntry> {
    let path = listed_path(&line.item);
    if is_listed(document.value(&path), line.due) {
        return None;
    }
    Some(NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::ResidentRecorded(Recorded {
            set: FieldSet::from([(path, listed_value(line.due, listed))]),
        }),
    })
}
