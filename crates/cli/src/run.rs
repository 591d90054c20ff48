//! One arm a command: read what the shell gives, ask desk, print the answer.

use crate::args::{
    Args, Batch, Case, Content, Copy, Due, Household, Item, Person, Receipt, Roster, Verb, Visit,
};
use crate::catalogue::run_catalogue;
use crate::conflict::run_conflict;
use crate::copy::{restore, run_copy};
use crate::due::import_due_list;
use crate::form::run_form;
use crate::keys;
use crate::print::{self, Printer};
use crate::repair::{check_ledger, repair_ledger};
use bangban_desk::attached::read_file;
use bangban_desk::case::{CaseFilter, NewCase};
use bangban_desk::fill::Filling;
use bangban_desk::job::Job;
use bangban_desk::photo::NewPhoto;
use bangban_desk::sign_in::Door;
use bangban_desk::sync::Persistence;
use bangban_desk::{
    Desk, DeskError, bank_visit, batch, case, enrol, fill, household, person, roster, second_copy, sign_in,
    status, sync, visit,
};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::document::Stage;
use bangban_model::{Code, Digest, StreamId, SubjectId};
use bangban_sync::exchange::{Progress, Watcher};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

pub(crate) type Done = Result<ExitCode, DeskError>;

/// Runs a command.
pub fn run(args: Args, out: &Printer) -> Done {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if let Verb::Roster(Roster::Demo { file, seed, households, people, village }) = &args.verb {
        return write_demo_roster(out, clock.as_ref(), file, (*seed, *households, *people), village);
    }
    if let Verb::Form(verb) = args.verb {
        return run_form(out, verb);
    }
    if let Verb::Catalogue(verb) = &args.verb {
        return run_catalogue(out, verb);
    }
    let folder = args.ledger.clone().ok_or_else(|| DeskError::new(Code::LedgerMissing))?;
    if let Verb::Init { agent, derivation_ms } = &args.verb {
        return make_ledger(out, clock, &folder, agent, *derivation_ms);
    }
    if let Verb::Recover { code, agent } = &args.verb {
        return keys::recover(&Door::of(&folder, clock), out, code, agent.as_deref());
    }
    if let Verb::Copy(Copy::Restore { from, code }) = &args.verb {
        return restore(out, &Door::of(&folder, clock), from, code.as_deref());
    }
    // Of a ledger that cannot be worked on, too.
    match &args.verb {
        Verb::Check => return check_ledger(out, &Door::of(&folder, clock)),
        Verb::Repair { from } => return repair_ledger(out, &Door::of(&folder, clock), from.as_deref()),
        _ => {}
    }
    let desk = Arc::new(sign_in::sign_in(&folder, &ask_pin(out, "pin.ask")?, clock)?);
    let done = run_signed_in(&desk, out, args.verb);
    // What was recorded goes into the second copy, whatever became of the command after it.
    second_copy::follow(&desk);
    done
}

fn run_signed_in(desk: &Arc<Desk>, out: &Printer, verb: Verb) -> Done {
    match verb {
        Verb::Init { .. }
        | Verb::Form(_)
        | Verb::Catalogue(_)
        | Verb::Recover { .. }
        | Verb::Check
        | Verb::Repair { .. } => Ok(ExitCode::SUCCESS),
        Verb::Pin => keys::change_pin(desk, out),
        Verb::Agent(verb) => keys::run_agent(desk, out, verb),
        Verb::Enrol { code } => enrol(desk, out, &code),
        Verb::Roster(verb) => import_roster(desk, out, verb),
        Verb::Due(Due::Import { file, item, preview }) => import_due_list(desk, out, &file, &item, preview),
        Verb::Person(Person::Find { text }) => find_people(desk, out, &text),
        Verb::Household(verb) => run_household(desk, out, verb),
        Verb::Visit(verb) => run_visit(desk, out, verb),
        Verb::Case(verb) => run_case(desk, out, verb),
        Verb::Conflict(verb) => run_conflict(desk.clone(), out, verb),
        Verb::Item(Item::List) => list_items(desk, out),
        Verb::Sync { address, tries } => run_sync(desk, out, address.as_deref(), tries),
        Verb::Batch(Batch::Export { file, piece }) => export_batch(desk, out, &file, piece),
        Verb::Receipt(Receipt::Import { file }) => import_receipt(desk, out, &file),
        Verb::Copy(verb) => run_copy(desk, out, verb),
        Verb::Status => show_status(desk, out),
        Verb::Quarantine => list_refused(desk, out),
        Verb::Verify => verify(desk, out),
        Verb::Fill { cases, photos, photo_bytes, seed } => {
            run_fill(desk, out, Filling { cases, photos, photo_bytes, seed })
        }
    }
}

/// From `BANGBAN_PIN`, else asked without an echo.
pub(crate) fn ask_pin(out: &Printer, question: &str) -> Result<String, DeskError> {
    if let Ok(pin) = std::env::var("BANGBAN_PIN") {
        return Ok(pin);
    }
    rpassword::prompt_password(out.words.say(question, &[])).map_err(DeskError::from)
}

/// A PIN that is chosen now: from `BANGBAN_NEW_PIN`, else asked twice.
pub(crate) fn ask_new_pin(out: &Printer) -> Result<String, DeskError> {
    if let Ok(pin) = std::env::var("BANGBAN_NEW_PIN") {
        return Ok(pin);
    }
    let ask = |question| rpassword::prompt_password(out.words.say(question, &[]));
    let pin = ask("pin.choose")?;
    if pin != ask("pin.again")? {
        return Err(Code::PinsDiffer.into());
    }
    Ok(pin)
}

fn make_ledger(out: &Printer, clock: Arc<dyn Clock>, folder: &Path, agent: &str, derivation_ms: u64) -> Done {
    let pin = ask_pin(out, "pin.choose")?;
    if std::env::var_os("BANGBAN_PIN").is_none() && pin != ask_pin(out, "pin.again")? {
        return Err(Code::PinsDiffer.into());
    }
    let cost = sign_in::calibrate(Duration::from_millis(derivation_ms));
    let desk = sign_in::make_ledger(folder, agent, &pin, cost, clock)?;
    out.show(
        &json!({"ledger": folder, "agent": desk.agent(), "derivation_memory_kib": cost.memory_kib}),
        |words| vec![words.say("init.done", &[("ledger", &folder.display().to_string()), ("agent", agent)])],
    );
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<tokio::runtime::Runtime, DeskError> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

fn enrol(desk: &Desk, out: &Printer, code: &str) -> Done {
    let enrolled = runtime()?.block_on(enrol::enrol(desk, code))?;
    out.show(&enrolled, |words| {
        let villages: Vec<String> =
            enrolled.villages.iter().map(|(code, name)| format!("{name}（{code}）")).collect();
        vec![words.say("enrol.done", &[("center", &enrolled.center), ("villages", &villages.join("、"))])]
    });
    Ok(ExitCode::SUCCESS)
}

fn write_demo_roster(
    out: &Printer,
    clock: &dyn Clock,
    file: &Path,
    (seed, households, people): (u64, usize, usize),
    village: &str,
) -> Done {
    let workbook = roster::demo_workbook(seed, village, households, people, clock.today())?;
    std::fs::write(file, workbook)?;
    out.show(&json!({"file": file, "households": households, "people": people}), |words| {
        let (households, people) = (households.to_string(), people.to_string());
        vec![words.say(
            "roster.demo",
            &[("file", &file.display().to_string()), ("households", &households), ("people", &people)],
        )]
    });
    Ok(ExitCode::SUCCESS)
}

fn import_roster(desk: &Desk, out: &Printer, verb: Roster) -> Done {
    let Roster::Import { file, preview: only_preview, village } = verb else { return Ok(ExitCode::SUCCESS) };
    let preview = roster::preview_roster(desk, &std::fs::read(&file)?)?;
    let imported = if only_preview {
        None
    } else {
        let village = match village {
            Some(code) => StreamId::parse(&code).ok_or(Code::VillageUnknown)?,
            None => desk.ledger().enrolment()?.villages.first().cloned().ok_or(Code::VillageUnknown)?,
        };
        Some(roster::import_roster(desk, &preview, &village, &Job::quiet())?)
    };
    let object = json!({
        "people": preview.people.len(), "households": preview.households, "wrong": preview.wrong,
        "warnings": preview.warnings, "imported": imported,
    });
    out.show(&object, |words| {
        let mut lines = vec![words.say(
            "roster.preview",
            &[
                ("people", &preview.people.len().to_string()),
                ("households", &preview.households.to_string()),
                ("wrong", &preview.wrong_rows().to_string()),
            ],
        )];
        lines.extend(preview.wrong.iter().map(|issue| format!("  ✗ {}", roster_issue(words, issue))));
        lines.extend(
            preview.warnings.iter().take(20).map(|issue| format!("  ! {}", roster_issue(words, issue))),
        );
        lines.extend(imported.as_ref().map(|done| {
            let facts = [done.added, done.changed, done.unchanged].map(|count| count.to_string());
            words
                .say("roster.done", &[("added", &facts[0]), ("changed", &facts[1]), ("unchanged", &facts[2])])
        }));
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn roster_issue(words: &bangban_model::words::Words, issue: &bangban_model::roster::RowIssue) -> String {
    let column = issue.column.map(|column| column.heading()).unwrap_or_default();
    print::row_problem(words, issue.row, column, issue.problem)
}

fn find_people(desk: &Desk, out: &Printer, text: &str) -> Done {
    let people = person::find_people(desk, text)?;
    out.show(&json!({"people": people}), |words| {
        if people.is_empty() {
            return vec![words.say("person.none", &[])];
        }
        people.iter().map(|person| print::person(words, person)).collect()
    });
    Ok(ExitCode::SUCCESS)
}

fn run_household(desk: &Desk, out: &Printer, verb: Household) -> Done {
    let number = match verb {
        Household::Show { household } => household,
        Household::Living { household, person, relation } => {
            household::record_living_together(desk, &household, &person, relation.as_deref())?;
            household
        }
    };
    let view = household::show_household(desk, &number)?;
    out.show(&view, |words| {
        let mut lines =
            vec![format!("{}  {}", view.household_no, view.address), words.say("household.registered", &[])];
        lines.extend(
            view.registered.iter().map(|line| format!("  {}  {}", line.relation, print::person(words, line))),
        );
        lines.push(words.say("household.living", &[]));
        lines.extend(
            view.living_together
                .iter()
                .map(|(line, relation)| format!("  {relation}  {}", print::person(words, line))),
        );
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn run_visit(desk: &Desk, out: &Printer, verb: Visit) -> Done {
    match verb {
        Visit::Start { household, note } => {
            let line = visit::start_visit(desk, &household, &note)?;
            out.show(&line, |words| {
                vec![
                    words.say(
                        "visit.started",
                        &[("household", &line.household_no), ("id", &line.id.to_string())],
                    ),
                ]
            });
        }
        Visit::List => {
            let visits = visit::list_visits(desk, 100)?;
            out.show(&json!({"visits": visits}), |_| {
                visits
                    .iter()
                    .map(|line| format!("{}  {}  {}", line.started_at, line.household_no, line.note))
                    .collect()
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn case_id(text: &str) -> Result<SubjectId, DeskError> {
    text.parse().map_err(|_| Code::CaseUnknown.into())
}

fn read_content(content: &Content) -> Result<(BTreeMap<String, String>, Vec<NewPhoto>), DeskError> {
    let mut answers = BTreeMap::new();
    if let Some(file) = &content.answers {
        let read: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&std::fs::read(file)?).map_err(|_| DeskError::new(Code::BadInput))?;
        for (path, value) in read {
            let text = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Null => String::new(),
                other => other.to_string(),
            };
            answers.insert(path, text);
        }
    }
    let mut photos = Vec::new();
    for named in &content.photos {
        let (slot, file) = match named.split_once('=') {
            Some((slot, file)) if !Path::new(named).exists() => (Some(slot.to_owned()), PathBuf::from(file)),
            _ => (None, PathBuf::from(named)),
        };
        photos.push(NewPhoto { slot, ..read_file(&file)? });
    }
    Ok((answers, photos))
}

fn run_case(desk: &Desk, out: &Printer, verb: Case) -> Done {
    let view = match verb {
        Case::List { stage, limit } => return list_cases(desk, out, stage.as_deref(), limit),
        Case::BankVisits => return list_bank_visits(desk, out),
        Case::Show { id } => case::show_case(desk, case_id(&id)?)?,
        Case::Open { item, person, visit, again, content } => {
            let (answers, photos) = read_content(&content)?;
            let visit =
                visit.map(|visit| visit.parse().map_err(|_| DeskError::new(Code::BadInput))).transpose()?;
            let opened = case::open_case(
                desk,
                NewCase { item, person, visit, answers, photos, again, ..NewCase::default() },
            )?;
            let opened = consented(desk, &content, opened)?;
            if content.submit { submit(desk, out, opened.line.id)? } else { opened }
        }
        Case::Correct { id, content, remove_photos } => {
            let id = case_id(&id)?;
            let (answers, photos) = read_content(&content)?;
            for digest in remove_photos {
                case::remove_photo(desk, id, Digest::parse(&digest).ok_or(Code::BadInput)?)?;
            }
            let corrected = case::correct_case(desk, id, &answers, photos)?;
            let corrected = consented(desk, &content, corrected)?;
            if content.submit { submit(desk, out, id)? } else { corrected }
        }
        Case::Submit { id } => case::submit_case(desk, case_id(&id)?)?,
        Case::Discard { id } => {
            case::discard_draft(desk, case_id(&id)?)?;
            out.show(&json!({"discarded": id}), |words| vec![words.say("case.discarded", &[])]);
            return Ok(ExitCode::SUCCESS);
        }
    };
    out.show(&view, |words| print::case_view(words, &view));
    Ok(ExitCode::SUCCESS)
}

/// Records the consents where she says that they were given.
fn consented(desk: &Desk, content: &Content, view: case::CaseView) -> Result<case::CaseView, DeskError> {
    if !content.consent {
        return Ok(view);
    }
    case::consent_case(desk, view.line.id)?;
    case::show_case(desk, view.line.id)
}

/// Submits; where that is not possible yet, the draft stays and the answer says which one it is.
fn submit(desk: &Desk, out: &Printer, id: SubjectId) -> Result<case::CaseView, DeskError> {
    case::submit_case(desk, id).map_err(|problem| {
        if out.for_people() {
            println!("{}", out.words.say("case.kept_as_draft", &[("id", &id.to_string())]));
        }
        problem.with("case", id.to_string())
    })
}

fn list_cases(desk: &Desk, out: &Printer, stage: Option<&str>, limit: u32) -> Done {
    let stage = match stage {
        None => None,
        Some("open") => Some(Stage::Open),
        Some("submitted") => Some(Stage::Submitted),
        Some("returned") => Some(Stage::Returned),
        Some("accepted") => Some(Stage::Accepted),
        Some("confirmed") => Some(Stage::Confirmed),
        Some("withdrawn") => Some(Stage::Withdrawn),
        Some("closed") => Some(Stage::Closed),
        Some(_) => return Err(Code::BadInput.into()),
    };
    let cases = case::list_cases(desk, CaseFilter { stage, limit })?;
    out.show(&json!({"cases": cases}), |words| {
        if cases.is_empty() {
            return vec![words.say("case.none", &[])];
        }
        cases.iter().map(|line| print::case_line(words, line)).collect()
    });
    Ok(ExitCode::SUCCESS)
}

fn list_bank_visits(desk: &Desk, out: &Printer) -> Done {
    let visits = bank_visit::list_bank_visits(desk)?;
    out.show(&json!({"visits": visits}), |words| {
        if visits.is_empty() {
            return vec![words.say("bank.none", &[])];
        }
        let when = |at: &str| if at.is_empty() { words.say("bank.no_time", &[]) } else { at.to_owned() };
        visits
            .iter()
            .map(|visit| {
                let holder =
                    visit.person.as_ref().map(|holder| print::person(words, holder)).unwrap_or_default();
                format!(
                    "{}  {}  {}  {}  {holder}",
                    when(&visit.agreed_time),
                    visit.bank,
                    visit.address,
                    visit.contact
                )
            })
            .collect()
    });
    Ok(ExitCode::SUCCESS)
}

fn list_items(desk: &Desk, out: &Printer) -> Done {
    let catalogue = desk.catalogue();
    let items: Vec<_> = catalogue.items().map(|item| &item.card).collect();
    out.show(&json!({"items": items}), |_| {
        items.iter().map(|item| format!("{:<14} {}（{}）", item.code, item.name, item.department)).collect()
    });
    Ok(ExitCode::SUCCESS)
}

fn run_sync(desk: &Desk, out: &Printer, address: Option<&str>, tries: u32) -> Done {
    let bar = out.for_people() && std::io::stderr().is_terminal();
    let watcher = if bar { photo_bar() } else { Arc::new(|_| {}) };
    let persistence = Persistence { tries, ..Default::default() };
    let synced = runtime()?.block_on(sync::sync(desk, address, persistence, watcher))?;
    let status = status::status(desk)?;
    let object = json!({"synced": synced, "pending_entries": status.pending_entries, "pending_photos": status.pending_photos});
    out.show(&object, |words| {
        let facts = [synced.entries_received, synced.photos_received, synced.from_others]
            .map(|count| count.to_string());
        let mut lines = vec![
            words.say("sync.done", &[("entries", &facts[0]), ("photos", &facts[1]), ("others", &facts[2])]),
        ];
        if synced.forms > 0 {
            lines.push(words.say("sync.forms", &[("n", &synced.forms.to_string())]));
        }
        if synced.new_life {
            lines.push(words.say("sync.put_back", &[]));
        }
        if let Some(ahead) = synced.clock_ahead_seconds.filter(|ahead| ahead.abs() > 300) {
            lines.push(words.say("sync.clock", &[("minutes", &(ahead / 60).to_string())]));
        }
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn photo_bar() -> Watcher {
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("  {bar:28.cyan/blue} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}")
    {
        bar.set_style(style);
    }
    Arc::new(move |progress| match progress {
        Progress::Begun { photo_bytes, .. } => bar.set_length(photo_bytes),
        Progress::PhotoBytes(bytes) => bar.inc(bytes),
        Progress::Receipted { .. } | Progress::PhotoReceived => {}
    })
}

fn export_batch(desk: &Desk, out: &Printer, file: &Path, piece_bytes: Option<u64>) -> Done {
    let exported = batch::export_batch(desk, file, piece_bytes, &Job::quiet())?;
    out.show(&exported, |words| {
        let facts =
            [exported.entries, exported.photos, exported.size_bytes / 1024].map(|count| count.to_string());
        let file = match exported.files.as_slice() {
            [_] => file.display().to_string(),
            several => several.join("、"),
        };
        let waited = exported.entries + exported.photos + exported.brought_back > 0;
        vec![words.say(
            if waited { "batch.exported" } else { "batch.asks" },
            &[("file", &file), ("entries", &facts[0]), ("photos", &facts[1]), ("kib", &facts[2])],
        )]
    });
    Ok(ExitCode::SUCCESS)
}

fn import_receipt(desk: &Desk, out: &Printer, file: &Path) -> Done {
    let outcome = runtime()?.block_on(batch::import_receipt(desk, file, &Job::quiet()))?;
    let status = status::status(desk)?;
    let object = json!({
        "entries_received": outcome.entries_received, "photos_received": outcome.photos_received,
        "from_others": outcome.from_others.len(), "forms": outcome.forms, "pending_entries": status.pending_entries,
        "pending_photos": status.pending_photos,
    });
    out.show(&object, |words| {
        let facts = [outcome.entries_received, outcome.photos_received, outcome.from_others.len() as u64];
        let facts = facts.map(|count| count.to_string());
        vec![
            words
                .say("receipt.done", &[("entries", &facts[0]), ("photos", &facts[1]), ("others", &facts[2])]),
        ]
    });
    Ok(ExitCode::SUCCESS)
}

fn show_status(desk: &Desk, out: &Printer) -> Done {
    let status = status::status(desk)?;
    out.show(&status, |words| {
        let counts = [
            ("people", status.people),
            ("households", status.households),
            ("visits", status.visits),
            ("cases", status.cases),
            ("returned", status.returned),
            ("drafts", status.drafts),
            ("entries", status.entries),
            ("pending_entries", status.pending_entries),
            ("photos", status.photos),
            ("pending_photos", status.pending_photos),
            ("quarantined", status.quarantined),
        ];
        let center = status.center.clone().unwrap_or_else(|| words.say("status.not_enrolled", &[]));
        let mut lines = vec![words.say("status.center", &[("center", &center)])];
        lines.extend(
            counts
                .iter()
                .map(|(key, count)| words.say(&format!("status.{key}"), &[("n", &count.to_string())])),
        );
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn list_refused(desk: &Desk, out: &Printer) -> Done {
    let refused = status::refused_entries(desk)?;
    out.show(&json!({"refused": refused}), |words| {
        if refused.is_empty() {
            return vec![words.say("quarantine.none", &[])];
        }
        let why = |reason: &str| words.say(&format!("reason.{reason}"), &[]);
        refused
            .iter()
            .map(|entry| format!("{}  {}  {}", entry.at, entry.subject, why(&entry.reason)))
            .collect()
    });
    Ok(ExitCode::SUCCESS)
}

fn verify(desk: &Desk, out: &Printer) -> Done {
    let verified = status::verify(desk, &Job::quiet())?;
    out.show(&verified, |words| {
        let facts = [verified.entries, verified.positions, verified.documents, verified.photos]
            .map(|count| count.to_string());
        let mut lines = vec![words.say(
            if verified.findings.is_empty() { "verify.whole" } else { "verify.wrong" },
            &[
                ("entries", &facts[0]),
                ("positions", &facts[1]),
                ("documents", &facts[2]),
                ("photos", &facts[3]),
            ],
        )];
        lines.extend(
            verified.findings.iter().map(|finding| format!("  ✗ {} {}", finding.what, finding.place)),
        );
        lines
    });
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_fill(desk: &Desk, out: &Printer, filling: Filling) -> Done {
    let bar = if out.for_people() { ProgressBar::new(filling.cases) } else { ProgressBar::hidden() };
    let filled = fill::fill(desk, filling, |done| bar.set_position(done))?;
    bar.finish_and_clear();
    out.show(&filled, |words| {
        let facts = [filled.cases, filled.photos].map(|count| count.to_string());
        vec![words.say("fill.done", &[("cases", &facts[0]), ("photos", &facts[1])])]
    });
    Ok(ExitCode::SUCCESS)
}
