//! Tests of comparing on a real ledger and real workbooks. All persons are fictitious.

use super::*;
use crate::bench::{Bench, bench, other_village, texts, village, workbook};
use crate::job::Job;
use crate::roster::{import_roster, preview_roster};
use bangban_model::StreamId;
use bangban_model::identity::IdentityNumber;
use serde_json::json;
use uuid::Uuid;

const YU: &str = "42070419480315002X";
const ZHANG: &str = "361102195001010010";
const STRANGER: &str = "11010519491231002X";
const HEADINGS: [&str; 4] = ["姓名", "身份证号", "认证状态", "认证日期"];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ours(result: &str, on: &str) -> OurCertification {
    OurCertification {
        case: SubjectId(Uuid::nil()),
        day: day(on),
        result: result.into(),
        method: "face".into(),
        receipt: String::new(),
    }
}

fn line(status: OfficialStatus, on: Option<&str>) -> OfficialLine {
    let identity = IdentityNumber::parse(YU, day("2026-11-22")).unwrap();
    OfficialLine { row: 2, identity, name: None, status, day: on.map(day), way: String::new() }
}

fn with_people(bench: Bench, village: &StreamId) -> Bench {
    let rows = [texts(&["1", "余桂英", YU]), texts(&["2", "张三", ZHANG])];
    let roster = workbook(&["户号", "姓名", "身份证号"], &rows);
    let preview = preview_roster(&bench.desk, &roster).unwrap();
    import_roster(&bench.desk, &preview, village, &Job::quiet()).unwrap();
    bench
}

fn compare(bench: &Bench, rows: &[&[&str]]) -> Reconciled {
    let rows: Vec<_> = rows.iter().map(|cells| texts(cells)).collect();
    let list = workbook(&HEADINGS, &rows);
    reconcile(&bench.desk, &list, day("2026-01-01"), day("2026-12-31")).unwrap()
}

#[test]
fn what_both_say_decides_how_they_stand() {
    use OfficialStatus::{Certified, NotCertified};
    use ReconcileKind::*;
    use ReconcileWhy::*;
    let (passed, pending, not) = (Some("passed"), Some("pending"), Some("not_passed"));
    let on = "2026-03-05";
    for (said, listed, expected) in [
        (passed, Some((Certified, Some("2026-03-08"))), Some((Agree, None))),
        (pending, Some((Certified, Some("2026-03-02"))), Some((Agree, None))),
        (passed, Some((Certified, None)), Some((Agree, None))),
        (passed, Some((Certified, Some("2026-03-09"))), Some((Differing, Some(DaysDiffer)))),
        (passed, Some((Certified, Some("2026-03-01"))), Some((Differing, Some(DaysDiffer)))),
        (pending, Some((NotCertified, Some("2025-03-05"))), Some((OnlyOurs, Some(ListSaysNot)))),
        (passed, None, Some((OnlyOurs, Some(NotListed)))),
        (not, Some((Certified, Some(on))), Some((Differing, Some(ResultDiffers)))),
        (Some("unreachable"), Some((Certified, None)), Some((Differing, Some(ResultDiffers)))),
        (Some("abnormal"), Some((NotCertified, None)), Some((Agree, None))),
        (not, None, None),
        (None, Some((Certified, Some(on))), Some((OnlyTheirs, None))),
        (None, Some((Certified, None)), Some((OnlyTheirs, None))),
        (None, Some((Certified, Some("2025-12-31"))), Some((OnlyTheirs, Some(OutsideTime)))),
        (None, Some((NotCertified, Some("2025-12-31"))), Some((NotYet, None))),
        (None, None, None),
    ] {
        let ours = said.map(|result| ours(result, on));
        let theirs = listed.map(|(status, on)| line(status, on));
        let found = verdict(ours.as_ref(), theirs.as_ref(), day("2026-01-01"), day("2026-12-31"));
        assert_eq!(found, expected, "{said:?} {listed:?}");
    }
}

#[test]
fn of_several_of_ours_the_one_that_the_list_may_mean_is_compared() {
    use OfficialStatus::{Certified, NotCertified};
    let all = [ours("not_passed", "2026-05-05"), ours("passed", "2026-02-01"), ours("pending", "2026-03-01")];
    for (status, listed, expected) in [
        (Certified, Some("2026-02-03"), "2026-02-01"),
        (Certified, Some("2026-05-05"), "2026-03-01"),
        (Certified, None, "2026-02-01"),
        (NotCertified, Some("2026-03-01"), "2026-02-01"),
    ] {
        let person = Person {
            subject: SubjectId(Uuid::nil()),
            stream: village(),
            household: None,
            name: String::new(),
            id_number: String::new(),
            phone: String::new(),
            head: false,
            gone: false,
        };
        let sides = Sides { person, ours: all.to_vec(), theirs: Some(line(status, listed)) };
        assert_eq!(sides.counts().map(|ours| ours.day), Some(day(expected)), "{listed:?}");
    }
}

#[test]
fn a_person_in_two_villages_is_compared_once_and_a_stranger_is_a_row_only() {
    let bench = with_people(with_people(bench(), &village()), &other_village());
    let entries = bench.entries();
    let found = compare(
        &bench,
        &[
            &["余桂英", YU, "未认证", ""],
            &["某某", STRANGER, "已认证", "2026-03-05"],
            &["", ZHANG, "待查", ""],
        ],
    );
    let kinds: Vec<_> = found.people.iter().map(|one| (one.kind, one.person.name.as_str())).collect();
    assert_eq!(kinds, [(ReconcileKind::NotYet, "余桂英")]);
    assert_eq!((found.listed, found.unknown.as_slice(), found.list.wrong_rows()), (2, &[3][..], 1));
    assert_eq!(bench.entries(), entries, "nothing is written");
}

#[test]
fn another_name_for_a_number_is_warned_of() {
    let bench = with_people(bench(), &village());
    let found = compare(&bench, &[&["余桂花", YU, "未认证", ""], &["张　三", ZHANG, "已认证", ""]]);
    let odd: Vec<_> = found.list.warnings.iter().map(|issue| (issue.row, issue.problem)).collect();
    assert_eq!(odd, [(2, RowProblem::NameDiffers)]);
}

#[test]
fn what_is_no_such_list_and_a_time_that_ends_first_are_refused() {
    let bench = with_people(bench(), &village());
    let (from, to) = (day("2026-01-01"), day("2026-12-31"));
    let refused = |bytes: &[u8], from, to| reconcile(&bench.desk, bytes, from, to).err().unwrap();
    let list = workbook(&HEADINGS, &[texts(&["余桂英", YU, "已认证", ""])]);
    assert_eq!(refused(&list, to, from).code, Code::BadInput);
    assert_eq!(refused(b"PK\x03\x04 no workbook", from, to).code, Code::NotAWorkbook);
    let problem =
        refused(&workbook(&["姓名", "身份证号", "认证日期"], &[texts(&["余桂英", YU, ""])]), from, to);
    assert_eq!((problem.code, &problem.facts["missing"]), (Code::CertifiedHeadings, &json!(["认证状态"])));
}
