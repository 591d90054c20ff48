//! Tests of the official list on a real ledger and real workbooks. All persons are fictitious.

use super::*;
use crate::bench::{Bench, bench, other_village, texts, village, workbook};
use crate::roster::{import_roster, preview_roster};
use crate::screen::due_list::view_of;
use bangban_model::StreamId;
use bangban_model::due_list::DueColumn;
use bangban_model::roster::RowProblem;
use bangban_sheets::Out;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const YU: &str = "42070419480315002X";
const ZHANG: &str = "361102195001010010";
const STRANGER: &str = "11010519491231002X";
const HEADINGS: [&str; 3] = ["姓名", "社会保障号码", "认证到期日期"];

fn with_people(bench: Bench, village: &StreamId) -> Bench {
    let rows = [texts(&["1", "余桂英", YU]), texts(&["2", "张三", ZHANG])];
    let roster = workbook(&["户号", "姓名", "身份证号"], &rows);
    let preview = preview_roster(&bench.desk, &roster).unwrap();
    import_roster(&bench.desk, &preview, village, &Job::quiet()).unwrap();
    bench
}

fn preview(bench: &Bench, rows: &[&[&str]]) -> DuePreview {
    let rows: Vec<Vec<Out>> = rows.iter().map(|cells| texts(cells)).collect();
    preview_due_list(&bench.desk, &workbook(&HEADINGS, &rows), "PENSION_CERT").unwrap()
}

fn import(bench: &Bench, rows: &[&[&str]]) -> DueListImported {
    import_due_list(&bench.desk, &preview(bench, rows), &Job::quiet()).unwrap()
}

fn due(bench: &Bench, id_number: &str) -> Option<Value> {
    bench.resident(id_number).value("due/PENSION_CERT").cloned()
}

#[test]
fn a_list_from_excel_gives_everybody_in_this_ledger_her_day() {
    let bench = with_people(bench(), &village());
    let rows = [
        vec![Out::Text("余桂英".into()), Out::Text(YU.into()), Out::Date("2026-12-31".into())],
        vec![Out::Empty, Out::Text(ZHANG.into()), Out::Number(46_387.0)],
        vec![Out::Text("某某".into()), Out::Text(STRANGER.into()), Out::Text("2026年12月31日".into())],
        vec![Out::Text("某某".into()), Out::Text(STRANGER.into()), Out::Text("年底".into())],
    ];
    let list = workbook(&HEADINGS, &rows);
    let preview = preview_due_list(&bench.desk, &list, "pension_cert").unwrap();
    assert_eq!((preview.found.len(), preview.missing.as_slice()), (2, &[4][..]));
    assert!(preview.found.iter().all(|found| found.changes && found.before.is_none()));
    let wrong: Vec<_> = preview.list.wrong.iter().map(|issue| (issue.row, issue.column)).collect();
    assert_eq!(wrong, [(5, Some(DueColumn::Date))]);
    let before = bench.entries();
    let imported = import_due_list(&bench.desk, &preview, &Job::quiet()).unwrap();
    assert_eq!(imported, DueListImported { written: 2, unchanged: 0, missing: 1, wrong_rows: 1 });
    assert_eq!(bench.entries(), before + 2, "one entry a person");
    let expected = json!({"date": "2026-12-31", "source": "official_list", "listed": "2026-11-22"});
    assert_eq!(due(&bench, YU), Some(expected.clone()));
    assert_eq!(due(&bench, ZHANG), Some(expected));
    let kinds: Vec<String> = bench.resident(YU).history.into_iter().map(|line| line.kind).collect();
    assert_eq!(kinds, ["resident_recorded", "resident_recorded"]);
}

#[test]
fn the_same_list_again_writes_nothing_on_whichever_day() {
    let bench = with_people(bench(), &village());
    let list: &[&[&str]] = &[&["余桂英", YU, "2026-12-31"], &["张三", ZHANG, "2027.01.31"]];
    import(&bench, list);
    let entries = bench.entries();
    let bench = bench.on("2026-11-30");
    assert!(preview(&bench, list).found.iter().all(|found| !found.changes));
    let again = import(&bench, list);
    assert_eq!((again.written, again.unchanged, bench.entries()), (0, 2, entries));
    assert_eq!(due(&bench, YU).unwrap()["listed"], "2026-11-22");
}

#[test]
fn who_is_missing_in_a_newer_list_keeps_her_day() {
    let bench = with_people(bench(), &village());
    import(&bench, &[&["余桂英", YU, "2026-12-31"], &["张三", ZHANG, "2026-12-31"]]);
    let kept = due(&bench, ZHANG);
    let bench = bench.on("2026-12-22");
    let newer = preview(&bench, &[&["余桂英", YU, "2027-12-31"]]);
    assert_eq!(newer.found[0].before, "2026-12-31".parse().ok());
    let imported = import_due_list(&bench.desk, &newer, &Job::quiet()).unwrap();
    assert_eq!((imported.written, imported.unchanged), (1, 0));
    let expected = json!({"date": "2027-12-31", "source": "official_list", "listed": "2026-12-22"});
    assert_eq!(due(&bench, YU), Some(expected));
    assert_eq!(due(&bench, ZHANG), kept);
}

#[test]
fn an_entry_says_what_its_writer_has_seen() {
    let bench = with_people(bench(), &village());
    let found = preview(&bench, &[&["余桂英", YU, "2026-12-31"]]).found.remove(0);
    let mut known = bench.resident(YU);
    known.history[0].position = Some(7);
    let entry = entry_for(Some(&known), &found.people[0], &found.line, bench.desk.clock.today()).unwrap();
    assert_eq!((entry.saw, entry.subject), (known.newest_seen(), known.subject));
}

#[test]
fn a_person_in_two_villages_is_told_in_both() {
    let bench = with_people(with_people(bench(), &village()), &other_village());
    let imported = import(&bench, &[&["余桂英", YU, "2026-12-31"]]);
    assert_eq!(imported.written, 1, "one line");
    let both = bench.residents(YU);
    let streams: Vec<&StreamId> = both.iter().map(|document| &document.stream).collect();
    assert_eq!(streams, [&village(), &other_village()]);
    assert!(both.iter().all(|document| document.value("due/PENSION_CERT").is_some()));
}

#[test]
fn a_row_may_name_its_own_item() {
    let bench = with_people(bench(), &village());
    let headings = ["身份证号", "到期日", "事项"];
    let rows = [
        texts(&[YU, "2026-12-31", "低保"]),
        texts(&[ZHANG, "2026-12-31", "SSC"]),
        texts(&[ZHANG, "2026-12-31", "驾驶证"]),
    ];
    let preview = preview_due_list(&bench.desk, &workbook(&headings, &rows), "PENSION_CERT").unwrap();
    let wrong: Vec<_> = preview.list.wrong.iter().map(|issue| (issue.row, issue.problem)).collect();
    assert_eq!(wrong, [(4, RowProblem::ItemUnknown)]);
    import_due_list(&bench.desk, &preview, &Job::quiet()).unwrap();
    assert!(bench.resident(YU).value("due/DIBAO").is_some());
    assert!(bench.resident(ZHANG).value("due/SSC").is_some());
    assert_eq!(due(&bench, YU), None);
}

#[test]
fn stopped_half_way_nothing_is_written() {
    let bench = with_people(bench(), &village());
    let list: &[&[&str]] = &[&["余桂英", YU, "2026-12-31"], &["张三", ZHANG, "2026-12-31"]];
    let preview = preview(&bench, list);
    let stopped = Arc::new(AtomicBool::new(false));
    let told = Arc::new(Mutex::new(Vec::new()));
    let (stop, tell) = (stopped.clone(), told.clone());
    let job = Job::new(
        Arc::new(move |done, total| {
            tell.lock().unwrap().push((done, total));
            stop.store(true, Ordering::Relaxed);
        }),
        stopped,
    );
    let entries = bench.entries();
    let problem = import_due_list(&bench.desk, &preview, &job).unwrap_err();
    assert_eq!((problem.code, bench.entries()), (Code::Cancelled, entries));
    assert_eq!(told.lock().unwrap().as_slice(), [(0, 2)]);
}

#[test]
fn another_name_for_a_number_is_warned_of_and_taken() {
    let bench = with_people(bench(), &village());
    let preview = preview(&bench, &[&["余桂花", YU, "2026-12-31"], &["张　三", ZHANG, "2026-12-31"]]);
    let odd: Vec<_> = preview.list.warnings.iter().map(|issue| (issue.row, issue.problem)).collect();
    assert_eq!((odd.as_slice(), preview.found.len()), (&[(2, RowProblem::NameDiffers)][..], 2));
}

#[test]
fn what_is_no_such_list_or_no_such_item_is_refused() {
    let bench = with_people(bench(), &village());
    let list = workbook(&HEADINGS, &[texts(&["余桂英", YU, "2026-12-31"])]);
    let refused = |bytes: &[u8], item| preview_due_list(&bench.desk, bytes, item).err().unwrap();
    assert_eq!(refused(&list, "NO_SUCH_ITEM").code, Code::ItemUnknown);
    assert_eq!(refused(b"no workbook, whatever it is", "PENSION_CERT").code, Code::DueHeadings);
    let lacking = workbook(&["姓名", "身份证号"], &[texts(&["余桂英", YU])]);
    let problem = refused(&lacking, "PENSION_CERT");
    assert_eq!((problem.code, &problem.facts["missing"]), (Code::DueHeadings, &json!(["到期日"])));
}

#[test]
fn the_screen_names_rows_and_masks_numbers() {
    let bench = with_people(bench(), &village());
    let preview = preview(
        &bench,
        &[
            &["余桂英", YU, "2026-12-31"],
            &["某某", STRANGER, "2026-12-31"],
            &["张三", "361102", "2026-12-31"],
        ],
    );
    let (seat, _folder) = bench.seat();
    let view = view_of(&seat, &preview, "a.xlsx".into());
    assert_eq!((view.rows, view.wrong, view.found, view.changes, view.missing), (3, 1, 1, 1, 1));
    assert_eq!(view.missing_rows, [3]);
    let problem = &view.problems[0];
    assert_eq!(
        (problem.row, problem.column.as_str(), problem.problem.as_str()),
        (4, "身份证号", "number_length")
    );
    let shown = serde_json::to_string(&view).unwrap();
    assert!(!shown.contains("19480315") && !shown.contains("某某"), "{shown}");
    assert!(shown.contains("4207**********002X") && shown.contains("\"due\":\"2026-12-31\""), "{shown}");
}
