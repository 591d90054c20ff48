//! What the paper form of 帮办代办服务台账 tells of a case beside its row in lists.

use super::around::clock_of;
use super::case_row::{CaseRow, Standing};
use super::line::told_line;
use super::sheet_head::{Words, categories, joined, say};
use super::{Seat, name_of};
use crate::case_draft::CaseDraft;
use crate::desk;
use crate::error::DeskError;
use bangban_catalogue::case_clock::LimitSource;
use bangban_catalogue::materials_asked::{Ask, is_there};
use bangban_catalogue::{Item, Material};
use bangban_ledger::{Ledger, line_list};
use bangban_model::body::Outcome;
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::handling::Handling;
use bangban_model::ids::AgentId;
use bangban_model::line::{DAY, line_of};
use bangban_model::visit::visited_before;
use bangban_model::words::Language;
use chrono::DateTime;
use std::collections::BTreeMap;

/// 材料交接与出件: where papers go, and who signs for the result.
pub(crate) const HANDED_ON: &str = "DJ_JIAOJIE";
/// 服务评价（代录）: never 好差评 itself.
pub(crate) const RATED: &str = "DJ_PINGJIA";
/// Its question for the signature of who receives.
const RECEIVER_SIGNATURE: &str = "/data/receiver_signature";
/// 已在纸质交接单上签字
const SIGNED_ON_PAPER: &str = "/data/signed_on_paper";

/// The columns of the form that a case's row in lists does not have.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseTold {
    /// 住址（村组）
    pub home: String,
    /// 人员类别
    pub categories: String,
    /// 所需/已收材料
    pub papers: String,
    /// 送达部门及日期
    pub delivered: String,
    /// 承诺办结日
    pub promised_by: String,
    /// 办理结果
    pub result: String,
    /// 结果送达（签收）
    pub handed_out: String,
    /// 满意度
    pub rating: String,
    /// 帮办代办员
    pub agent: String,
    /// 备注
    pub remark: String,
}

/// Where it is looked up, with the words of the screen.
pub(crate) struct Telling<'a> {
    pub seat: &'a Seat,
    pub ledger: &'a Ledger,
    pub names: &'a BTreeMap<AgentId, String>,
    pub words: &'a Words,
    /// The words for each standing, by its name.
    pub standings: &'a Words,
}

impl Telling<'_> {
    /// What the form tells of the case in this row.
    pub(crate) fn of(&self, row: &CaseRow) -> Result<CaseTold, DeskError> {
        let document = desk::document(self.ledger, row.id)?.filter(|document| document.case.is_some());
        let draft = match &document {
            Some(document) => Some(CaseDraft::correcting(document)?),
            None => CaseDraft::find(self.ledger, row.id)?,
        };
        let Some(draft) = draft else { return Ok(CaseTold::default()) };
        // An item that is gone from the catalogue asks for nothing any more.
        let item = self.seat.desk.catalogue().item(&draft.item).ok();
        let person = desk::document(self.ledger, draft.resident)?;
        let lines = document.as_ref().map(|document| self.lines(document)).transpose()?.unwrap_or_default();
        Ok(CaseTold {
            home: home_of(row),
            categories: person
                .map(|person| categories(self.words, person.text("categories")))
                .unwrap_or_default(),
            papers: item.as_ref().map(|item| self.papers(&draft, item)).transpose()?.unwrap_or_default(),
            delivered: self.delivered(row, &lines),
            promised_by: item.map(|item| self.promised_by(&item, document.as_ref())).unwrap_or_default(),
            result: self.result(row, document.as_ref()),
            handed_out: self.handed_out(&lines),
            rating: self.rating(&lines)?,
            agent: document.as_ref().map(|document| self.agent(document, &draft.how())).unwrap_or_default(),
            remark: self.remark(row, &draft)?,
        })
    }

    fn word(&self, key: &str) -> String {
        say(self.words, key, &[])
    }

    /// The lines of registers that belong to it and count, the oldest day first.
    fn lines(&self, case: &Document) -> Result<Vec<Document>, DeskError> {
        let Some(file) = &case.case else { return Ok(Vec::new()) };
        let person = desk::document(self.ledger, file.resident)?.map_or(file.resident, |one| one.subject);
        let mut lines = line_list::of_person(self.ledger.entries(), person)?;
        lines.retain(|line| {
            line_of(line).is_some_and(|told| told.case == Some(case.subject) && told.void.is_empty())
        });
        lines.sort_by_key(|line| (line.text(DAY).to_owned(), line.subject));
        Ok(lines)
    }

    /// 已收：身份证、户口本；缺：照片
    fn papers(&self, draft: &CaseDraft, item: &Item) -> Result<String, DeskError> {
        let asked = draft.materials(&self.seat.desk, self.ledger, item)?;
        let there = |one: &Material| is_there(one, draft.pictures(&one.id), draft.sees(&one.id));
        let listed = |key: &str, has: bool| {
            let fits = asked.iter().filter(|(material, ask)| {
                there(material) == has && (has || *ask == Ask::Required) && (has || ask.is_asked())
            });
            let names = fits.map(|(material, _)| name_in(material, self.seat.language));
            let names = joined(names, &self.word("comma"));
            if names.is_empty() { names } else { say(self.words, key, &[("papers", &names)]) }
        };
        Ok(joined([listed("papers.have", true), listed("papers.lack", false)], &self.word("semicolon")))
    }

    fn delivered(&self, row: &CaseRow, lines: &[Document]) -> String {
        let township = row.received_at.as_deref().map(day_of).filter(|day| !day.is_empty());
        let township = township.map(|day| format!("{} {day}", self.word("township")));
        let carried = lines.iter().filter(|line| {
            line_of(line).is_some_and(|told| told.register == HANDED_ON)
                && ["carry", "process"].contains(&line.text("/data/step"))
        });
        let carried = carried.map(|line| format!("{} {}", line.text("/data/received_by"), line.text(DAY)));
        joined(township.into_iter().chain(carried), &self.word("semicolon"))
    }

    /// The promised day; the statutory one, which says so, where nothing is promised.
    fn promised_by(&self, item: &Item, document: Option<&Document>) -> String {
        let Some(clock) = clock_of(self.seat, item, document) else { return String::new() };
        let promised = clock.limits.iter().find(|limit| limit.source == LimitSource::Promised);
        let Some(limit) = promised.or(clock.nearest()) else { return String::new() };
        let notes = [
            (limit.source == LimitSource::Statutory, "due.statutory"),
            (limit.unconfirmed, "due.unconfirmed"),
            (limit.reckoning.provisional, "due.provisional"),
        ];
        let notes = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| self.word(key));
        let notes = joined(notes, &self.word("comma"));
        let day = limit.reckoning.due.to_string();
        if notes.is_empty() { day } else { say(self.words, "due.noted", &[("day", &day), ("note", &notes)]) }
    }

    fn result(&self, row: &CaseRow, document: Option<&Document>) -> String {
        let decision =
            document.and_then(|document| document.case.as_ref()).and_then(|case| case.decision.as_ref());
        match decision.map(|decision| decision.outcome) {
            Some(Outcome::Granted) => self.word("outcome.granted"),
            Some(Outcome::Refused) => self.word("outcome.refused"),
            None if matches!(row.standing, Standing::Withdrawn | Standing::Closed) => self.standing(row),
            None => String::new(),
        }
    }

    fn handed_out(&self, lines: &[Document]) -> String {
        let out = lines.iter().filter(|line| {
            line_of(line).is_some_and(|told| told.register == HANDED_ON)
                && line.text("/data/step") == "hand_out"
        });
        let told = out.map(|line| {
            let key = if is_signed(line) { "handed_out.signed" } else { "handed_out.unsigned" };
            say(self.words, key, &[("day", taken_on(line)), ("name", line.text("/data/received_by"))])
        });
        joined(told, &self.word("semicolon"))
    }

    /// What was written down for the person says so.
    fn rating(&self, lines: &[Document]) -> Result<String, DeskError> {
        let mut ratings = Vec::new();
        for line in lines.iter().filter(|line| line_of(line).is_some_and(|told| told.register == RATED)) {
            let told = told_line(self.seat, line)?;
            let rating = told.get("rating").cloned().unwrap_or_default();
            ratings.push(say(self.words, "rating", &[("rating", &rating)]));
        }
        Ok(joined(ratings, &self.word("semicolon")))
    }

    fn agent(&self, document: &Document, how: &Handling) -> String {
        let wrote = document.history.first().map(|line| name_of(self.names, &line.by)).unwrap_or_default();
        let owner = how.owner.trim();
        let follows = if owner == wrote { "" } else { owner };
        joined([wrote, follows.to_owned()], &self.word("comma"))
    }

    fn standing(&self, row: &CaseRow) -> String {
        let key = serde_json::to_value(row.standing).unwrap_or_default();
        let words = key.as_str().and_then(|key| self.standings.get(key)).cloned();
        row.assisted_words.clone().or(words).unwrap_or_default()
    }

    fn remark(&self, row: &CaseRow, draft: &CaseDraft) -> Result<String, DeskError> {
        let how = draft.how();
        let under_way = !matches!(row.standing, Standing::Confirmed | Standing::Withdrawn | Standing::Closed);
        let accepted = row.accepted_at.as_deref().map(day_of).unwrap_or_default();
        let visit = draft.visit.map(|visit| desk::document(self.ledger, visit)).transpose()?.flatten();
        let late = row.late.or(visit.as_ref().and_then(visited_before));
        let late = late.map(|day| day.to_string()).unwrap_or_default();
        let filled = |key: &str, place: &str, with: &str| {
            if with.trim().is_empty() { String::new() } else { say(self.words, key, &[(place, with.trim())]) }
        };
        let green = match (how.green, how.green_reason.trim()) {
            (false, _) => String::new(),
            (true, "") => self.word("green"),
            (true, reason) => say(self.words, "green_because", &[("reason", reason)]),
        };
        let parts = [
            filled("late", "day", &late),
            green,
            filled("outside", "no", &how.outside_no),
            filled("campaign", "name", &how.campaign),
            filled("accepted", "day", &accepted),
            if under_way { self.standing(row) } else { String::new() },
        ];
        Ok(joined(parts, &self.word("semicolon")))
    }
}

/// Whether who received it signed.
pub(crate) fn is_signed(line: &Document) -> bool {
    !line.text(RECEIVER_SIGNATURE).is_empty()
}

/// Whether both signed on the paper list instead.
pub(crate) fn is_signed_on_paper(line: &Document) -> bool {
    line.text(SIGNED_ON_PAPER) == "OK"
}

/// 领取时间: its own day, or the one of handing out.
pub(crate) fn taken_on(line: &Document) -> &str {
    let own = line.text("/data/taken_on");
    if own.is_empty() { line.text(DAY) } else { own }
}

/// The village once, and what is written of the house.
fn home_of(row: &CaseRow) -> String {
    let address = row.person.as_ref().map(|person| person.address.as_str()).unwrap_or_default();
    if address.contains(&row.village) { address.to_owned() } else { format!("{}{address}", row.village) }
}

fn name_in(material: &Material, language: Language) -> String {
    let english = material.name_en.as_ref().filter(|_| language == Language::English);
    english.unwrap_or(&material.name).clone()
}

fn day_of(at: &str) -> String {
    DateTime::parse_from_rfc3339(at).map(|at| shanghai_day(at).to_string()).unwrap_or_default()
}
