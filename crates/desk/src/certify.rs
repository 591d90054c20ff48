//! 养老认证: what the agent saw of one pensioner, written as a case of its own and submitted at once. One person a call: nobody is
//! certified in bulk, and the pension office decides.

use crate::case::{self, NewCase};
use crate::case_draft::{CaseDraft, Hindrance};
use crate::desk::{self, Desk};
use crate::doubled::doubles;
use crate::error::DeskError;
use bangban_model::certification::{ITEM, METHOD, RESIDENCE, RESULT, ended_well, is_refused};
use bangban_model::document::{Document, Stage};
use bangban_model::handling::{Channel, Mode, Way};
use bangban_model::{Code, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The material whose original is looked at.
const PAPER: &str = "id_or_card";

/// 认证方式, in the form's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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

/// 结果, in the form's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// 个人信息处理同意: the version of the text that was read and agreed to; '' where nobody could be asked.
    pub consent_text: String,
    /// 敏感个人信息单独同意: the same, apart.
    pub consent_sensitive_text: String,
}

impl Seen {
    /// What the form asks with this result, and nothing else.
    fn answers(&self) -> BTreeMap<String, String> {
        let help = |name: &str| format!("/data/help/{name}");
        let ended_well = matches!(self.result, CertResult::Passed | CertResult::Pending);
        let method = self.method.filter(|_| ended_well || self.result == CertResult::NotPassed);
        let mut told = vec![
            (RESULT.to_owned(), word(self.result)),
            (help("met_in_person"), if self.met { "yes" } else { "no" }.to_owned()),
            (help("cert_date"), self.day.to_string()),
            match ended_well {
                true => (help("receipt_number"), self.receipt.trim().to_owned()),
                false => (help("exception"), self.exception.trim().to_owned()),
            },
        ];
        if let Some(method) = method {
            told.push((METHOD.to_owned(), word(method)));
            told.push((help("basis"), self.basis(method)));
        }
        if self.met {
            // Who was met in the village lives there as far as anybody can see; of the others it is not asked.
            told.push((RESIDENCE.to_owned(), "local".to_owned()));
            told.push((help("met_by"), self.met_by.clone()));
            told.push((help("met_by_name"), self.met_by_name.trim().to_owned()));
        }
        told.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Says in the draft how she was met and to what she agreed.
    fn handle(&self, desk: &Desk, case: SubjectId) -> Result<(), DeskError> {
        let mut ledger = desk.ledger();
        let mut draft = CaseDraft::begin_or_go_on(&ledger, case)?;
        let item = desk.catalogue().item(ITEM)?;
        let mut how = draft.how();
        if !draft.corrects && self.method == Some(CertMethod::Visit) {
            how.mode = Some(Mode::Help);
            how.way = Some(Way::Door);
            how.channel = Some(Channel::AtHome);
        }
        let session = draft.session(desk, &item)?;
        let asked = draft.consents_asked(&session, &item);
        // Who was not reached agreed to nothing.
        if asked.text && !self.consent_text.is_empty() {
            how.consent_text.clone_from(&self.consent_text);
        }
        if asked.sensitive_text && !self.consent_sensitive_text.is_empty() {
            how.consent_sensitive_text.clone_from(&self.consent_sensitive_text);
        }
        draft.handle(&how)?;
        let lacking = draft.consents_lacking(&session, &item);
        if draft.corrects && !lacking.is_empty() {
            // A correction is hindered by no consent of its own; this is another attempt.
            let hindrances: Vec<Hindrance> =
                lacking.into_iter().map(|path| Hindrance { path, message: String::new() }).collect();
            return Err(DeskError::new(Code::CaseIncomplete).with("hindrances", json!(hindrances)));
        }
        draft.save(desk, &mut ledger)
    }

    /// 依据
    fn basis(&self, method: CertMethod) -> String {
        let by = match method {
            CertMethod::Visit => "in_person",
            CertMethod::Face => "self_face",
            CertMethod::Window => "window",
            CertMethod::Comparison => "comparison",
        };
        let seen = if self.met && method != CertMethod::Visit { "in_person " } else { "" };
        format!("{seen}{by}")
    }
}

/// A choice as the form has it.
fn word(choice: impl Serialize) -> String {
    json!(choice).as_str().unwrap_or_default().to_owned()
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
        seen.handle(desk, case)?;
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
