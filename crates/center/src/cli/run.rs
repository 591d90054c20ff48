//! One arm a command.

use super::args::{Backup, Batch, Case, CommandLine, Escrow, Laptop, Tls, Verb};
use super::backup::{restore_backup, run_backup};
use super::erase::run_erase;
use super::escrow::run_escrow;
use super::form::run_form;
use super::item::run_item;
use super::office::{answer_laptop, list_laptops, run_quarantine, run_staff, show_status, verify};
use super::print::Printer;
use super::progress::watched;
use super::recovery::run_recovery;
use super::serve;
use bangban_center::identity::TlsPem;
use bangban_center::review::Confirmation;
use bangban_center::store::reading::CaseAsk;
use bangban_center::store::{BatchLine, CaseLine};
use bangban_center::tls::TlsIdentity;
use bangban_center::{Center, CenterError, DataFolder, NewCenter, Role, SignIn};
use bangban_model::body::{Outcome, Remark};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::mask::mask_identity;
use bangban_model::photo::PHOTO_PREFIX;
use bangban_model::{Code, EntryId, RecordId, Stage, StreamId, SubjectId};
use bangban_sync::enrolment_code::EnrolmentCode;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

type Done = Result<ExitCode, CenterError>;

/// Who opens the demo township, with role and scope.
const DEMO_STAFF: &[(&str, Role, &str)] = &[
    ("李科员", Role::Acceptor, "420703200"),
    ("王主任", Role::Confirmer, "420703200"),
    ("陈管理员", Role::Admin, "420703200"),
];

/// Runs a command.
pub fn run(args: CommandLine, out: &Printer) -> Done {
    if let Verb::Escrow(Escrow::Open { file, key }) = &args.verb {
        super::escrow::open(out, file, key)?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = DataFolder::new(args.data.ok_or(CenterError::Coded(Code::CenterMissing))?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if let Verb::Init { demo, name, district, divisions } = args.verb {
        return init(out, folder, clock, demo, name, &district, divisions.as_deref());
    }
    if let Verb::Backup(Backup::Restore { copy, key }) = &args.verb {
        restore_backup(out, folder, clock, copy, key)?;
        return Ok(ExitCode::SUCCESS);
    }
    let center = Center::open(folder, clock)?;
    match args.verb {
        Verb::Init { .. } => {}
        Verb::Escrow(verb) => run_escrow(&center, out, &verb)?,
        Verb::Tls(Tls::Replace { key, staff }) => super::tls::replace(&center, out, &key, &staff)?,
        Verb::Backup(verb) => run_backup(&center, out, &verb)?,
        Verb::Serve(args) => serve::run(center, args, out)?,
        Verb::Code { villages, address } => issue_code(&center, out, &villages, address)?,
        Verb::Import { file, receipt } => import_file(&center, out, &file, receipt)?,
        Verb::Batch(verb) => run_batch(&center, out, verb)?,
        Verb::Case(verb) => run_case(&center, out, verb)?,
        Verb::Quarantine(verb) => run_quarantine(&center, out, verb)?,
        Verb::Staff(verb) => run_staff(&center, out, verb)?,
        Verb::Laptop(Laptop::List) => list_laptops(&center, out)?,
        Verb::Laptop(Laptop::Assign { id, villages, staff }) => {
            center.assign_laptop(&center.sign_in(&staff)?, id, &villages_of(&villages)?)?;
            list_laptops(&center, out)?;
        }
        Verb::Laptop(Laptop::Answer { laptop, file }) => answer_laptop(&center, out, laptop, &file)?,
        Verb::Form(verb) => return run_form(&center, out, verb),
        Verb::Item(verb) => return run_item(&center, out, verb),
        Verb::Erase(args) => run_erase(&center, out, &args)?,
        Verb::Recovery(verb) => run_recovery(&center, out, verb)?,
        Verb::Status => show_status(&center, out)?,
        Verb::Verify => return verify(&center, out),
    }
    Ok(ExitCode::SUCCESS)
}

fn init(
    out: &Printer,
    folder: DataFolder,
    clock: Arc<dyn Clock>,
    demo: bool,
    name: Option<String>,
    district: &str,
    divisions: Option<&Path>,
) -> Done {
    let text = divisions.map(std::fs::read_to_string).transpose()?;
    if let Some(text) = &text {
        bangban_model::division::Divisions::from_csv(text)
            .map_err(|problem| CenterError::About(Code::BadInput, problem.to_string()))?;
    }
    let usual = if demo { out.say("init.demo_name", &[]) } else { out.say("init.name", &[]) };
    let new = NewCenter { name: name.unwrap_or(usual), district: district.to_owned() };
    let tls =
        TlsIdentity::make().map_err(|problem| CenterError::About(Code::Internal, problem.to_string()))?;
    let pem = TlsPem { certificate_pem: tls.certificate_pem().to_owned(), key_pem: tls.key_pem().to_owned() };
    let center = Center::init(folder, &new, Some(pem), clock)?;
    if let Some(text) = text {
        std::fs::write(center.folder().divisions(), text)?;
    }
    if demo {
        for (name, role, scope) in DEMO_STAFF {
            center.add_staff(name, *role, scope)?;
        }
    }
    let root = center.folder().root().display().to_string();
    let offline = center.folder().offline().display().to_string();
    out.show(&json!({"data": root, "center": new.name, "offline": offline}), || {
        vec![
            out.say("init.done", &[("center", &new.name), ("data", &root)]),
            out.say("init.offline", &[("offline", &offline)]),
        ]
    });
    Ok(ExitCode::SUCCESS)
}

fn villages_of(codes: &[String]) -> Result<Vec<StreamId>, CenterError> {
    let village = |code: &String| {
        StreamId::parse(code).ok_or_else(|| CenterError::About(Code::VillageUnknown, code.clone()))
    };
    codes.iter().map(village).collect()
}

fn issue_code(
    center: &Center,
    out: &Printer,
    villages: &[String],
    address: Option<String>,
) -> Result<(), CenterError> {
    let villages = villages_of(villages)?;
    let address = match address {
        Some(address) => address,
        None => center
            .folder()
            .last_address()?
            .ok_or_else(|| CenterError::About(Code::BadInput, "address".into()))?,
    };
    let code = center.issue_code(&villages)?;
    let text = EnrolmentCode { address: address.clone(), pins: center.tls_pins().to_vec(), code }
        .encode()
        .map_err(|problem| CenterError::About(Code::BadInput, problem.to_string()))?;
    out.show(
        &json!({"code": text, "address": address, "minutes": bangban_center::enrol::CODE_MINUTES}),
        || {
            vec![
                out.say("code.done", &[("minutes", &bangban_center::enrol::CODE_MINUTES.to_string())]),
                text.clone(),
            ]
        },
    );
    Ok(())
}

fn import_file(
    center: &Center,
    out: &Printer,
    file: &Path,
    receipt: Option<PathBuf>,
) -> Result<(), CenterError> {
    let receipt = receipt.unwrap_or_else(|| {
        let mut name = file.file_stem().unwrap_or_default().to_owned();
        name.push(".receipt.bangban");
        file.with_file_name(name)
    });
    let received = watched(out, |progress| center.receive_batch_file_telling(file, &receipt, progress))?;
    let object = json!({
        "batch": received.batch, "incarnation": received.life, "entries": received.entries,
        "new_entries": received.new_entries, "photos": received.photos, "wanted_photos": received.wanted,
        "receipt": receipt.display().to_string(), "pages_refused": received.pages_refused,
        "lost": received.lost, "brought_back": received.brought_back,
    });
    out.show(&object, || {
        let facts = [received.new_entries, received.entries, received.photos].map(|count| count.to_string());
        let receipt = receipt.display().to_string();
        if !received.lost.is_empty() {
            return vec![out.say("import.lost", &[("receipt", &receipt)])];
        }
        vec![out.say(
            "import.done",
            &[("new", &facts[0]), ("entries", &facts[1]), ("photos", &facts[2]), ("receipt", &receipt)],
        )]
    });
    Ok(())
}

/// Whose scope a list shows: a member's, or all of it for the one who sits at the machine.
pub(super) fn scope_of(center: &Center, staff: Option<&str>) -> Result<String, CenterError> {
    staff.map_or_else(|| Ok(String::new()), |staff| Ok(center.sign_in(staff)?.staff.scope))
}

fn batch_json(line: &BatchLine) -> Value {
    json!({
        "id": line.id, "incarnation": line.life, "first_seq": line.first_seq, "last_seq": line.last_seq,
        "channel": line.channel, "received_at": line.received_at, "imported_at": line.imported_at,
        "villages": line.villages, "entries": line.entries, "quarantined": line.quarantined,
    })
}

fn batch_text(out: &Printer, line: &BatchLine) -> String {
    let state = if line.imported_at.is_some() { "batch.imported" } else { "batch.waiting" };
    let channel = out.say(&format!("channel.{}", line.channel), &[]);
    let entries = out.say("batch.entries", &[("n", &line.entries.to_string())]);
    format!("{}  {}  {channel}  {entries}  {}", line.id, line.received_at, out.say(state, &[]))
}

fn run_batch(center: &Center, out: &Printer, verb: Batch) -> Result<(), CenterError> {
    let batch_id = |id: &str| id.parse::<RecordId>().map_err(|_| CenterError::Coded(Code::BatchUnknown));
    match verb {
        Batch::List { staff } => {
            let batches = center.store().batches(&scope_of(center, staff.as_deref())?, 200)?;
            let object = json!({"batches": batches.iter().map(batch_json).collect::<Vec<_>>()});
            out.show(&object, || match batches.is_empty() {
                true => vec![out.say("batch.none", &[])],
                false => batches.iter().map(|line| batch_text(out, line)).collect(),
            });
        }
        Batch::Preview { id, staff } => {
            let scope = scope_of(center, staff.as_deref())?;
            let folder = center.store().batch(&scope, batch_id(&id)?)?.ok_or(Code::BatchUnknown)?;
            let mut object = batch_json(&folder.line);
            object["cases"] = folder.cases.iter().map(|case| case_json(case, false)).collect();
            object["kinds"] = folder
                .kinds
                .iter()
                .map(|(kind, count)| (kind.clone(), json!(count)))
                .collect::<serde_json::Map<_, _>>()
                .into();
            out.show(&object, || {
                let mut lines = vec![batch_text(out, &folder.line)];
                lines.extend(folder.cases.iter().map(|case| format!("  {}", case_text(out, case))));
                lines
            });
        }
        Batch::Import { id, staff } => {
            let imported = center.import_batch(&center.sign_in(&staff)?, batch_id(&id)?)?;
            out.show(&json!({"batch": id, "cases": imported.cases, "left": imported.left}), || {
                let facts = [imported.cases.len(), imported.left.len()].map(|count| count.to_string());
                vec![out.say("batch.import_done", &[("cases", &facts[0]), ("left", &facts[1])])]
            });
        }
        Batch::Undo { id, staff } => {
            let undone = center.undo_import(&center.sign_in(&staff)?, batch_id(&id)?)?;
            out.show(&json!({"batch": id, "cases": undone.cases, "skipped": undone.skipped}), || {
                let facts = [undone.cases.len(), undone.skipped.len()].map(|count| count.to_string());
                let mut lines =
                    vec![out.say("batch.undo_done", &[("cases", &facts[0]), ("skipped", &facts[1])])];
                lines.extend(undone.skipped.iter().map(|case| format!("  {case}")));
                lines
            });
        }
    }
    Ok(())
}

fn stage_text(stage: Stage) -> &'static str {
    bangban_ledger::document_row::stage_text(stage)
}

fn parse_stage(text: &str) -> Result<Stage, CenterError> {
    Stage::ALL
        .into_iter()
        .find(|stage| stage_text(*stage) == text)
        .ok_or_else(|| CenterError::About(Code::BadInput, "stage".into()))
}

fn case_json(line: &CaseLine, whole: bool) -> Value {
    let document = &line.document;
    let Some(file) = &document.case else { return json!({"id": document.subject}) };
    let revision = file.latest_revision();
    let mut object = json!({
        "id": document.subject, "item": file.item, "village": document.stream, "stage": stage_text(file.stage),
        "person": {"id": file.resident, "name": line.resident_name, "id_number": line.resident_number},
        "revision": revision.map(|revision| revision.entry), "revision_number": revision.map_or(0, |revision| revision.number),
        "imported": document.center.as_ref().and_then(|center| center.imported),
        "photos": line.photos.named, "photos_verified": line.photos.verified,
        "conflicts": document.conflicts.len(), "late_changes": document.late_changes.len(),
    });
    if whole {
        let check = document.center.as_ref().and_then(|center| center.check.as_ref());
        object["check"] = check.map_or(Value::Null, |check| {
            json!({
                "revision": check.revision, "irrelevant": check.irrelevant,
                "recomputed": check.recomputed, "invalid": check.invalid,
            })
        });
        object["answers"] = document
            .under("/data/")
            .map(|(rest, value)| (format!("/data/{rest}"), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        object["pictures"] = document
            .under(PHOTO_PREFIX)
            .map(|(digest, value)| json!({"digest": digest, "field": value}))
            .collect();
        object["returns"] = json!(file.returns);
        object["acceptance"] = json!(file.acceptance);
        object["decision"] = json!(file.decision);
        object["history"] = json!(document.history);
        object["open_conflicts"] = json!(document.conflicts);
        object["open_late_changes"] = json!(document.late_changes);
    }
    object
}

fn case_text(out: &Printer, line: &CaseLine) -> String {
    let document = &line.document;
    let Some(file) = &document.case else { return document.subject.to_string() };
    let stage = out.say(&format!("stage.{}", stage_text(file.stage)), &[]);
    let listed = document.center.as_ref().is_some_and(|center| center.imported.is_some());
    let revision = file.latest_revision().map_or(0, |revision| revision.number).to_string();
    let photos = out.say(
        "case.photos",
        &[("verified", &line.photos.verified.to_string()), ("named", &line.photos.named.to_string())],
    );
    format!(
        "{}  {}  {}  {}  {}{}  {photos}",
        document.subject,
        file.item,
        if line.resident_name.is_empty() { "—" } else { &line.resident_name },
        mask_identity(&line.resident_number),
        out.say("case.stage", &[("stage", &stage), ("revision", &revision)]),
        if listed { String::new() } else { out.say("case.not_imported", &[]) },
    )
}

fn run_case(center: &Center, out: &Printer, verb: Case) -> Result<(), CenterError> {
    let case_id = |id: &str| id.parse::<SubjectId>().map_err(|_| CenterError::Coded(Code::CaseUnknown));
    let revision_id = |id: Option<String>| {
        id.map(|id| id.parse::<EntryId>().map_err(|_| CenterError::About(Code::BadInput, "revision".into())))
            .transpose()
    };
    match verb {
        Case::List { stage, staff, limit } => {
            let stage = stage.as_deref().map(parse_stage).transpose()?;
            let ask = CaseAsk { stage, limit, ..CaseAsk::default() };
            let cases = center.store().case_page(&scope_of(center, staff.as_deref())?, &ask)?.lines;
            let object =
                json!({"cases": cases.iter().map(|case| case_json(case, false)).collect::<Vec<_>>()});
            out.show(&object, || match cases.is_empty() {
                true => vec![out.say("case.none", &[])],
                false => cases.iter().map(|case| case_text(out, case)).collect(),
            });
            Ok(())
        }
        Case::Show { id, staff } => {
            show_case(center, out, &scope_of(center, staff.as_deref())?, case_id(&id)?)
        }
        Case::Accept { id, staff, revision } => {
            let (sign_in, case) = (center.sign_in(&staff)?, case_id(&id)?);
            center.accept_case(&sign_in, case, revision_id(revision)?)?;
            decided(center, out, &sign_in, case)
        }
        Case::Return { id, staff, remarks, note, revision } => {
            let (sign_in, case) = (center.sign_in(&staff)?, case_id(&id)?);
            let remarks = remarks.iter().map(|remark| parse_remark(remark)).collect::<Result<Vec<_>, _>>()?;
            center.return_case(&sign_in, case, revision_id(revision)?, &remarks, &note)?;
            decided(center, out, &sign_in, case)
        }
        Case::Confirm { id, staff, outcome, refuse, due, note, revision } => {
            let (sign_in, case) = (center.sign_in(&staff)?, case_id(&id)?);
            let outcome = if refuse || outcome == "refused" { Outcome::Refused } else { Outcome::Granted };
            center.confirm_case(
                &sign_in,
                case,
                revision_id(revision)?,
                &Confirmation { outcome, due, note },
            )?;
            decided(center, out, &sign_in, case)
        }
    }
}

fn parse_remark(text: &str) -> Result<Remark, CenterError> {
    let (path, text) =
        text.split_once('=').ok_or_else(|| CenterError::About(Code::BadInput, "remark".into()))?;
    Ok(Remark { path: path.trim().to_owned(), text: text.trim().to_owned() })
}

fn decided(center: &Center, out: &Printer, sign_in: &SignIn, case: SubjectId) -> Result<(), CenterError> {
    show_case(center, out, &sign_in.staff.scope, case)
}

fn show_case(center: &Center, out: &Printer, scope: &str, case: SubjectId) -> Result<(), CenterError> {
    let line = center.store().case(scope, case)?.ok_or(Code::CaseUnknown)?;
    out.show(&case_json(&line, true), || {
        let mut lines = vec![case_text(out, &line)];
        lines.extend(line.document.under("/data/").filter(|(path, _)| !path.ends_with("id_number")).map(
            |(path, value)| {
                format!("  {path:<36} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            },
        ));
        lines.extend(line.document.conflicts.iter().map(|conflict| format!("  ! {}", conflict.field)));
        lines
    });
    Ok(())
}
