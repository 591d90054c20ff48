//! 走访台账 as a workbook, in the columns of the paper form. Numbers are masked.

use super::export::Exported;
use super::household::head_name;
use super::person::card_of;
use super::sheet_head::{SheetHead, Words, categories, joined};
use super::{Seat, agent_names, name_of};
use crate::desk;
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::job::Job;
use crate::visit::VisitNotes;
use bangban_ledger::{Ledger, case_list};
use bangban_model::document::Document;
use bangban_model::ids::AgentId;
use bangban_model::village_group::group_no;
use bangban_model::visit::{NEED, noted_on, visit_day, visited_before};
use bangban_model::{Code, StreamId, SubjectId};
use bangban_sheets::Out;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::TS;

/// The columns of the form: 序号 走访时间 走访地点 走访对象 身份证号/电话 人员类别 家庭基本情况 反映问题及诉求 问题类别
/// 现场答复/处理情况 转办单位 办结时限 办理结果 回访情况 走访人 被访人签字 备注.
const COLUMNS: usize = 17;
/// The place of 被访人签字 among them.
const SIGNED: usize = 15;

/// What the workbook is to hold.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct VisitExport {
    /// Visits of this day and later, by the day on which they took place.
    pub from: NaiveDate,
    /// And up to and with this one.
    pub to: NaiveDate,
    /// Only to households of this village.
    pub village: Option<StreamId>,
    /// Only of this 村民小组, as addresses tell it.
    pub group: Option<u32>,
    /// The headings, in the order of the form.
    pub headings: Vec<String>,
    /// Words for what is chosen from a list: `result.met`, `need_kind.care`, `category.alone`, and `leaflets`, `consultations`
    /// with an `{n}`, and `late` with a `{day}`.
    pub words: Words,
    /// What stands above and below the table.
    pub head: SheetHead,
    /// What the sheet is called.
    pub sheet: String,
}

/// Writes the visits of a time into a workbook; the file appears whole or not at all.
pub fn export_visits(seat: &Seat, file: &Path, what: &VisitExport, job: &Job) -> Result<Exported, DeskError> {
    if what.headings.len() != COLUMNS || what.from > what.to {
        return Err(DeskError::new(Code::BadInput).with("path", "headings"));
    }
    let (visits, names) = {
        let ledger = seat.desk.ledger();
        let mut visits = case_list::visits_between(ledger.entries(), what.from, what.to)?;
        visits.retain(|visit| what.village.as_ref().is_none_or(|village| visit.stream == *village));
        (visits, agent_names(&ledger)?)
    };
    let mut rows = Vec::new();
    let mut written = 0;
    for visit in &visits {
        // The ledger is held for one row at a time: she goes on working.
        let ledger = seat.desk.ledger();
        let row = Row { seat, ledger: &ledger, names: &names, what };
        written += 1;
        if !row.is_of_group(visit)? {
            continue;
        }
        rows.push(row.cells(visit, visit, rows.len() + 1)?);
        for further in case_list::further_needs(ledger.entries(), visit)? {
            if !further.text(NEED).is_empty() {
                rows.push(row.cells(visit, &further, rows.len() + 1)?);
            }
        }
        drop(ledger);
        job.step(written, visits.len() as u64)?;
    }
    let headings: Vec<&str> = what.headings.iter().map(String::as_str).collect();
    write_in_place(file, &what.head.write(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

struct Row<'a> {
    seat: &'a Seat,
    ledger: &'a Ledger,
    names: &'a BTreeMap<AgentId, String>,
    what: &'a VisitExport,
}

impl Row<'_> {
    /// Whether the household's address tells the group that is asked for.
    fn is_of_group(&self, visit: &Document) -> Result<bool, DeskError> {
        let Some(group) = self.what.group else { return Ok(true) };
        let Ok(household) = visit.text("household").parse() else { return Ok(false) };
        let house = desk::document(self.ledger, household)?;
        Ok(house.is_some_and(|house| group_no(house.text("address")) == Some(group)))
    }

    /// A row of a visit with one of its needs: its own, or a further one, which says nothing else.
    fn cells(&self, visit: &Document, need: &Document, number: usize) -> Result<Vec<Out>, DeskError> {
        let notes = VisitNotes::of(visit);
        let told = VisitNotes::of(need);
        let is_first = visit.subject == need.subject;
        let household: SubjectId = visit.text("household").parse().map_err(|_| Code::LedgerDamaged)?;
        let house = desk::document(self.ledger, household)?;
        let mut met = Vec::new();
        for person in &notes.met {
            met.extend(desk::document(self.ledger, *person)?);
        }
        let who = match met.is_empty() {
            true => head_name(self.ledger, household)?.0,
            false => joined(met.iter().map(|person| person.text("name").to_owned()), "、"),
        };
        let first = met.first().map(|person| card_of(&self.seat.desk, person));
        let reached = first.into_iter().flat_map(|person| [person.id_masked, person.phone_masked]);
        let agent = visit.history.first().map(|line| name_of(self.names, &line.by)).unwrap_or_default();
        let members = bangban_ledger::person::of_household(self.ledger.entries(), household)?.len();
        let texts = [
            visit_day(visit).map(|day| day.to_string()).unwrap_or_default(),
            house.map(|house| house.text("address").to_owned()).unwrap_or_default(),
            who,
            joined(reached, " "),
            joined(met.iter().map(|person| categories(&self.what.words, person.text("categories"))), "；"),
            joined([self.count("members", members as u64), notes.note.clone()], "，"),
            told.need,
            self.word("need_kind", told.need_kind),
            told.need_answer,
            told.need_office,
            told.need_due,
            told.need_outcome,
            told.follow_up,
            joined([agent, notes.companions.clone()], "、"),
            // 被访人签字: its place is set below.
            String::new(),
            // Counted once, with the visit.
            if is_first { self.remarks(visit, &notes) } else { String::new() },
        ];
        let mut cells: Vec<Out> =
            std::iter::once(Out::Number(number as f64)).chain(texts.map(Out::Text)).collect();
        // Signed on paper.
        cells[SIGNED] = Out::ToSign;
        Ok(cells)
    }

    /// 备注: how it ended, what was handed out, 补录.
    fn remarks(&self, visit: &Document, notes: &VisitNotes) -> String {
        joined(
            [
                self.word("result", notes.result),
                self.count("leaflets", u64::from(notes.leaflets)),
                self.count("consultations", u64::from(notes.consultations)),
                self.late(visit),
            ],
            "；",
        )
    }

    /// What is chosen from a list, in words.
    fn word<T: Serialize>(&self, list: &str, chosen: Option<T>) -> String {
        let chosen = chosen.and_then(|chosen| serde_json::to_value(chosen).ok());
        let key = chosen.as_ref().and_then(|chosen| chosen.as_str()).map(|chosen| format!("{list}.{chosen}"));
        key.and_then(|key| self.what.words.get(&key).cloned()).unwrap_or_default()
    }

    /// 补录, with the day on which it was written; nothing where that was the day itself.
    fn late(&self, visit: &Document) -> String {
        let words = self.what.words.get("late").filter(|_| visited_before(visit).is_some());
        words
            .map(|words| {
                words.replace("{day}", &noted_on(visit).map(|day| day.to_string()).unwrap_or_default())
            })
            .unwrap_or_default()
    }

    /// A count in words; nothing where there is none.
    fn count(&self, of: &str, count: u64) -> String {
        let words = self.what.words.get(of).filter(|_| count > 0);
        words.map(|words| words.replace("{n}", &count.to_string())).unwrap_or_default()
    }
}
