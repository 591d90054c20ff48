//! 养老认证核对 on the screen and as a workbook: what does not fit, kind by kind, numbers masked.

use super::Seat;
use super::export::Exported;
use super::roster::{MAX_SHOWN, RosterRowProblem, problem_of};
use crate::case_draft::form_context;
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::job::Job;
use crate::reconcile::{self, Compared, OurCertification, ReconcileKind, ReconcileWhy, Reconciled};
use bangban_catalogue::form_screen::speak;
use bangban_forms::Session;
use bangban_model::certification::{ITEM, METHOD, RESULT};
use bangban_model::mask::mask_identity;
use bangban_model::official_list::{OfficialColumn, OfficialStatus};
use bangban_model::roster::RowIssue;
use bangban_model::{Code, StreamId, SubjectId};
use bangban_sheets::Out;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::TS;

/// The columns of the workbook: 序号 类别 姓名 身份证号 村 我方日期 我方方式 我方结果 名单状态 名单日期 说明.
const COLUMNS: usize = 11;

/// A person on both sides.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReconcileLine {
    /// Who it is.
    pub person: SubjectId,
    /// Her name as the ledger has it.
    pub name: String,
    /// Her number, masked.
    pub id_masked: String,
    /// Her village.
    pub village: String,
    /// How the two stand to each other.
    pub kind: ReconcileKind,
    /// What does not fit.
    pub why: Option<ReconcileWhy>,
    /// How many days lie between ours and theirs.
    pub days_apart: Option<u32>,
    /// The day that our case names.
    pub our_day: Option<NaiveDate>,
    /// What the office's system answered by our case, in the form's words; '' where we have none.
    pub our_result: String,
    /// How it was done by our case, in the form's words.
    pub our_method: String,
    /// The number of the receipt by our case.
    pub our_receipt: String,
    /// The case.
    pub case: Option<SubjectId>,
    /// Her row in the sheet.
    pub row: Option<u32>,
    /// What the list says.
    pub their_status: Option<OfficialStatus>,
    /// The day of the list.
    pub their_day: Option<NaiveDate>,
    /// How by the list, as written there.
    pub their_way: String,
}

/// How many people there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ReconcileCounts {
    /// Only we have a certification.
    pub only_ours: u64,
    /// Only the list has one.
    pub only_theirs: u64,
    /// Something else does not fit.
    pub differing: u64,
    /// Still to be done.
    pub not_yet: u64,
    /// Both say the same.
    pub agree: u64,
    /// Right rows of people who are not in this ledger.
    pub unknown: u64,
}

/// A list compared with this ledger. Nothing was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReconciledView {
    /// The workbook.
    pub file_name: String,
    /// Rows below the headings that hold something.
    pub rows: u64,
    /// Rows that are wrong.
    pub wrong: u64,
    /// What is wrong or odd, wrong first.
    pub problems: Vec<RosterRowProblem>,
    /// How many there are of each kind.
    pub counts: ReconcileCounts,
    /// The first rows of people who are not in this ledger.
    pub unknown_rows: Vec<u32>,
    /// The first of each kind, what is to be looked at first before the rest.
    pub lines: Vec<ReconcileLine>,
    /// Whether a kind has more.
    pub more: bool,
}

/// What the workbook is to hold, with the words of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReconcileExport {
    /// The headings, in the order of the columns.
    pub headings: Vec<String>,
    /// Words: `kind.only_ours`, `status.certified`, `why.days_differ` with an `{n}`, `receipt` with a `{number}`.
    pub words: BTreeMap<String, String>,
    /// Only these kinds; all where none is named.
    pub kinds: Vec<ReconcileKind>,
    /// What the sheet is called.
    pub sheet: String,
}

/// Compares a list with the certifications of a time.
///
/// # Errors
/// As [`reconcile::reconcile`], and what reading the file answers.
pub fn reconciled(
    seat: &Seat,
    file: &Path,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<ReconciledView, DeskError> {
    let found = reconcile::reconcile(&seat.desk, &std::fs::read(file)?, from, to)?;
    let name = crate::file::name_of(file);
    Ok(view_of(&found, &Teller::of(seat)?, name))
}

/// What was compared, as the screen shows it.
fn view_of(found: &Reconciled, teller: &Teller, file_name: String) -> ReconciledView {
    let told = |issues: &[RowIssue<OfficialColumn>], odd: bool| -> Vec<RosterRowProblem> {
        let column = |issue: &RowIssue<_>| issue.column.map(OfficialColumn::heading);
        issues.iter().map(|issue| problem_of(issue.row, column(issue), issue.problem, odd)).collect()
    };
    let mut counts = ReconcileCounts { unknown: found.unknown.len() as u64, ..Default::default() };
    let (mut lines, mut more) = (Vec::new(), false);
    for one in &found.people {
        let count = match one.kind {
            ReconcileKind::OnlyOurs => &mut counts.only_ours,
            ReconcileKind::OnlyTheirs => &mut counts.only_theirs,
            ReconcileKind::Differing => &mut counts.differing,
            ReconcileKind::NotYet => &mut counts.not_yet,
            ReconcileKind::Agree => &mut counts.agree,
        };
        *count += 1;
        match *count <= MAX_SHOWN as u64 {
            true => lines.push(teller.line(one)),
            false => more = true,
        }
    }
    let wrong = found.list.wrong_rows() as u64;
    let mut problems = told(&found.list.wrong, false);
    problems.extend(told(&found.list.warnings, true));
    problems.truncate(MAX_SHOWN);
    ReconciledView {
        file_name,
        rows: found.listed as u64 + wrong,
        wrong,
        problems,
        counts,
        unknown_rows: found.unknown.iter().copied().take(MAX_SHOWN).collect(),
        lines,
        more,
    }
}

/// Writes what was compared into a workbook, whole; the file appears whole or not at all.
///
/// # Errors
/// `BadInput` where the headings are not those of the columns; as [`reconcile::reconcile`], and what reading or writing
/// a file answers.
pub fn export(
    seat: &Seat,
    (list, file): (&Path, &Path),
    (from, to): (NaiveDate, NaiveDate),
    what: &ReconcileExport,
    job: &Job,
) -> Result<Exported, DeskError> {
    if what.headings.len() != COLUMNS {
        return Err(DeskError::new(Code::BadInput).with("path", "headings"));
    }
    let found = reconcile::reconcile(&seat.desk, &std::fs::read(list)?, from, to)?;
    let teller = Teller::of(seat)?;
    let asked = |one: &&Compared| what.kinds.is_empty() || what.kinds.contains(&one.kind);
    let people: Vec<&Compared> = found.people.iter().filter(asked).collect();
    let mut rows = Vec::with_capacity(people.len());
    for one in &people {
        rows.push(cells(&teller.line(one), rows.len() + 1, what));
        job.step(rows.len() as u64, people.len() as u64)?;
    }
    let headings: Vec<&str> = what.headings.iter().map(String::as_str).collect();
    write_in_place(file, &bangban_sheets::write_table(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

fn cells(line: &ReconcileLine, number: usize, what: &ReconcileExport) -> Vec<Out> {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let apart = line.days_apart.map(|days| days.to_string()).unwrap_or_default();
    let why = word(what, "why.", line.why).replace("{n}", &apart);
    let receipt = what.words.get("receipt").filter(|_| !line.our_receipt.is_empty());
    let receipt = receipt.map(|words| words.replace("{number}", &line.our_receipt)).unwrap_or_default();
    let remark = [why, receipt].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；");
    let texts = [
        word(what, "kind.", Some(line.kind)),
        line.name.clone(),
        line.id_masked.clone(),
        line.village.clone(),
        day(line.our_day),
        line.our_method.clone(),
        line.our_result.clone(),
        word(what, "status.", line.their_status),
        day(line.their_day),
        remark,
    ];
    std::iter::once(Out::Number(number as f64)).chain(texts.map(Out::Text)).collect()
}

/// What is chosen from a list, in the words of the screen.
fn word<T: Serialize>(what: &ReconcileExport, list: &str, chosen: Option<T>) -> String {
    let chosen = chosen.and_then(|chosen| serde_json::to_value(chosen).ok());
    let key = chosen.as_ref().and_then(|chosen| chosen.as_str()).map(|chosen| format!("{list}{chosen}"));
    key.and_then(|key| what.words.get(&key).cloned()).unwrap_or_default()
}

/// Tells of people in the words of the screen and the form.
struct Teller {
    villages: BTreeMap<StreamId, String>,
    results: BTreeMap<String, String>,
    methods: BTreeMap<String, String>,
}

impl Teller {
    fn of(seat: &Seat) -> Result<Teller, DeskError> {
        let item = seat.desk.catalogue().item(ITEM)?;
        let mut blank = Session::new(item.form()?, &form_context(&seat.desk), &BTreeMap::new());
        speak(&mut blank, seat.language);
        let choices = |path| {
            let choices = blank.node(path).and_then(|node| node.choices).unwrap_or_default();
            choices.iter().map(|choice| (choice.name.clone(), choice.label.clone())).collect()
        };
        Ok(Teller { villages: seat.village_names(), results: choices(RESULT), methods: choices(METHOD) })
    }

    fn line(&self, one: &Compared) -> ReconcileLine {
        let (ours, theirs) = (one.ours.as_ref(), one.theirs.as_ref());
        let said = |words: &BTreeMap<String, String>, of: fn(&OurCertification) -> &String| {
            let name = ours.map(of).cloned().unwrap_or_default();
            words.get(&name).cloned().unwrap_or(name)
        };
        ReconcileLine {
            person: one.person.subject,
            name: one.person.name.clone(),
            id_masked: mask_identity(&one.person.id_number),
            village: self.villages.get(&one.person.stream).cloned().unwrap_or_default(),
            kind: one.kind,
            why: one.why,
            days_apart: one.days_apart().and_then(|days| u32::try_from(days).ok()),
            our_day: ours.map(|ours| ours.day),
            our_result: said(&self.results, |ours| &ours.result),
            our_method: said(&self.methods, |ours| &ours.method),
            our_receipt: ours.map(|ours| ours.receipt.clone()).unwrap_or_default(),
            case: ours.map(|ours| ours.case),
            row: theirs.map(|line| line.row),
            their_status: theirs.map(|line| line.status),
            their_day: theirs.and_then(|line| line.day),
            their_way: theirs.map(|line| line.way.clone()).unwrap_or_default(),
        }
    }
}
