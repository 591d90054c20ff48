//! 签字跟踪: several people who must sign for one case are added by one act, and their papers sent by one: a line for each of
//! them, an entry for each line, all of them recorded together or none.

use crate::answering::answer_all;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::{LineDraft, NewLine, begun, refuse_frozen, register_of, to_record};
use bangban_catalogue::Register;
use bangban_catalogue::item_words::OpenAs;
use bangban_catalogue::register_view::name_at;
use bangban_forms::Session;
use bangban_ledger::Ledger;
use bangban_model::body::Recorded;
use bangban_model::entry::NewEntry;
use bangban_model::line::line_of;
use bangban_model::{Audience, Body, Code, SubjectId};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// So many are added or sent at once at most.
const MOST: usize = 50;
/// 已寄出（发出）待签, as the form has it, with where to and on which day.
const SENT: &str = "sent";
/// Where somebody is who signs elsewhere.
const WHERE: &str = "where";
const SENT_DAY: &str = "sent_day";
/// States after which a paper may be sent to be signed.
const BEFORE_SENDING: [&str; 3] = ["waiting", "away", "expired"];

/// One who must sign.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CaseSigner {
    /// Who.
    pub person: SubjectId,
    /// 与申请人关系.
    pub relation: String,
}

/// The people who must sign one paper for a case.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SignersOrder {
    /// The register that takes them.
    pub register: String,
    /// The case.
    pub case: SubjectId,
    /// What is to be signed.
    pub paper: String,
    /// By when; none where nobody said.
    pub by: Option<NaiveDate>,
    /// Who.
    pub signers: Vec<CaseSigner>,
}

/// A register of who has to sign.
pub(crate) fn is_of_signatures(register: &Register) -> bool {
    register.open.as_ref().is_some_and(|open| open.kind == Some(OpenAs::Signature))
}

/// Whether its paper can be sent, by what a line's form says now.
pub(crate) fn may_be_sent(session: &Session, register: &Register) -> bool {
    let state = register.open.as_ref().map_or("", |open| &open.state);
    is_of_signatures(register)
        && session.nodes().iter().any(|node| {
            let offers = node.choices.iter().flatten().any(|choice| choice.name == SENT);
            name_at(&node.path) == state && offers && BEFORE_SENDING.contains(&node.value.as_str())
        })
}

fn bad(path: &str) -> DeskError {
    DeskError::new(Code::BadInput).with("path", path)
}

/// Adds whoever must sign, a line each. Who is named twice gets one.
///
/// # Errors
/// `LineIncomplete` where the form asks more; then nobody is added.
pub fn add_signers(desk: &Desk, order: &SignersOrder) -> Result<(), DeskError> {
    let mut signers: Vec<&CaseSigner> = Vec::new();
    for one in &order.signers {
        if signers.iter().all(|known| known.person != one.person) {
            signers.push(one);
        }
    }
    if signers.is_empty() || signers.len() > MOST {
        return Err(bad("signers"));
    }
    if !is_of_signatures(register_of(&*desk.catalogue().item(&order.register)?)?) {
        return Err(bad("register"));
    }
    let mut ledger = desk.ledger();
    let mut entries = Vec::new();
    for signer in signers {
        let person = desk::document_of(&ledger, signer.person, Code::PersonUnknown)?;
        let known: BTreeMap<String, String> = [
            ("name", person.text("name")),
            ("phone", person.text("phone")),
            ("relation", signer.relation.trim()),
            ("paper", order.paper.trim()),
            ("by", &order.by.map(|day| day.to_string()).unwrap_or_default()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let new =
            NewLine { register: order.register.clone(), case: Some(order.case), known, ..NewLine::default() };
        let draft = begun(desk, &ledger, &new)?;
        entries.push(entry_of(desk, &ledger, draft)?);
    }
    ledger.record(desk.author(), entries.into_iter().flatten().collect(), None)?;
    Ok(())
}

/// The entry that records a draft; none where everything stands so already.
fn entry_of(desk: &Desk, ledger: &Ledger, draft: LineDraft) -> Result<Option<NewEntry>, DeskError> {
    // Signatures are never written for the township alone.
    let ((stream, subject, saw), set) = to_record(desk, ledger, draft, || Err(Code::LineSealed.into()))?;
    let is_new = !set.is_empty();
    let body = Body::LineRecorded(Recorded { set });
    Ok(is_new.then_some(NewEntry { stream, subject, audience: Audience::All, saw, body }))
}

/// Says of several lines that their papers were sent on this day. Who has no place yet gets this one; a place that is known stays.
///
/// # Errors
/// `LineUnknown` for one that is void or waits for no signature; `LineIncomplete` where the form asks more. Then none is.
pub fn send_to_sign(
    desk: &Desk,
    lines: &[SubjectId],
    place: &str,
    day: Option<NaiveDate>,
) -> Result<(), DeskError> {
    if lines.is_empty() || lines.len() > MOST {
        return Err(bad("lines"));
    }
    let day = day.unwrap_or_else(|| desk.clock.today()).to_string();
    let mut ledger = desk.ledger();
    let mut entries: Vec<NewEntry> = Vec::new();
    for line in lines {
        let document = desk::document_of(&ledger, *line, Code::LineUnknown)?;
        if document.newer {
            return Err(Code::NewerRecord.into());
        }
        let told = line_of(&document).ok_or(Code::LineUnknown)?;
        refuse_frozen(desk, told.register)?;
        let mut draft = LineDraft::altering(&document)?;
        let item = draft.item(desk)?;
        let register = register_of(&item)?;
        let mut session = draft.session(desk, &item)?;
        if !told.void.is_empty() || !may_be_sent(&session, register) {
            return Err(Code::LineUnknown.into());
        }
        let state = register.open.as_ref().map_or("", |open| &open.state);
        answer(&mut session, state, SENT, true)?;
        answer(&mut session, WHERE, place.trim(), false)?;
        answer(&mut session, SENT_DAY, &day, true)?;
        draft.take_over(&session);
        if entries.iter().all(|entry| entry.subject != *line) {
            entries.extend(entry_of(desk, &ledger, draft)?);
        }
    }
    ledger.record(desk.author(), entries, None)?;
    Ok(())
}

/// Answers a question by its name; without `anew` only where it has no answer.
fn answer(session: &mut Session, name: &str, value: &str, anew: bool) -> Result<(), DeskError> {
    let nodes = session.nodes();
    let asked = nodes.iter().find(|node| node.relevant && name_at(&node.path) == name);
    let Some(asked) = asked.filter(|node| anew || node.value.is_empty()) else { return Ok(()) };
    answer_all(session, &[(asked.path.clone(), value.to_owned())].into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, submitted, village};
    use crate::line::{answer_line, record_line, void_line};
    use crate::screen::Seat;
    use crate::screen::case_lines::{CaseLines, case_lines};
    use bangban_model::body::FieldSet;
    use serde_json::json;
    use uuid::Uuid;

    fn shown(seat: &Seat, case: SubjectId) -> CaseLines {
        case_lines(seat, case).unwrap()
    }

    /// A case of a head of household with two members and one who lives with them.
    fn of_household(seat: &Seat) -> SubjectId {
        let case = submitted(&seat.desk, "DIBAO", FieldSet::new());
        let resident = desk::document(&seat.desk.ledger(), case).unwrap().unwrap().case.unwrap().resident;
        let household = SubjectId(Uuid::now_v7());
        let [wife, son, aunt] = [(); 3].map(|()| SubjectId(Uuid::now_v7()));
        let person = |name: &str, relation: &str| {
            let set = [("name", json!(name)), ("relation", json!(relation)), ("household", json!(household))];
            Body::ResidentRecorded(Recorded { set: set.map(|(path, value)| (path.to_owned(), value)).into() })
        };
        let living = [(format!("living/{aunt}"), json!("姑母")), ("household_no".to_owned(), json!("7"))];
        let aunt_is = [("name".to_owned(), json!("余秀英"))];
        let bodies = [
            (household, Body::HouseholdRecorded(Recorded { set: living.into() })),
            (resident, person("余桂英", "户主")),
            (wife, person("王秀兰", "妻")),
            (son, person("余小明", "子")),
            (aunt, Body::ResidentRecorded(Recorded { set: aunt_is.into() })),
        ];
        let entries = bodies.map(|(subject, body)| NewEntry {
            stream: village(),
            subject,
            audience: Audience::All,
            saw: None,
            body,
        });
        seat.desk.ledger().record(seat.desk.author(), entries.into(), None).unwrap();
        case
    }

    fn order(case: SubjectId, view: &CaseLines, names: &[&str], paper: &str) -> SignersOrder {
        let offer = view.signers.as_ref().unwrap();
        let chosen = offer.people.iter().filter(|one| names.contains(&one.name.as_str()));
        let signers = chosen.map(|one| CaseSigner { person: one.person, relation: one.relation.clone() });
        SignersOrder {
            register: offer.register.clone(),
            case,
            paper: paper.into(),
            by: None,
            signers: signers.collect(),
        }
    }

    #[test]
    fn whoever_must_sign_is_added_in_one_go_a_line_each_or_nobody() {
        let (seat, _folder) = bench().seat();
        let case = of_household(&seat);
        let view = shown(&seat, case);
        let offered = |view: &CaseLines| -> Vec<(String, String, bool)> {
            let people = &view.signers.as_ref().unwrap().people;
            people.iter().map(|one| (one.name.clone(), one.relation.clone(), one.is_listed)).collect()
        };
        let told = [("余桂英", "本人"), ("王秀兰", "妻"), ("余小明", "子"), ("余秀英", "姑母")];
        assert_eq!(offered(&view), told.map(|(name, word)| (name.to_owned(), word.to_owned(), false)));

        let before = seat.desk.ledger().pending_entries().unwrap();
        let without_paper = order(case, &view, &["王秀兰", "余小明"], " ");
        assert_eq!(add_signers(&seat.desk, &without_paper).unwrap_err().code, Code::LineIncomplete);
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before, "nobody was added");
        let mut twice = order(case, &view, &["王秀兰", "余小明"], "核对授权书");
        twice.signers.push(twice.signers[0].clone());
        add_signers(&seat.desk, &twice).unwrap();
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before + 2, "one entry a person");
        let view = shown(&seat, case);
        assert_eq!(view.lines.len(), 2);
        assert!(view.lines.iter().all(|line| line.row.is_recorded && line.row.open && line.row.may_send));
        let listed: Vec<bool> = offered(&view).into_iter().map(|(_, _, listed)| listed).collect();
        assert_eq!(listed, [false, true, true, false]);
    }

    #[test]
    fn papers_are_sent_to_several_at_once_and_a_known_place_stays() {
        let (seat, _folder) = bench().seat();
        let case = of_household(&seat);
        let all = order(case, &shown(&seat, case), &["王秀兰", "余小明", "余秀英"], "核对授权书");
        add_signers(&seat.desk, &all).unwrap();
        let lines: Vec<SubjectId> = shown(&seat, case).lines.iter().map(|line| line.row.id).collect();
        let away = [("/data/state", "away"), ("/data/where", "深圳")];
        let away = away.map(|(path, value)| (path.to_owned(), value.to_owned())).into();
        answer_line(&seat.desk, lines[0], &away).unwrap();
        let before = seat.desk.ledger().pending_entries().unwrap();
        record_line(&seat.desk, lines[0]).unwrap();
        let nowhere = send_to_sign(&seat.desk, &lines, "", None).unwrap_err();
        assert_eq!(nowhere.code, Code::LineIncomplete);
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before + 1, "then none was sent");
        send_to_sign(&seat.desk, &lines, "武汉", None).unwrap();
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before + 4);
        let said = |line: SubjectId| {
            let line = desk::document(&seat.desk.ledger(), line).unwrap().unwrap();
            ["state", "where", "sent_day"].map(|name| line.text(&format!("/data/{name}")).to_owned())
        };
        let today = seat.desk.clock.today().to_string();
        assert_eq!(said(lines[0]), ["sent".to_owned(), "深圳".to_owned(), today.clone()]);
        assert_eq!(said(lines[1]), ["sent".to_owned(), "武汉".to_owned(), today]);
        assert!(shown(&seat, case).lines.iter().all(|line| !line.row.may_send), "they are sent");
        assert_eq!(send_to_sign(&seat.desk, &lines, "武汉", None).unwrap_err().code, Code::LineUnknown);
        void_line(&seat.desk, lines[0], "记错").unwrap();
        assert_eq!(send_to_sign(&seat.desk, &lines[..1], "武汉", None).unwrap_err().code, Code::LineUnknown);
    }
}
