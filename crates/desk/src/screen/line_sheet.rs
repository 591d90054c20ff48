//! Lines of a register as the paper form that they fill in: its columns in its order, one row a line. Voided lines stay out; the
//! workbook of the whole register has them.

use super::Seat;
use super::case_sheet::{HANDED_ON, RATED, is_signed, is_signed_on_paper, taken_on};
use super::event_sheet::{EVENTS, Events};
use super::export::Exported;
use super::line::{LineFilter, told_line};
use super::line_export::LINES_AT_ONCE;
use super::sheet_head::{SheetHead, Words, joined, say};
use crate::desk;
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::job::Job;
use bangban_catalogue::register_view::Told;
use bangban_ledger::Ledger;
use bangban_ledger::line_list::{LineQuery, count_lines, find_lines};
use bangban_model::document::Document;
use bangban_model::handling::Handling;
use bangban_model::line::{DAY, line_of, written_late};
use bangban_model::{Code, SubjectId};
use bangban_sheets::Out;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::Path;
use ts_rs::TS;

/// 差评 is put right and followed up within so many working days.
const PUT_RIGHT_WORKDAYS: u32 = 15;

/// A paper form that lines of a register fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineSheet {
    /// 活动记录
    Event,
    /// 材料交接单
    HandedOn,
    /// 出件登记
    HandedOut,
    /// 好差评整改单
    PutRight,
}

impl LineSheet {
    const ALL: [LineSheet; 4] =
        [LineSheet::Event, LineSheet::HandedOn, LineSheet::HandedOut, LineSheet::PutRight];

    fn register(self) -> &'static str {
        match self {
            LineSheet::Event => EVENTS,
            LineSheet::HandedOn | LineSheet::HandedOut => HANDED_ON,
            LineSheet::PutRight => RATED,
        }
    }

    /// How many columns it has.
    fn columns(self) -> usize {
        match self {
            LineSheet::Event => 11,
            LineSheet::HandedOn | LineSheet::PutRight => 7,
            LineSheet::HandedOut => 12,
        }
    }

    /// The forms that a register's lines fill in.
    pub(crate) fn of_register(register: &str) -> Vec<LineSheet> {
        LineSheet::ALL.into_iter().filter(|sheet| sheet.register() == register).collect()
    }

    /// The forms that this line fills in.
    pub(crate) fn of_line(line: &Document) -> Vec<LineSheet> {
        LineSheet::ALL.into_iter().filter(|sheet| sheet.takes(line)).collect()
    }

    /// Whether this line fills it in: a voided one fills in nothing, and no more does what is only planned.
    fn takes(self, line: &Document) -> bool {
        let is_its =
            line_of(line).is_some_and(|told| told.register == self.register() && told.void.is_empty());
        let says = |path: &str, words: &[&str]| words.contains(&line.text(path));
        is_its
            && match self {
                LineSheet::Event => says("/data/state", &["held"]),
                // Who is told takes nothing over.
                LineSheet::HandedOn => !says("/data/step", &["tell"]),
                LineSheet::HandedOut => says("/data/step", &["hand_out"]),
                LineSheet::PutRight => says("/data/rating", &["poor", "very_poor"]),
            }
    }
}

/// What the workbook is to hold, with the words of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct LineSheetOrder {
    /// Which form.
    pub form: LineSheet,
    /// Which lines of its register, where none is named.
    pub filter: LineFilter,
    /// Only this line.
    pub line: Option<SubjectId>,
    /// The headings, in the order of the form.
    pub headings: Vec<String>,
    /// Words: `late` with `{day}`, `signed` with `{name}`, `put_right_by` with `{day}` …
    pub words: Words,
    /// What stands above and below the table.
    pub head: SheetHead,
    /// What the sheet is called.
    pub sheet: String,
}

/// Writes the lines that fill in a form, the oldest first; the file appears whole or not at all.
///
/// # Errors
/// `BadInput` for headings of another number; `LineUnknown` for a line that does not fill it in.
pub fn export_line_sheet(
    seat: &Seat,
    file: &Path,
    what: &LineSheetOrder,
    job: &Job,
) -> Result<Exported, DeskError> {
    if what.headings.len() != what.form.columns() {
        return Err(DeskError::new(Code::BadInput).with("path", "headings"));
    }
    let lines = lines_of(seat, what)?;
    let events = match what.form {
        LineSheet::Event => Events::of(&seat.desk.ledger(), &lines, seat.desk.clock.today())?,
        _ => Events::default(),
    };
    let mut rows = Vec::new();
    for line in &lines {
        // The ledger is held for one row at a time: she goes on working.
        let ledger = seat.desk.ledger();
        let told = told_line(seat, line)?;
        let row = Filled { seat, ledger: &ledger, line, told: &told, words: &what.words };
        rows.push(match what.form {
            LineSheet::Event => events.cells(&row)?,
            LineSheet::HandedOn => row.handed_on(),
            LineSheet::HandedOut => row.handed_out(rows.len() + 1)?,
            LineSheet::PutRight => row.put_right(),
        });
        drop(ledger);
        job.step(rows.len() as u64, lines.len() as u64)?;
    }
    let headings: Vec<&str> = what.headings.iter().map(String::as_str).collect();
    write_in_place(file, &what.head.write(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

fn lines_of(seat: &Seat, what: &LineSheetOrder) -> Result<Vec<Document>, DeskError> {
    if let Some(line) = what.line {
        let line = desk::document_of(&seat.desk.ledger(), line, Code::LineUnknown)?;
        return if what.form.takes(&line) { Ok(vec![line]) } else { Err(Code::LineUnknown.into()) };
    }
    let query = LineQuery { limit: LINES_AT_ONCE, ..what.filter.query(what.form.register()) };
    let total = count_lines(seat.desk.ledger().entries(), &query)?;
    let mut lines = Vec::new();
    for offset in (0..total).step_by(LINES_AT_ONCE as usize) {
        let page = LineQuery { offset, ..query.clone() };
        lines.extend(find_lines(seat.desk.ledger().entries(), &page)?);
    }
    lines.retain(|line| what.form.takes(line));
    lines.reverse();
    Ok(lines)
}

/// A line that fills in a row.
pub(super) struct Filled<'a> {
    pub seat: &'a Seat,
    pub ledger: &'a Ledger,
    pub line: &'a Document,
    pub told: &'a Told,
    pub words: &'a Words,
}

impl Filled<'_> {
    /// An answer in words, numbers masked.
    pub(super) fn told(&self, question: &str) -> String {
        self.told.get(question).cloned().unwrap_or_default()
    }

    pub(super) fn text(&self, question: &str) -> Out {
        Out::Text(self.told(question))
    }

    pub(super) fn number(&self, question: &str) -> Out {
        self.told(question).parse::<f64>().map_or_else(|_| self.text(question), Out::Number)
    }

    /// The answers of a repeat's rows, by their questions.
    pub(super) fn rows_of(&self, repeat: &str, questions: [&str; 3]) -> Vec<[String; 3]> {
        let asked = |at: usize| {
            questions.map(|question| self.line.text(&format!("/data/{repeat}[{at}]/{question}")).to_owned())
        };
        (1..).map(asked).take_while(|row| row.iter().any(|answer| !answer.is_empty())).collect()
    }

    /// Its day, with the one on which it was written where that is later.
    pub(super) fn day(&self) -> Out {
        let late = written_late(self.line).map(|day| day.to_string());
        let late = late.map(|day| say(self.words, "late", &[("day", &day)]));
        Out::Text(joined([self.line.text(DAY).to_owned()].into_iter().chain(late), " "))
    }

    /// Who signed, and that he did, here or on the paper list; else a place to sign.
    fn signature(&self, name: &str) -> Out {
        if is_signed(self.line) {
            return Out::Text(say(self.words, "signed", &[("name", name)]));
        }
        if is_signed_on_paper(self.line) {
            return Out::Text(say(self.words, "signed_on_paper", &[("name", name)]));
        }
        Out::ToSign
    }

    /// 交出人|接收人|材料名称|份数|原件/复印件|时间|签字: one row for each hand, its papers one below the other.
    fn handed_on(&self) -> Vec<Out> {
        let mut papers = self.rows_of("paper", ["paper_title", "paper_copies", "paper_kind"]);
        if papers.is_empty() {
            papers.push([self.told("result_title"), self.told("result_count"), "original".to_owned()]);
        }
        let owner = self.told("name");
        let below = |part: &dyn Fn(&[String; 3]) -> String| {
            Out::Text(papers.iter().map(part).collect::<Vec<_>>().join("\n"))
        };
        let received_by = self.told("received_by");
        vec![
            self.text("handed_by"),
            Out::Text(received_by.clone()),
            below(&|[title, ..]| say(self.words, "paper", &[("title", title), ("name", &owner)])),
            below(&|[_, copies, _]| copies.clone()),
            below(&|[.., kind]| say(self.words, &format!("paper_kind.{kind}"), &[])),
            self.day(),
            self.signature(&received_by),
        ]
    }

    /// 序号|办件编号|申请人|事项|结果文书/证照名称及编号|数量|出件章编号|出件时间|出件人|领取人签字|领取时间|代领关系
    fn handed_out(&self, number: usize) -> Result<Vec<Out>, DeskError> {
        let case = line_of(self.line).and_then(|line| line.case);
        let case = case.map(|case| desk::document(self.ledger, case)).transpose()?.flatten();
        let file = case.as_ref().and_then(|case| case.case.as_ref());
        let applicant = file.map(|file| desk::document(self.ledger, file.resident)).transpose()?.flatten();
        let applicant = applicant.map(|one| one.text("name").to_owned()).filter(|name| !name.is_empty());
        let item = file.map(|file| self.seat.item_name(&file.item));
        let received_by = self.told("received_by");
        Ok(vec![
            Out::Number(number as f64),
            Out::Text(case.as_ref().map(|case| Handling::of(case).outside_no).unwrap_or_default()),
            applicant.map_or_else(|| self.text("name"), Out::Text),
            item.map_or_else(|| self.text("purpose"), Out::Text),
            Out::Text(joined([self.told("result_title"), self.told("result_no")], " ")),
            self.number("result_count"),
            self.text("seal_no"),
            self.day(),
            self.text("handed_by"),
            self.signature(&received_by),
            Out::Text(taken_on(self.line).to_owned()),
            self.text("taken_for"),
        ])
    }

    /// 评价等级 原因 核实 整改措施 完成日 回访 结果; until it is put right, by when it has to be.
    fn put_right(&self) -> Vec<Out> {
        let rating = [("rating", self.told("rating")), ("day", self.line.text(DAY).to_owned())];
        let [rating, day] = rating.each_ref().map(|(place, with)| (*place, with.as_str()));
        let fixed = self.told("fixed_on");
        let until = self.line.text(DAY).parse::<NaiveDate>().ok().map(|day| {
            let catalogue = self.seat.desk.catalogue();
            let last = catalogue.calendar().workday_deadline(day, PUT_RIGHT_WORKDAYS);
            say(self.words, "put_right_by", &[("day", &last.date.to_string())])
        });
        let state = if self.told("followup").is_empty() { self.told("state") } else { self.told("followup") };
        vec![
            Out::Text(say(self.words, "rated", &[rating, day])),
            Out::Text(joined([self.told("matter"), self.told("reason")], &say(self.words, "colon", &[]))),
            self.text("checked"),
            self.text("measures"),
            Out::Text(if fixed.is_empty() { until.unwrap_or_default() } else { fixed }),
            Out::Text(state),
            self.text("outcome"),
        ]
    }
}
