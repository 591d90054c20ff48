//! 养老认证: what the agent saw of one pensioner, written as a case of its own and submitted at once. One person a call: nobody is
//! certified in bulk, and the pension office decides.

use crate::case::{self, NewCase};
use crate::desk::Desk;
use crate::doubled::doubles;
use crate::error::DeskError;
use bangban_model::certification::{ITEM, RESULT};
use bangban_model::document::{Document, Stage};
use bangban_model::{Code, SubjectId};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use ts_rs::TS;

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
#[derive(Clone, Debug, Deserialize, TS)]
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
            ("residence", "local".to_owned()),
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
    if seen.met != !seen.met_by.is_empty() || (seen.method == Some(CertMethod::Visit) && !seen.met) {
        return Err(DeskError::new(Code::BadInput).with("path", "met_by"));
    }
    let answers = seen.answers();
    let case = match unfinished(desk, person)? {
        Some(case) => case::correct_case(desk, case, &answers, Vec::new())?.line.id,
        None => {
            let new = NewCase { answers, ..NewCase::at(ITEM.to_owned(), person, None, false) };
            case::open_case(desk, new)?.line.id
        }
    };
    let written = (|| {
        if seen.paper_seen {
            case::look_at_paper(desk, case, PAPER, true, None)?;
        }
        case::submit_case(desk, case)
    })();
    match written {
        Ok(_) => Ok(case),
        Err(problem) => {
            case::discard_draft(desk, case)?;
            Err(problem)
        }
    }
}

/// A case of this period that did not end well and that nobody has taken on yet: the next attempt belongs to it.
fn unfinished(desk: &Desk, person: SubjectId) -> Result<Option<SubjectId>, DeskError> {
    let item = desk.catalogue().item(ITEM)?;
    let ledger = desk.ledger();
    let cases = doubles(desk, &ledger, &item.card, person, None)?;
    let open = cases.iter().find(|case| {
        let stage = case.case.as_ref().map(|case| case.stage);
        matches!(stage, Some(Stage::Submitted | Stage::Returned)) && !ended_well(case)
    });
    Ok(open.map(|case| case.subject))
}

/// Whether a recorded certification passed, or waits for the pension office.
pub(crate) fn ended_well(case: &Document) -> bool {
    matches!(case.text(RESULT), "passed" | "pending")
}
