//! 养老认证: what the agent saw of one pensioner, written as a case of its own and submitted at once. One person a call: nobody is
//! certified in bulk, and the pension office decides.

use crate::case::{self, NewCase};
use crate::case_draft::CaseDraft;
use crate::desk::{self, Desk};
use crate::doubled::doubles;
use crate::error::DeskError;
use bangban_model::body::Outcome;
use bangban_model::certification::{ITEM, RESULT};
use bangban_model::document::{Document, Stage};
use bangban_model::{Code, SubjectId};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Where the person lives, as the form asks it.
const RESIDENCE: &str = "/data/help/residence";
/// The material whose original is looked at.
const PAPER: &str = "id_or_card";

/// 认证方式
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CertMethod {
    /// 上门
    Visit,
    /// 人脸自助
    Face,
    /// 窗口
    Window,
    /// 信息比对
    Comparison,
}

/// 结果
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CertResult {
    /// 系统显示认证成功
    Passed,
    /// 已提交，待经办机构确认
    Pending,
    /// 未通过
    NotPassed,
    /// 联系不上
    Unreachable,
    /// 疑似去世或其他异常
    Abnormal,
}

/// What she saw of one person.
#[derive(Clone, Deserialize, TS)]
pub struct Seen {
    /// How; none where the person could not be reached or may be dead.
    pub method: Option<CertMethod>,
    /// What came of it.
    pub result: CertResult,
    /// Whether the person was met face to face.
    pub met: bool,
    /// Who met her: `agent`, `village`, `office`, `township`; '' where nobody did.
    pub met_by: String,
    /// The name of who met her.
    pub met_by_name: String,
    /// On which day.
    pub day: NaiveDate,
    /// 回执号; '' where there is none.
    pub receipt: String,
    /// What happened, where it did not end well.
    pub exception: String,
    /// Whether the identity or social-security card was looked at.
    pub paper_seen: bool,
}

impl Seen {
    fn answers(&self) -> BTreeMap<String, String> {
        let method = self.method.map(|method| match method {
            CertMethod::Visit => ("visit", "in_person"),
            CertMethod::Face => ("face", "self_face"),
            CertMethod::Window => ("window", "window"),
            CertMethod::Comparison => ("comparison", "comparison"),
        });
        let result = match self.result {
            CertResult::Passed => "passed",
            CertResult::Pending => "pending",
            CertResult::NotPassed => "not_passed",
            CertResult::Unreachable => "unreachable",
            CertResult::Abnormal => "abnormal",
        };
        let mut told = vec![
            ("result", result.to_owned()),
            ("met_in_person", if self.met { "yes" } else { "no" }.to_owned()),
            ("cert_date", self.day.to_string()),
        ];
        let ended_well = matches!(self.result, CertResult::Passed | CertResult::Pending);
        let reached = ended_well || self.result == CertResult::NotPassed;
        if let Some((method, basis)) = method.filter(|_| reached) {
            told.push(("method", method.to_owned()));
            let seen = if self.met && basis != "in_person" { "in_person " } else { "" };
            told.push(("basis", format!("{seen}{basis}")));
        }
        if self.met {
            // Who was met in the village lives there as far as anybody can see; of the others it is not asked.
            told.push(("residence", "local".to_owned()));
            told.push(("met_by", self.met_by.clone()));
            told.push(("met_by_name", self.met_by_name.trim().to_owned()));
        }
        // What the form does not ask with this result is not told.
        match ended_well {
            true => told.push(("receipt_number", self.receipt.trim().to_owned())),
            false => told.push(("exception", self.exception.trim().to_owned())),
        }
        let said = told.into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| (format!("/data/help/{name}"), value)).collect()
    }
}

/// Writes what was seen of one person and submits it. Who could not be reached and is met now gets a new revision of the same
/// case. Where something hinders, nothing is left behind but the error.
///
/// # Errors
/// `CaseIncomplete`, which names everything that hinders; `CaseDoubled` where she has one in this period.
pub fn certify(desk: &Desk, person: SubjectId, seen: &Seen) -> Result<SubjectId, DeskError> {
    // A home visit is one only where somebody was seen.
    if seen.met == seen.met_by.is_empty() || (seen.method == Some(CertMethod::Visit) && !seen.met) {
        return Err(DeskError::new(Code::BadInput).with("path", "met_by"));
    }
    let mut answers = seen.answers();
    let before = before(desk, person)?;
    let case = match before.unfinished {
        Some(case) => {
            if !case.text(RESIDENCE).is_empty() {
                // What was asked before is not asked here.
                answers.remove(RESIDENCE);
            }
            case::correct_case(desk, case.subject, &answers, Vec::new())?.line.id
        }
        None => {
            let new = NewCase { answers, ..NewCase::at(ITEM.to_owned(), person, None, before.refused_only) };
            case::open_case(desk, new)?.line.id
        }
    };
    let written = (|| {
        if seen.paper_seen {
            case::look_at_paper(desk, case, PAPER, true, None)?;
        }
        case::submit_case(desk, case)
    })();
    written.map(|_| case).inspect_err(|_| {
        // The draft was begun by this call: what it holds is on the screen. The first problem is the one to tell.
        let _ = case::discard_draft(desk, case);
    })
}

/// What was written of a person in this period.
#[derive(Default)]
struct Before {
    /// A case that did not end well and that nobody has taken on yet: the next attempt belongs to it.
    unfinished: Option<Document>,
    /// Whether there are cases, and all of them were refused: another one may be opened.
    refused_only: bool,
}

/// # Errors
/// `CaseDoubled`, naming a case of which she has changes that are not submitted: they are hers to finish first.
fn before(desk: &Desk, person: SubjectId) -> Result<Before, DeskError> {
    let item = desk.catalogue().item(ITEM)?;
    let ledger = desk.ledger();
    let person = desk::document_of(&ledger, person, Code::PersonUnknown)?.subject;
    let cases = doubles(desk, &ledger, &item.card, person, None)?;
    let drafted = CaseDraft::all(&ledger)?.into_iter().map(|(draft, _)| draft).find(|draft| {
        let recorded = cases.iter().any(|case| case.subject == draft.case);
        recorded || (draft.item == ITEM && draft.resident == person)
    });
    if let Some(draft) = drafted {
        return Err(DeskError::new(Code::CaseDoubled).with("case", draft.case.to_string()));
    }
    let refused_only = !cases.is_empty() && cases.iter().all(is_refused);
    let unfinished = cases.into_iter().find(|case| {
        let stage = case.case.as_ref().map(|case| case.stage);
        matches!(stage, Some(Stage::Submitted | Stage::Returned)) && !ended_well(case)
    });
    Ok(Before { unfinished, refused_only })
}

/// Whether the office said no.
pub(crate) fn is_refused(case: &Document) -> bool {
    let decision = case.case.as_ref().and_then(|case| case.decision.as_ref());
    decision.is_some_and(|decision| decision.outcome == Outcome::Refused)
}

/// Whether a recorded certification passed, or waits for the pension office.
pub(crate) fn ended_well(case: &Document) -> bool {
    matches!(case.text(RESULT), "passed" | "pending") && !is_refused(case)
}
