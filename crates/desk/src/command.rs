//! The one list of commands that a shell with a screen offers: registration, arguments, answers and TypeScript come from it.
//!
//! A shell passes a name and JSON arguments to [`call`] and returns what comes back. Every command blocks.

#[macro_use]
mod declare;

use crate::appointment;
use crate::attached;
use crate::case;
use crate::certify::{self, Seen};
use crate::due_list::DueListImported;
use crate::error::DeskError;
use crate::figures::Counts;
use crate::form_sheet::{ColumnChoice, Who};
use crate::further_need;
use crate::handover::NewHandover;
use crate::joining::AlikeBy;
use crate::keys::{self, KeyState};
use crate::line::{self, NewLine};
use crate::office::{AgentCard, ChosenFile, DoorState, Event, Office, OfficeState};
use crate::person_edit::{self, PersonFields};
use crate::photo::NewPhoto;
use crate::preferences::Preferences;
use crate::repair::{LedgerHealth, RepairView};
use crate::reporting::SyncState;
use crate::roll;
use crate::roster::RosterImported;
use crate::screen::bank_visits::{BankVisitExport, BankVisits};
use crate::screen::case::CaseView;
use crate::screen::case_lines::CaseLines;
use crate::screen::case_paper::CasePaper;
use crate::screen::certify::{CertFilter, CertList, CertRow};
use crate::screen::due::DuePart;
use crate::screen::due_list::DueListPreviewView;
use crate::screen::export::{ExportOrder, Exported};
use crate::screen::figures::Figures;
use crate::screen::form_sheet::{FormOrder, FormSheetView, FormWritten, ListView, WhoView};
use crate::screen::handover::{HandoverLine, HandoverSheet, HandoverView};
use crate::screen::household::{HouseholdPage, HouseholdPart, HouseholdView};
use crate::screen::item::{FormSound, ItemView};
use crate::screen::joining::{AlikePerson, ComparedPeople, DoubledPart};
use crate::screen::line::{LineFilter, LinePart, LineView, RegisterCard};
use crate::screen::line_export::LineExport;
use crate::screen::line_sheet::LineSheetOrder;
use crate::screen::list::{CaseFilter, CaseOrder, CasePart};
use crate::screen::open::OpenSubject;
use crate::screen::person::{PeoplePart, PersonCard, PersonView, Revealed};
use crate::screen::radar::RadarPart;
use crate::screen::reconcile::{ReconcileExport, ReconciledView};
use crate::screen::refused::RefusedView;
use crate::screen::report::{BatchWritten, ReceiptTaken, SyncPart, VerifiedView};
use crate::screen::revision::DifferenceView;
use crate::screen::roll::{OpenRoll, RollExport, RollRow, RollView};
use crate::screen::roll_finding::{RollFound, RollSource, VillageGroup};
use crate::screen::roster::{RosterDoubles, RosterPreviewView};
use crate::screen::today::Today;
use crate::screen::visit::{VisitLine, VisitView};
use crate::screen::visit_export::VisitExport;
use crate::screen::{self};
use crate::second_copy::{self, Restored, SecondCopyState};
use crate::settle;
use crate::signing::{self, SignersOrder};
use crate::visit::{self, PaperRow, VisitDraft, VisitNotes};
use bangban_catalogue::guide_view::{GuideLine, GuideView};
use bangban_model::handling::HandlingChanges;
use bangban_model::ids::AgentId;
use bangban_model::paste::{self, Pasted};
use bangban_model::roll::RollState;
use bangban_model::settling::WhichHolds;
use bangban_model::whereabouts::Whereabouts;
use bangban_model::{Code, Digest, EntryId, StreamId, SubjectId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What a command works on: the office, and the job by which the screen watches and stops it.
pub struct Call<'a> {
    /// The office.
    pub office: &'a Arc<Office>,
    /// The job, for long work.
    pub job: Option<Uuid>,
}

/// Commands after which something new may wait to be sent: it goes at once, where the office reports by itself.
const RECORDING: &[&str] = &[
    "start_visit",
    "record_visit",
    "write_visit",
    "void_visit",
    "record_line",
    "void_line",
    "mark_line",
    "add_signers",
    "send_to_sign",
    "put_on_roll",
    "take_off_roll",
    "mark_roll",
    "close_month",
    "settle",
    "give_notice",
    "submit_case",
    "withdraw_case",
    "certify",
    "join_people",
    "lose_photo",
    "import_roster",
    "add_person",
    "record_person",
    "import_due_list",
    "add_agent",
    "remove_agent",
    "hand_over",
];

commands! {
    /// How the office stands: asked first of all.
    office_state {} -> OfficeState = |call, _| call.office.state();
    /// Makes the ledger of this laptop; its first agent is signed in.
    make_ledger { name: String, pin: String } -> OfficeState =
        |call, with| call.office.make_ledger(&with.name, &with.pin);
    /// Signs an agent in by her PIN.
    sign_in { pin: String } -> OfficeState = |call, with| call.office.sign_in(&with.pin);
    /// Sits her down in a practice village of made-up people, which is gone with the sign-out and never sent.
    practise {} -> OfficeState = |call, _| call.office.practise();
    /// How the door stands, before anybody signs in.
    door_state {} -> DoorState = |call, _| call.office.door_state();
    /// Who works on this laptop, told to somebody with a recovery code from the township.
    recovery_agents { code: String } -> Vec<AgentCard> = |call, with| call.office.door().recovery_agents(&with.code);
    /// Gives an agent a new PIN with a recovery code, which is used up by that, and signs her in.
    recover { code: String, agent: AgentId, pin: String } -> OfficeState =
        |call, with| call.office.recover(&with.code, with.agent, &with.pin);
    /// How the ledger's keys stand: who works here, whether the township can help.
    key_state {} -> KeyState = |call, _| keys::key_state(&*call.office.desk()?);
    /// Changes her own PIN.
    change_pin { present: String, new: String } -> () =
        |call, with| keys::change_pin(&*call.office.desk()?, &with.present, &with.new);
    /// Another agent works on this laptop too.
    add_agent { name: String, pin: String } -> KeyState = |call, with| {
        let desk = call.office.desk()?;
        keys::add_agent(&desk, &with.name, &with.pin)?;
        keys::key_state(&desk)
    };
    /// An agent leaves this laptop: her PIN opens it no more, and the data key is changed.
    remove_agent { agent: AgentId } -> KeyState = |call, with| {
        let desk = call.office.desk()?;
        keys::remove_agent(&desk, with.agent)?;
        keys::key_state(&desk)
    };
    /// 离岗交接: what an agent of this laptop has open.
    handover_sheet { agent: AgentId } -> HandoverSheet =
        |call, with| screen::handover::sheet(&call.office.seat()?, with.agent);
    /// Hands over what she has open, with three signatures. Where another agent does it her access ends, and the data key is changed.
    hand_over { new: NewHandover } -> Vec<HandoverLine> = |call, with| {
        let seat = call.office.seat()?;
        let made = crate::handover::hand_over(&seat.desk, &with.new)?;
        let all = screen::handover::handovers(&seat)?;
        Ok(all.into_iter().filter(|line| made.contains(&line.id)).collect())
    };
    /// Hand-overs of these villages, the newest first.
    handovers {} -> Vec<HandoverLine> = |call, _| screen::handover::handovers(&call.office.seat()?);
    /// A hand-over whole.
    show_handover { handover: SubjectId } -> HandoverView =
        |call, with| screen::handover::show_handover(&call.office.seat()?, with.handover);
    /// Locks the ledger.
    sign_out {} -> OfficeState = |call, _| call.office.sign_out();
    /// Restores the ledger of this laptop from the second copy in a folder that was chosen, and signs her in. Long.
    restore_ledger { file: Uuid, pin: String } -> Restored =
        |call, with| call.office.restore_ledger(with.file, &with.pin);
    /// The same with a recovery code from the township; with it she takes a new PIN afterwards.
    restore_ledger_with_code { file: Uuid, code: String } -> Restored =
        |call, with| call.office.restore_ledger_with_code(with.file, &with.code);
    /// How the second copy stands.
    second_copy {} -> SecondCopyState = |call, _| second_copy::state(&*call.office.desk()?);
    /// From now on the second copy is made in a folder that was chosen.
    set_second_copy { file: Uuid } -> SecondCopyState = |call, with| call.office.set_second_copy(with.file);
    /// No second copy is made any more; what was made stays.
    second_copy_off {} -> SecondCopyState = |call, _| second_copy::turn_off(&*call.office.desk()?);
    /// Brings the second copy up to date at once.
    copy_now {} -> SecondCopyState = |call, _| {
        let desk = call.office.desk()?;
        second_copy::copy_now(&desk)?;
        second_copy::state(&desk)
    };
    /// Enrols this laptop by the township's code. Touches the network.
    enrol { code: String } -> OfficeState = |call, with| call.office.enrol(&with.code);
    /// What she prefers.
    preferences {} -> Preferences = |call, _| Ok(call.office.preferences());
    /// Keeps what she prefers.
    set_preferences { preferences: Preferences } -> Preferences =
        |call, with| call.office.set_preferences(&with.preferences);

    /// The items' guides.
    items {} -> Vec<ItemView> = |call, _| Ok(screen::item::list_items(&call.office.seat()?));
    /// 今日.
    today {} -> Today = |call, _| screen::today::today(&call.office.seat()?);

    /// People by what she types; at most 50.
    find_people { text: String } -> Vec<PersonCard> =
        |call, with| screen::person::find_people(&call.office.seat()?, &with.text);
    /// A part of the people's list.
    list_people { offset: u64, limit: u32 } -> PeoplePart =
        |call, with| screen::person::list_people(&call.office.seat()?, with.offset, with.limit);
    /// A person whole.
    show_person { person: SubjectId } -> PersonView =
        |call, with| screen::person::show_person(&call.office.seat()?, with.person);
    /// Her numbers whole.
    reveal_person { person: SubjectId } -> Revealed =
        |call, with| screen::person::reveal(&call.office.seat()?, with.person);
    /// A part of the households' list.
    list_households { text: String, offset: u64, limit: u32 } -> HouseholdPart = |call, with| {
        screen::household::list_households(&call.office.seat()?, &with.text, with.offset, with.limit)
    };
    /// A household whole, by its id or 户号.
    show_household { household: String } -> HouseholdPage =
        |call, with| screen::household::show_household(&call.office.seat()?, &with.household);

    /// The newest visits, of one household or of all.
    list_visits { limit: u32, household: Option<SubjectId> } -> Vec<VisitLine> =
        |call, with| screen::visit::list_visits(&call.office.seat()?, with.limit, with.household);
    /// Visits whose needs nobody has settled, the most urgent first.
    open_needs {} -> Vec<VisitLine> = |call, _| screen::visit::open_needs(&call.office.seat()?);
    /// Begins a visit to a household; on a round, goes on with the one that was begun on it and has no result yet.
    start_visit { household: SubjectId, round: Option<SubjectId> } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        let visit = match with.round {
            Some(round) => visit::visit_on_round(&seat.desk, with.household, round)?,
            None => visit::start_visit(&seat.desk, &with.household.to_string(), "")?.id,
        };
        screen::visit::show_visit(&seat, visit)
    };
    /// A visit whole.
    show_visit { visit: SubjectId } -> VisitView =
        |call, with| screen::visit::show_visit(&call.office.seat()?, with.visit);
    /// Saves what she noted so far.
    save_visit_draft { visit: SubjectId, notes: VisitNotes } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        let draft = VisitDraft { visit: with.visit, notes: with.notes };
        visit::save_visit(&seat.desk, &draft)?;
        screen::visit::show_visit(&seat, with.visit)
    };
    /// Records what she noted: from here on it waits to be sent.
    record_visit { visit: SubjectId, notes: VisitNotes } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        let draft = VisitDraft { visit: with.visit, notes: with.notes };
        visit::record_visit(&seat.desk, &draft)?;
        further_need::record_noted(&seat.desk, with.visit)?;
        screen::visit::show_visit(&seat, with.visit)
    };
    /// 又一诉求: begins a further need of a visit.
    begin_need { visit: SubjectId } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        let begun = further_need::begin(&seat.desk, with.visit)?;
        screen::visit::show_visit(&seat, begun)
    };

    /// 误录作废: a visit counts as none, for a reason; an empty reason takes that back.
    void_visit { visit: SubjectId, reason: String } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        crate::visit_void::void_visit(&seat.desk, with.visit, &with.reason)?;
        screen::visit::show_visit(&seat, with.visit)
    };

    /// What was written on paper at a door of a round, typed in afterwards: begun and recorded in one act.
    write_visit { row: PaperRow } -> VisitView = |call, with| {
        let seat = call.office.seat()?;
        let written = visit::write_visit(&seat.desk, &with.row)?;
        screen::visit::show_visit(&seat, written)
    };

    /// Settles values that did not see each other. Of a case it goes into the draft and holds once that is submitted.
    settle { subject: SubjectId, field: String, among: Vec<EntryId>, value: WhichHolds } -> () = |call, with| {
        settle::settle(&*call.office.desk()?, with.subject, &with.field, &with.among, &with.value)
    };
    /// One of such values whole, because she asked for it.
    reveal_value { subject: SubjectId, field: String, entry: EntryId } -> String =
        |call, with| settle::reveal(&*call.office.desk()?, with.subject, &with.field, with.entry);
    /// Everything that waits for a person to settle it.
    open_values {} -> Vec<OpenSubject> = |call, _| screen::open::open_subjects(&call.office.seat()?);

    /// Who may be the same person: of the same number, or of the same name in the household.
    alike_people { person: SubjectId } -> Vec<AlikePerson> =
        |call, with| screen::joining::alike(&call.office.seat()?, with.person);
    /// 疑似重复: every two records that may be one person, or those of one reason; a part of them.
    doubled_people { by: Option<AlikeBy>, offset: u64, limit: u32 } -> DoubledPart = |call, with| {
        screen::joining::doubled_people(&call.office.seat()?, with.by, with.offset, with.limit)
    };
    /// Two records of what may be one person, side by side.
    compare_people { one: SubjectId, same: SubjectId } -> ComparedPeople =
        |call, with| screen::joining::compare_people(&call.office.seat()?, with.one, with.same);
    /// Joins two records of one person: the values of `one` hold, but those of the fields `from_same`.
    join_people { one: SubjectId, same: SubjectId, from_same: Vec<String> } -> PersonView = |call, with| {
        let seat = call.office.seat()?;
        let stays = crate::joining::join_people(&seat.desk, with.one, with.same, &with.from_same)?;
        screen::person::show_person(&seat, stays)
    };
    /// Declares a photo lost that is not on this laptop: nobody asks for it any more.
    lose_photo { case: SubjectId, digest: Digest, reason: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        crate::lost_photo::declare_lost(&seat.desk, with.case, with.digest, &with.reason)?;
        screen::case::show_case(&seat, with.case, &[])
    };

    /// 事项指南, looked for in the words people use; the best first.
    find_guides { text: String } -> Vec<GuideLine> =
        |call, with| Ok(screen::guide::find_guides(&call.office.seat()?, &with.text));
    /// A guide whole.
    show_guide { code: String } -> GuideView =
        |call, with| screen::guide::show_guide(&call.office.seat()?, &with.code);
    /// 应享未享: who may be entitled to an item, or to any.
    radar { item: Option<String> } -> RadarPart =
        |call, with| screen::radar::radar(&call.office.seat()?, with.item.as_deref());
    /// 到期清单: what is due within so many days, of one item or of all.
    due_list { within_days: u32, item: Option<String> } -> DuePart =
        |call, with| screen::due::due_list(&call.office.seat()?, with.within_days, with.item);
    /// 养老认证: who is due within so many days, and what was written lately.
    certification_list { filter: CertFilter } -> CertList =
        |call, with| screen::certify::certification_list(&call.office.seat()?, &with.filter);
    /// Writes what was seen of one pensioner as a case and submits it; `case_incomplete` names everything that hinders.
    certify { person: SubjectId, seen: Seen } -> CertRow = |call, with| {
        let seat = call.office.seat()?;
        certify::certify(&seat.desk, with.person, &with.seen)?;
        screen::certify::row_of(&seat, with.person)
    };
    /// 一次性告知: gives notice of everything that is missing for a case; a second one needs a reason.
    give_notice { case: SubjectId, complete_by: Option<chrono::NaiveDate>, reason: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        crate::notice::give_notice(&seat.desk, with.case, with.complete_by, &with.reason)?;
        screen::case::show_case(&seat, with.case, &[])
    };

    /// Opens a case as a draft; `case_doubled` where there is one in the same period, unless she wants it `again`. `event` is
    /// the line of a register at whose event it is opened.
    open_case {
        item: String, person: SubjectId, visit: Option<SubjectId>, event: Option<SubjectId>, again: bool
    } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        let new = case::NewCase::at(with.item, with.person, with.visit, with.again);
        let opened = case::open_case(&seat.desk, case::NewCase { event: with.event, ..new })?;
        screen::case::show_case(&seat, opened.line.id, &[])
    };
    /// 转代办: the same for the need that a visit found; with the case it counts as settled.
    turn_need { item: String, person: SubjectId, visit: SubjectId, again: bool } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        let cannot_apply = visit::recordable(&seat.desk, with.visit)?.cannot_apply;
        let new = case::NewCase::at(with.item, with.person, Some(with.visit), with.again);
        let new = case::NewCase { cannot_apply, ..new };
        let opened = case::open_case(&seat.desk, new)?;
        visit::turn_need(&seat.desk, with.visit, &opened.line.item_name)?;
        screen::case::show_case(&seat, opened.line.id, &[])
    };
    /// A case whole.
    show_case { case: SubjectId } -> CaseView =
        |call, with| screen::case::show_case(&call.office.seat()?, with.case, &[]);
    /// Gives answers; durable when this returns. A draft begins where there is none.
    answer_case { case: SubjectId, answers: BTreeMap<String, String> } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::correct_case(&seat.desk, with.case, &with.answers, Vec::new())?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Adds a row at the end of a repeat, `/data/members`.
    add_row { case: SubjectId, path: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::change_rows(&seat.desk, with.case, &with.path, true)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Takes a row away, `/data/members[2]`.
    remove_row { case: SubjectId, path: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::change_rows(&seat.desk, with.case, &with.path, false)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Says of a material whether the original was looked at, and when it was issued.
    look_at_paper { case: SubjectId, material: String, seen: bool, issued: Option<chrono::NaiveDate> } -> CaseView =
        |call, with| {
            let seat = call.office.seat()?;
            case::look_at_paper(&seat.desk, with.case, &with.material, with.seen, with.issued)?;
            screen::case::show_case(&seat, with.case, &[])
        };
    /// 办理方式: says anew of how a case is handled; what is not named stays.
    handle_case { case: SubjectId, changes: HandlingChanges } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::handle_case(&seat.desk, with.case, &with.changes)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Takes in a picture (base64) for a material; the first open one where none is named.
    add_photo { case: SubjectId, slot: Option<String>, bytes: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        let bytes = data_encoding::BASE64.decode(with.bytes.as_bytes()).map_err(|_| Code::PhotoUnreadable)?;
        let photo = NewPhoto { slot: with.slot, bytes, name: String::new() };
        let kept = case::correct_case(&seat.desk, with.case, &BTreeMap::new(), vec![photo])?;
        screen::case::show_case(&seat, with.case, &kept.retake)
    };
    /// Answers the question at this path by a file that was chosen.
    add_file { case: SubjectId, path: String, file: Uuid } -> CaseView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        let new = NewPhoto { slot: Some(with.path), ..attached::read_file(&file)? };
        case::correct_case(&seat.desk, with.case, &BTreeMap::new(), vec![new])?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// The same by a file (base64) that was dropped on the question.
    drop_file { case: SubjectId, path: String, name: String, bytes: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        let bytes = data_encoding::BASE64.decode(with.bytes.as_bytes()).map_err(|_| Code::FileUnreadable)?;
        let new = NewPhoto { slot: Some(with.path), bytes, name: with.name };
        case::correct_case(&seat.desk, with.case, &BTreeMap::new(), vec![new])?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Writes a file that answers a question to where she said.
    save_file { case: SubjectId, digest: Digest, file: Uuid } -> () = |call, with| {
        let (desk, file) = (call.office.desk()?, call.office.file(with.file)?);
        attached::save_file(&desk, with.case, with.digest, &file)
    };
    /// Takes a picture or a file off the draft.
    remove_photo { case: SubjectId, digest: Digest } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::remove_photo(&seat.desk, with.case, with.digest)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// A sound or film that a form plays, in base64, with its media type.
    form_sound { digest: Digest } -> FormSound = |call, with| {
        let (bytes, media) = call.office.desk()?.catalogue().shown(with.digest).ok_or(Code::PhotoUnknown)?;
        Ok(FormSound { media, bytes: data_encoding::BASE64.encode(&bytes) })
    };
    /// Cleans what she pastes into a field. Nothing is kept of it.
    clean_text { text: String, kind: Pasted } -> String =
        |call, with| call.office.desk().map(|_| paste::clean(&with.text, with.kind));
    /// Submits the draft; `case_incomplete` names everything that hinders.
    submit_case { case: SubjectId } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        case::submit_case(&seat.desk, with.case)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// 撤回申请: takes back a case that was submitted and is not decided, for a reason.
    withdraw_case { case: SubjectId, reason: String } -> CaseView = |call, with| {
        let seat = call.office.seat()?;
        crate::withdraw::withdraw_case(&seat.desk, with.case, &with.reason)?;
        screen::case::show_case(&seat, with.case, &[])
    };
    /// Throws the draft away; what was recorded stays.
    discard_draft { case: SubjectId } -> () = |call, with| case::discard_draft(&*call.office.desk()?, with.case);
    /// What differs from one revision to another, or (no `after`) to the draft.
    compare_revisions { case: SubjectId, before: EntryId, after: Option<EntryId> } -> Vec<DifferenceView> =
        |call, with| {
            screen::revision::compare_revisions(&call.office.seat()?, with.case, with.before, with.after)
        };

    /// 台账: a part of the case list.
    list_cases { filter: CaseFilter, order: CaseOrder, offset: u64, limit: u32 } -> CasePart = |call, with| {
        screen::list::list_cases(&call.office.seat()?, &with.filter, with.order, with.offset, with.limit)
    };
    /// 台账 into a workbook. Long.
    export_cases { file: Uuid, what: ExportOrder } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::export::export_cases(&seat, &file, &with.what, job))
    };
    /// 台账 on paper: what the workbook would hold, as text, as far as one print may reach. Long.
    print_cases { what: ExportOrder } -> CasePaper = |call, with| {
        let seat = call.office.seat()?;
        call.office.with_job(call.job, |job| screen::case_paper::print_cases(&seat, &with.what, job))
    };

    /// 统计: what was done in a time, of one village or of all.
    figures { from: chrono::NaiveDate, to: chrono::NaiveDate, village: Option<StreamId> } -> Figures =
        |call, with| screen::figures::figures(&call.office.seat()?, with.from, with.to, with.village);
    /// 一次活动的成效: what was done at an event, with the request and the round that it follows from.
    event_figures { line: SubjectId } -> Counts = |call, with| {
        let desk = call.office.desk()?;
        let ledger = desk.ledger();
        crate::event_figures::count_event(&desk, &ledger, with.line)
    };
    /// Closes a month of a village, `2026-11`: what was counted stays, what changes later is a correction.
    close_month { village: StreamId, month: String } -> Figures = |call, with| {
        let seat = call.office.seat()?;
        crate::figures::close_month(&seat.desk, &with.village, &with.month)?;
        let (from, to) = crate::figures::days_of(&with.month)?;
        screen::figures::figures(&seat, from, to, Some(with.village))
    };

    /// 登记簿: the registers.
    registers {} -> Vec<RegisterCard> = |call, _| screen::line::registers(&call.office.seat()?);
    /// A part of a register's lines.
    list_lines { register: String, filter: LineFilter, offset: u64, limit: u32 } -> LinePart = |call, with| {
        screen::line::list_lines(&call.office.seat()?, &with.register, &with.filter, with.offset, with.limit)
    };
    /// Begins a line as a draft; `like` is the line whose kept answers it begins with, `after` the one it follows from.
    begin_line {
        register: String, village: Option<StreamId>, person: Option<SubjectId>, visit: Option<SubjectId>,
        like: Option<SubjectId>, after: Option<SubjectId>, case: Option<SubjectId>
    } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        let (register, village) = (with.register, with.village);
        let (person, visit, like, after) = (with.person, with.visit, with.like, with.after);
        let new = NewLine { register, village, person, visit, like, after, case: with.case, ..NewLine::default() };
        screen::line::show_line(&seat, line::begin_line(&seat.desk, &new)?)
    };
    /// 登记新人: a person whom no roster has yet, and her household where it is a new one.
    add_person { village: Option<StreamId>, fields: PersonFields } -> PersonView = |call, with| {
        let seat = call.office.seat()?;
        let added = person_edit::add_person(&seat.desk, with.village.as_ref(), &with.fields)?;
        screen::person::show_person(&seat, added)
    };
    /// 更正资料: what was told wrongly of a person. What is left out stays as it is.
    record_person { person: SubjectId, fields: PersonFields } -> PersonView = |call, with| {
        let seat = call.office.seat()?;
        person_edit::record_person(&seat.desk, with.person, &with.fields)?;
        screen::person::show_person(&seat, with.person)
    };
    /// The words of the relations to a head of a household, in the order of the standard.
    relation_words {} -> Vec<&'static str> = |call, _| {
        call.office.desk()?;
        Ok(bangban_model::relation::relations().map(|(_, text)| text).collect())
    };
    /// 去向: notes where a person is, or that she is at home again. A death is reported, never verified.
    note_whereabouts { person: SubjectId, whereabouts: Whereabouts } -> PersonView = |call, with| {
        let seat = call.office.seat()?;
        crate::whereabouts::note_whereabouts(&seat.desk, with.person, &with.whereabouts)?;
        screen::person::show_person(&seat, with.person)
    };
    /// Begins the line by which the result of a case reaches the person, or goes on with the one that was begun.
    bring_result { case: SubjectId } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        screen::line::show_line(&seat, crate::delivery::bring_result(&seat.desk, with.case)?)
    };
    /// The lines that belong to a case, the newest first, and the registers that take more.
    case_lines { case: SubjectId } -> CaseLines =
        |call, with| screen::case_lines::case_lines(&call.office.seat()?, with.case);
    /// A line whole.
    show_line { line: SubjectId } -> LineView =
        |call, with| screen::line::show_line(&call.office.seat()?, with.line);
    /// Gives answers; durable when this returns. A draft begins where there is none.
    answer_line { line: SubjectId, answers: BTreeMap<String, String> } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        line::answer_line(&seat.desk, with.line, &with.answers)?;
        screen::line::show_line(&seat, with.line)
    };
    /// Adds a row at the end of a repeat of a line, `/data/partners`.
    add_line_row { line: SubjectId, path: String } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        line::change_line_rows(&seat.desk, with.line, &with.path, true)?;
        screen::line::show_line(&seat, with.line)
    };
    /// Takes a row away, `/data/partners[2]`.
    remove_line_row { line: SubjectId, path: String } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        line::change_line_rows(&seat.desk, with.line, &with.path, false)?;
        screen::line::show_line(&seat, with.line)
    };
    /// Answers a question of a line by a picture (base64).
    picture_line { line: SubjectId, path: String, bytes: String } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        let bytes = data_encoding::BASE64.decode(with.bytes.as_bytes()).map_err(|_| Code::PhotoUnreadable)?;
        line::picture_line(&seat.desk, with.line, &with.path, &bytes)?;
        screen::line::show_line(&seat, with.line)
    };
    /// Records a line: from here on it waits to be sent; `line_incomplete` names everything that hinders.
    record_line { line: SubjectId } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        line::record_line(&seat.desk, with.line)?;
        screen::line::show_line(&seat, with.line)
    };
    /// 作废: a recorded line does not count any more; an empty reason takes that back.
    void_line { line: SubjectId, reason: String } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        line::void_line(&seat.desk, with.line, &with.reason)?;
        screen::line::show_line(&seat, with.line)
    };
    /// Says how it stands with a recorded line, by a state of its register: 已叫号, 已到场, 未到.
    mark_line { line: SubjectId, state: String } -> LineView = |call, with| {
        let seat = call.office.seat()?;
        appointment::mark_line(&seat.desk, with.line, &with.state)?;
        screen::line::show_line(&seat, with.line)
    };
    /// 签字: adds several people who must sign for a case, a recorded line each; all of them or none.
    add_signers { order: SignersOrder } -> CaseLines = |call, with| {
        let seat = call.office.seat()?;
        signing::add_signers(&seat.desk, &with.order)?;
        screen::case_lines::case_lines(&seat, with.order.case)
    };
    /// 已寄出: says of several lines of a case that their papers were sent; all of them or none.
    send_to_sign {
        case: SubjectId, lines: Vec<SubjectId>, place: String, day: Option<chrono::NaiveDate>
    } -> CaseLines = |call, with| {
        let seat = call.office.seat()?;
        signing::send_to_sign(&seat.desk, &with.lines, &with.place, with.day)?;
        screen::case_lines::case_lines(&seat, with.case)
    };
    /// Throws the draft of a line away; what was recorded stays.
    discard_line { line: SubjectId } -> () = |call, with| line::discard_line(&*call.office.desk()?, with.line);
    /// A register into a workbook. Long.
    export_lines { file: Uuid, what: LineExport } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::line_export::export_lines(&seat, &file, &with.what, job))
    };

    /// Lines of a register as the paper form that they fill in: 活动记录, 材料交接单 … Long.
    export_line_sheet { file: Uuid, what: LineSheetOrder } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| {
            screen::line_sheet::export_line_sheet(&seat, &file, &with.what, job)
        })
    };

    /// 名单 of a recorded line whose register has one.
    show_roll { line: SubjectId } -> RollView =
        |call, with| screen::roll::show_roll(&call.office.seat()?, with.line);
    /// The lines with rolls that are open, with how far each is.
    open_rolls {} -> Vec<OpenRoll> = |call, _| screen::roll::open_rolls(&call.office.seat()?);
    /// Looks for whom or which households to put on a roll. Nothing is written.
    find_for_roll { line: SubjectId, source: RollSource } -> RollFound =
        |call, with| screen::roll_finding::find_for_roll(&call.office.seat()?, with.line, &with.source);
    /// 村民小组 from which a line's roll can be made, with how many there are of each.
    village_groups { line: SubjectId } -> Vec<VillageGroup> =
        |call, with| screen::roll_finding::village_groups(&call.office.seat()?, with.line);
    /// 共同生活: says that a person lives with a household as what; no relation says that she no longer does.
    live_together { household: SubjectId, person: SubjectId, relation: Option<String> } -> HouseholdView = |call, with| {
        let seat = call.office.seat()?;
        crate::household::live_together(&seat.desk, with.household, with.person, with.relation.as_deref())?;
        Ok(screen::household::show_household(&seat, &with.household.to_string())?.household)
    };
    /// Puts these on a roll.
    put_on_roll { line: SubjectId, subjects: Vec<SubjectId> } -> RollView = |call, with| {
        let seat = call.office.seat()?;
        roll::put_on_roll(&seat.desk, with.line, &with.subjects)?;
        screen::roll::show_roll(&seat, with.line)
    };
    /// Takes these off a roll.
    take_off_roll { line: SubjectId, subjects: Vec<SubjectId> } -> RollView = |call, with| {
        let seat = call.office.seat()?;
        roll::take_off_roll(&seat.desk, with.line, &with.subjects)?;
        screen::roll::show_roll(&seat, with.line)
    };
    /// Says how it stands with one on a roll: the state, the note, or both; what is not said stays.
    mark_roll {
        line: SubjectId, subject: SubjectId, state: Option<RollState>, note: Option<String>
    } -> RollRow = |call, with| {
        let seat = call.office.seat()?;
        roll::mark_roll(&seat.desk, with.line, with.subject, with.state, with.note.as_deref())?;
        screen::roll::show_row(&seat, with.line, with.subject)
    };
    /// A roll into a workbook, with a column to sign in.
    export_roll { file: Uuid, what: RollExport } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::roll::export_roll(&seat, &file, &with.what)
    };

    /// 银行上门名单: of those on the roll of a line and of what it follows from, who waits for the bank. Numbers are whole only
    /// where she asked for them.
    bank_visits { line: SubjectId, whole: bool } -> BankVisits =
        |call, with| screen::bank_visits::bank_visits(&call.office.seat()?, with.line, with.whole);
    /// The same into a workbook, with columns for the bank's staff and the holder to sign.
    export_bank_visits { file: Uuid, what: BankVisitExport } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::bank_visits::export_bank_visits(&seat, &file, &with.what)
    };

    /// 村民小组 of a village, or of all of them, with how many households each has.
    household_groups { village: Option<StreamId> } -> Vec<VillageGroup> =
        |call, with| screen::roll_finding::household_groups(&call.office.seat()?, with.village.as_ref());
    /// 走访台账 of a time into a workbook. Long.
    export_visits { file: Uuid, what: VisitExport } -> Exported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::visit_export::export_visits(&seat, &file, &with.what, job))
    };

    /// How reporting stands.
    sync_state {} -> SyncState = |call, _| call.office.sync_state();
    /// The cases with what was received of them, those that wait first.
    sync_rows { offset: u64, limit: u32 } -> SyncPart =
        |call, with| screen::report::sync_rows(&call.office.seat()?, with.offset, with.limit);
    /// Begins to report; goes on in the background. Touches the network.
    start_sync {} -> SyncState = |call, _| call.office.start_sync();
    /// The same with the photos that wait for another connection, this once. Touches the network.
    send_everything {} -> SyncState = |call, _| call.office.send_everything();
    /// Stops reporting.
    stop_sync {} -> SyncState = |call, _| call.office.stop_sync();
    /// She has read that an old copy of the ledger was put back.
    put_back_read {} -> SyncState = |call, _| call.office.put_back_read();
    /// Everything that waits into a batch file, or into several of at most so many megabytes. Long.
    export_batch { file: Uuid, piece_mb: Option<u32> } -> BatchWritten = |call, with| {
        let (desk, file) = (call.office.desk()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::report::export_batch(&desk, &file, with.piece_mb, job))
    };
    /// Takes in a receipt file. Long.
    import_receipt { file: Uuid } -> ReceiptTaken = |call, with| {
        let (desk, file) = (call.office.desk()?, call.office.file(with.file)?);
        let runtime = call.office.runtime();
        let taken = call.office.with_job(call.job, |job| {
            runtime.block_on(crate::batch::import_receipt(&desk, &file, job))
        });
        // Stopped half-way, what was taken in until then counts.
        call.office.tell_changed();
        Ok(taken?.into())
    };
    /// What the center did not take.
    refused_entries {} -> Vec<RefusedView> = |call, _| screen::refused::refused_entries(&call.office.seat()?);

    /// Reads a roster and says of every row whether it can be taken.
    preview_roster { file: Uuid } -> RosterPreviewView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::roster::preview(&seat, &file)
    };
    /// 疑似重复: who of a roster may be somebody else of it, or of the ledger. Nothing is written.
    roster_doubles { file: Uuid, village: Option<StreamId> } -> RosterDoubles = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::roster::doubles(&seat, &file, with.village.as_ref())
    };
    /// Takes in the right rows of a roster. Long.
    import_roster { file: Uuid, village: Option<StreamId> } -> RosterImported = |call, with| {
        let (desk, file) = (call.office.desk()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::roster::import(&desk, &file, with.village.as_ref(), job))
    };

    /// Reads an official list of who is due and says of every row whether it can be taken.
    preview_due_list { file: Uuid, item: String } -> DueListPreviewView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::due_list::preview(&seat, &file, &with.item)
    };
    /// Takes in an official list of who is due. Long.
    import_due_list { file: Uuid, item: String } -> DueListImported = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        call.office.with_job(call.job, |job| screen::due_list::import(&seat, &file, &with.item, job))
    };

    /// Takes in a workbook that was dropped on the screen, base64; it is kept in memory alone.
    offer_file { name: String, bytes: String } -> ChosenFile = |call, with| {
        let bytes = data_encoding::BASE64.decode(with.bytes.as_bytes()).map_err(|_| Code::FileUnreadable)?;
        call.office.take_dropped(&with.name, bytes)
    };
    /// Takes a pasted list for a workbook with a row for everybody whom it names; it is kept in memory alone.
    list_of_pasted { text: String, name: String, headings: [String; 3] } -> ChosenFile = |call, with| {
        let seat = call.office.seat()?;
        let bytes = screen::form_sheet::list_of_pasted(&seat, &with.text, &with.name, &with.headings)?;
        call.office.take_dropped(&format!("{}.xlsx", with.name), bytes)
    };
    /// 填表助手: a sheet from above, read for its columns, its people and its free rows. Writes nothing.
    read_form_sheet { file: Uuid, sheet: Option<String> } -> FormSheetView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.content(with.file)?);
        screen::form_sheet::read_sheet(&seat, &file, with.sheet.as_deref())
    };
    /// Whom such a sheet may be filled with.
    find_who { who: Who } -> WhoView = |call, with| screen::form_sheet::find_who(&call.office.seat()?, &with.who);
    /// How the people of a list stand: 本村, 外出, 死亡待核, 不符. Writes nothing.
    check_list { file: Uuid, sheet: String, columns: Vec<ColumnChoice> } -> ListView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.content(with.file)?);
        screen::form_sheet::check_list(&seat, &file, &with.sheet, &with.columns)
    };
    /// Writes the sheet with people filled in, into another file; layout and everything else of the workbook stay. Long.
    write_form_sheet { file: Uuid, order: FormOrder, to_file: Uuid } -> FormWritten = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.content(with.file)?);
        let to = call.office.file(with.to_file)?;
        call.office.with_job(call.job, |job| screen::form_sheet::write_sheet(&seat, &file, &with.order, &to, job))
    };

    /// 养老认证核对: compares the office's list of who is certified with the certifications of a time. Writes nothing.
    reconcile_list { file: Uuid, from: chrono::NaiveDate, to: chrono::NaiveDate } -> ReconciledView = |call, with| {
        let (seat, file) = (call.office.seat()?, call.office.file(with.file)?);
        screen::reconcile::reconciled(&seat, &file, with.from, with.to)
    };
    /// The same into a workbook, every line of it. Long.
    export_reconciled {
        file: Uuid, from: chrono::NaiveDate, to: chrono::NaiveDate, to_file: Uuid, what: ReconcileExport
    } -> Exported = |call, with| {
        let (seat, list) = (call.office.seat()?, call.office.file(with.file)?);
        let (file, days) = (call.office.file(with.to_file)?, (with.from, with.to));
        call.office.with_job(call.job, |job| {
            screen::reconcile::export(&seat, (&list, &file), days, &with.what, job)
        })
    };

    /// Checks the ledger against itself. Long.
    verify_ledger {} -> VerifiedView = |call, _| {
        let desk = call.office.desk()?;
        call.office.with_job(call.job, |job| screen::report::verify(&desk, job))
    };
    /// Sets aside what is damaged of the ledger and builds it anew; she signs in afterwards. None where nothing is damaged. Long.
    repair_ledger { pin: String, file: Option<Uuid> } -> Option<RepairView> = |call, with| {
        call.office.with_job(call.job, |job| call.office.repair(&with.pin, with.file, job))
    };
    /// What the last repair did.
    repair_report {} -> Option<RepairView> = |call, _| call.office.repair_report();
    /// She has read it.
    repair_seen {} -> () = |call, _| call.office.repair_seen();
    /// Whether the ledger's files are whole, as far as is known now.
    ledger_health {} -> LedgerHealth = |call, _| Ok(crate::repair::health(&*call.office.desk()?));
    /// Stops long work.
    cancel { job: Uuid } -> () = |call, with| { call.office.cancel(with.job); Ok(()) };
}
