//! 人员类别: what a person is known as, by what, and how long.

use super::Seat;
use super::register_page::newest_lines;
use crate::error::DeskError;
use crate::line::{LineDraft, named};
use bangban_catalogue::form_screen::speak;
use bangban_catalogue::register_view::told_of;
use bangban_model::SubjectId;
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::line::line_of;
use chrono::{DateTime, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The roster's field: codes, blank-separated.
const CATEGORIES: &str = "categories";

/// The choice of who is nothing of the kind.
const NONE: &str = "none";

/// A category of a person with its basis and its days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CategoryLine {
    /// The roster's code, whose words the screen has; '' of a register's line.
    pub code: String,
    /// The words of a register's line; '' of the roster.
    pub words: String,
    /// The decision, as the line names it; '' of the roster.
    pub basis: String,
    /// Since when; of the roster the day on which it was read.
    pub since: Option<NaiveDate>,
    /// Until when, where the line says so.
    pub until: Option<NaiveDate>,
    /// Whether that day is past.
    pub over: bool,
    /// The register's line.
    pub line: Option<SubjectId>,
    /// The codes of its answer, which the roster may have too.
    #[serde(skip)]
    pub(crate) codes: Vec<String>,
}

/// What the registers say of a person, the newest line of each, and then her roster. `lines` are hers, the newest first.
pub(crate) fn categories_of(
    seat: &Seat,
    person: &Document,
    lines: &[Document],
) -> Result<Vec<CategoryLine>, DeskError> {
    let mut told = Vec::new();
    for line in newest_lines(lines) {
        let Some(known) = line_of(line) else { continue };
        let Ok(item) = seat.desk.catalogue().item(known.register) else { continue };
        let Some(category) = item.card.register.as_ref().and_then(|register| register.category.as_ref())
        else {
            continue;
        };
        let draft = LineDraft::altering(line)?;
        let said =
            named(&draft.answers).get(category.categories.as_str()).copied().unwrap_or_default().to_owned();
        if said == NONE {
            continue;
        }
        // By a form that has not come here yet nothing is told.
        let Ok(mut session) = draft.session(&seat.desk, &item) else { continue };
        speak(&mut session, seat.language);
        let answers: BTreeMap<String, String> = told_of(&session);
        let answer = |name: &str| answers.get(name).cloned().unwrap_or_default();
        let day = |name: &str| answer(name).get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
        let until = day(&category.to);
        told.push(CategoryLine {
            code: String::new(),
            words: answer(&category.categories),
            basis: answer(&category.basis),
            since: day(&category.from),
            until,
            over: until.is_some_and(|until| until < seat.desk.clock.today()),
            line: Some(line.subject),
            codes: said.split_whitespace().map(str::to_owned).collect(),
        });
    }
    told.retain(|one| !one.words.is_empty());
    let read = person.fields.get(CATEGORIES).and_then(|field| {
        let line = person.history.iter().find(|line| line.entry == field.held.entry)?;
        DateTime::parse_from_rfc3339(line.received_at.as_deref().unwrap_or(&line.at)).ok().map(shanghai_day)
    });
    told.extend(person.text(CATEGORIES).split_whitespace().map(|code| CategoryLine {
        code: code.to_owned(),
        words: String::new(),
        basis: String::new(),
        since: read,
        until: None,
        over: false,
        line: None,
        codes: vec![code.to_owned()],
    }));
    Ok(told)
}
