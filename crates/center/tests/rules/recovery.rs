//! A center that was put back from a copy (rule D2): what a laptop brings back counts only as a whole, proven by the head
//! that this center once signed.

use crate::author::*;
use bangban_center::settle::Settlement;
use bangban_center::staff::Role;
use bangban_center::store::forming::NewForm;
use bangban_center::{Center, DataFolder};
use bangban_keys::SigningKey;
use bangban_model::decided::DECIDED;
use bangban_model::document::{Document, Stage};
use bangban_model::published_form::FormFiles;
use bangban_model::settling::{OpenKind, WhichHolds, open_at};
use bangban_model::{Code, Digest, EntryId, SubjectId};
use bangban_sync::{
    AnswerLine, Manifest, Mark, PROTOCOL_VERSION, RecoverHead, Recovered, Recovery, Signed, StreamHead,
    StreamMark, SyncError, SyncProtocol,
};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;
use std::fs;

/// The same center from a copy that is older than what bob has heard since.
struct Restored {
    town: Town,
    /// Knows the whole stream.
    bob: Author,
    head: Signed<StreamHead>,
    lines: Vec<AnswerLine>,
    entries: u64,
    /// A case that the copy has.
    case: SubjectId,
}

impl Restored {
    async fn new() -> Self {
        Restored::after(|_, _| {}).await
    }

    /// The same where staff did something after the copy was made, with a case that stands in it.
    async fn after(since: impl FnOnce(&Town, SubjectId)) -> Self {
        let mut town = Town::new();
        let mut alice = town.author(&[DAHU]).await;
        let bob = town.author(&[DAHU]).await;
        alice.resident("周大山");
        let case = alice.submitted_case("SSC", &[]);
        alice.send_all(&town).await;
        let copy = town.folder.path().with_extension("copy");
        fs::create_dir(&copy).unwrap();
        for file in fs::read_dir(town.folder.path()).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), copy.join(file.file_name())).unwrap();
            }
        }
        town.pass_minutes(5);
        alice.resident("周大河");
        alice.submitted_case("SSC", &[]);
        alice.send_all(&town).await;
        since(&town, case);
        let heard = bob.ask(&town).await;
        let entries = town.center.store().counts().unwrap().entries;
        let entry_lines = heard.entries.into_iter().map(|line| (line.position, AnswerLine::Entry(line)));
        let mark_lines = heard.marks.into_iter().map(|mark| (mark.position, AnswerLine::Mark(mark)));
        let lines: BTreeMap<u64, AnswerLine> = entry_lines.chain(mark_lines).collect();
        let lines = lines.into_values().collect();
        let head = heard.signed_heads.last().unwrap().clone();
        town.center = Center::open(DataFolder::new(&copy), town.clock.clone()).unwrap();
        Restored { town, bob, head, lines, entries, case }
    }

    async fn bring(&self, marks: Vec<StreamMark>, lines: Vec<AnswerLine>) -> Result<Recovered, SyncError> {
        let head = RecoverHead { protocol: PROTOCOL_VERSION, head: self.head.clone(), marks };
        let lines = stream::iter(lines).map(Ok).boxed();
        self.town.center.recover(&self.bob.token, Recovery { head, lines }).await
    }

    fn here(&self) -> u64 {
        self.town.center.store().counts().unwrap().entries
    }

    fn confirm(&self) {
        let admin = self.town.staff("管理员", Role::Admin);
        self.town.center.confirm_laptops(&admin).unwrap();
    }
}

fn code(outcome: Result<Recovered, SyncError>) -> Option<Code> {
    outcome.err().map(|problem| problem.code())
}

#[tokio::test]
async fn d2_d4_a_copy_that_takes_the_centers_place_serves_nobody_and_decides_nothing_until_staff_say_so() {
    let restored = Restored::new().await;
    let center = &restored.town.center;
    assert_eq!(center.recovery().unwrap(), None);
    let heard = center.authenticate(&restored.bob.token);
    assert!(heard.is_ok(), "before anybody tells it, it knows nothing of it");
    assert_eq!(code(restored.bring(Vec::new(), Vec::new()).await), Some(Code::CenterRecovering));
    assert_eq!(center.recovery().unwrap().unwrap().epoch, 2);
    assert_eq!(center.authenticate(&restored.bob.token).unwrap_err().code(), Code::CenterRecovering);
    let acceptor = restored.town.staff("受理", Role::Acceptor);
    assert_eq!(center.confirm_laptops(&acceptor).unwrap_err().code(), Code::NotAllowed);
    let batch = center.store().batches("", 10).unwrap()[0].id;
    restored.confirm();
    assert_eq!(center.import_batch(&acceptor, batch).unwrap_err().code(), Code::CenterRecovering);
    let admin = restored.town.staff("另一位", Role::Admin);
    center.close_recovery(&admin).unwrap();
    center.import_batch(&acceptor, batch).unwrap();
    // A second laptop that lost its place begins no epoch of its own.
    restored.bring(Vec::new(), Vec::new()).await.unwrap();
    assert_eq!(center.recovery().unwrap().unwrap().epoch, 2);
}

#[tokio::test]
async fn d2_what_is_brought_back_takes_its_old_places_and_times() {
    let restored = Restored::new().await;
    let before = restored.here();
    assert!(before < restored.entries);
    code(restored.bring(Vec::new(), Vec::new()).await).unwrap();
    restored.confirm();
    let head = restored.head.unverified().unwrap();
    let whole = restored.bring(Vec::new(), restored.lines.clone()).await.unwrap();
    assert_eq!(whole, Recovered { common: head.position, epoch: 2 });
    assert_eq!(restored.here(), restored.entries);
    let now = restored.town.center.store().stream_hash_at(&head.stream, head.position).unwrap();
    assert_eq!(now, Some(head.hash), "the stream is what it was, to the last byte of its times");
    // A second time it is known.
    assert_eq!(restored.bring(Vec::new(), restored.lines.clone()).await.unwrap().common, head.position);
    assert_eq!(restored.here(), restored.entries);
    restored.town.assert_sound();
}

#[tokio::test]
async fn d2_what_does_not_lead_to_the_signed_head_is_not_taken() {
    let restored = Restored::new().await;
    code(restored.bring(Vec::new(), Vec::new()).await).unwrap();
    restored.confirm();
    let before = restored.here();
    let of = |change: &dyn Fn(&mut Vec<AnswerLine>)| {
        let mut lines = restored.lines.clone();
        change(&mut lines);
        lines
    };
    let later = |lines: &mut Vec<AnswerLine>| match lines.last_mut() {
        Some(AnswerLine::Entry(last)) => last.received_at = "2026-03-02T09:05:00.001+08:00".into(),
        _ => panic!("an entry"),
    };
    let forged = [
        ("a line is missing", of(&|lines| drop(lines.remove(3)))),
        ("the last is missing", of(&|lines| drop(lines.pop()))),
        ("two changed places", of(&|lines| lines.swap(2, 3))),
        ("another time", of(&later)),
        ("one line too many", of(&|lines| lines.push(lines[0].clone()))),
        ("an end among them", of(&|lines| lines.insert(1, AnswerLine::End))),
    ];
    for (what, lines) in forged {
        let told = code(restored.bring(Vec::new(), lines).await);
        assert!(matches!(told, Some(Code::HistoryDiffers | Code::ProtocolBroken)), "{what}: {told:?}");
        assert_eq!(restored.here(), before, "{what}");
    }
    // A head that this center never signed proves nothing, and a mark that it does not know is none.
    let stranger =
        Signed::sign(&restored.head.unverified().unwrap(), &SigningKey::random().unwrap()).unwrap();
    let asked = RecoverHead { protocol: PROTOCOL_VERSION, head: stranger, marks: Vec::new() };
    let lines = stream::iter(restored.lines.clone()).map(Ok).boxed();
    let recovery = Recovery { head: asked, lines };
    assert!(restored.town.center.recover(&restored.bob.token, recovery).await.is_err());
    let mark = StreamMark { position: 3, hash: Digest::of(b"another history") };
    assert_eq!(restored.bring(vec![mark], Vec::new()).await.unwrap().common, 0);
    restored.town.assert_sound();
}

#[tokio::test]
async fn d2_what_only_the_center_had_is_listed_and_its_hash_keeps_the_chain() {
    let restored = Restored::new().await;
    code(restored.bring(Vec::new(), Vec::new()).await).unwrap();
    restored.confirm();
    let head = restored.head.unverified().unwrap();
    let as_mark = |line: &AnswerLine| match line {
        AnswerLine::Entry(positioned) => AnswerLine::Mark(Mark {
            stream: head.stream.clone(),
            position: positioned.position,
            header_hash: positioned.entry.clone().into_entry().unwrap().header_hash(),
            received_at: positioned.received_at.clone(),
        }),
        other => other.clone(),
    };
    let last = restored.lines.len() - 1;
    let mut lines = restored.lines.clone();
    lines[last] = as_mark(&lines[last]);
    assert_eq!(restored.bring(Vec::new(), lines).await.unwrap().common, head.position);
    assert_eq!(restored.here(), restored.entries - 1);
    let admin = restored.town.staff("又一位", Role::Admin);
    assert_eq!(restored.town.center.lost_entries(&admin).unwrap().len(), 1);
    restored.town.assert_sound();
    // Whoever has not seen the stream gets the mark, and the chain leads to the head.
    let heard = restored.bob.ask(&restored.town).await;
    assert_eq!(heard.heads.last().unwrap().hash, head.hash);
    assert_eq!(heard.marks.last().unwrap().position, head.position);
}

#[tokio::test]
async fn d2_the_number_of_a_form_that_was_lost_is_not_given_again() {
    let town = Town::new();
    let alice = town.author(&[DAHU]).await;
    let admin = town.staff("管理员", Role::Admin);
    let publish = |version: &str| {
        let form = NewForm {
            item: "EXAMPLE".into(),
            scope: String::new(),
            card: None,
            local: None,
            version: version.into(),
            files: FormFiles::alone(version.as_bytes().to_vec()),
        };
        town.center.store().publish_form(&form, admin.staff.id, town.center.now()).unwrap().number
    };
    assert_eq!(publish("1"), 1);
    let of = |newest_form: u64| Manifest { newest_form, head: Digest::ZERO, ..alice.manifest(1, 0) };
    let ask = async |newest_form: u64| {
        let post = alice.post_with(of(newest_form), Vec::new(), &[]);
        Heard::out(&town, town.center.exchange(&alice.token, post).await.unwrap()).await
    };
    ask(7).await;
    assert_eq!(publish("2"), 8, "she has forms up to 7, which were published before the copy was put back");
    assert_eq!(ask(7).await.published, 1);
    ask(u64::MAX >> 1).await;
    assert!(publish("3") < 100_000, "no laptop uses the numbers up");
}

impl Restored {
    fn document(&self) -> Document {
        self.town.center.store().subject("", self.case).unwrap().unwrap()
    }
}

/// Puts the case on the work list and accepts it.
fn accept(town: &Town, case: SubjectId) {
    let staff = town.staff("受理员", Role::Acceptor);
    let document = town.center.store().subject("", case).unwrap().unwrap();
    let batch = document.center.as_ref().and_then(|center| center.imported);
    if batch.is_none() {
        let batch = town.center.store().batches("", 10).unwrap().last().unwrap().id;
        town.center.import_batch(&staff, batch).unwrap();
    }
    town.center.accept_case(&staff, case, None).unwrap();
}

#[tokio::test]
async fn d2_a_decision_that_comes_back_and_contradicts_a_newer_one_is_an_open_conflict() {
    let restored = Restored::after(accept).await;
    code(restored.bring(Vec::new(), Vec::new()).await).unwrap();
    restored.confirm();
    let center = &restored.town.center;
    // Closed too early: nobody had brought the acceptance back.
    center.close_recovery(&restored.town.staff("管理员乙", Role::Admin)).unwrap();
    let staff = restored.town.staff("受理员乙", Role::Acceptor);
    center.import_batch(&staff, center.store().batches("", 10).unwrap().last().unwrap().id).unwrap();
    center.return_case(&staff, restored.case, None, &[], "缺一张照片").unwrap();
    assert_eq!(restored.document().case.unwrap().stage, Stage::Returned);

    restored.bring(Vec::new(), restored.lines.clone()).await.unwrap();
    let document = restored.document();
    let open = open_at(&document, DECIDED).unwrap();
    assert_eq!((open.kind, open.contenders.len()), (OpenKind::Decided, 2));
    assert_eq!(
        document.case.as_ref().unwrap().stage,
        Stage::Returned,
        "what was decided last stands meanwhile"
    );
    let among: Vec<EntryId> = open.contenders.iter().map(|one| one.entry).collect();
    let settle = |reason: &str| {
        let settlement = Settlement {
            field: DECIDED.into(),
            among: among.clone(),
            choice: WhichHolds::Of(among[1]),
            reason: reason.into(),
        };
        center.settle(&staff, restored.case, &settlement)
    };
    assert_eq!(settle("").unwrap_err().code(), Code::BadInput);
    settle("照片已经补到").unwrap();
    let document = restored.document();
    let case = document.case.as_ref().unwrap();
    assert_eq!((case.stage, document.conflicts.len()), (Stage::Accepted, 0));
    assert!(case.acceptance.as_ref().unwrap().received_at.as_deref() < Some("2026-03-02T09:10"), "its clock");
    restored.town.assert_sound();
}

#[tokio::test]
async fn d2_an_acceptance_that_comes_back_behind_a_newer_one_starts_the_clock() {
    let restored = Restored::after(accept).await;
    code(restored.bring(Vec::new(), Vec::new()).await).unwrap();
    restored.confirm();
    restored.town.center.close_recovery(&restored.town.staff("管理员乙", Role::Admin)).unwrap();
    restored.town.pass_minutes(600);
    accept(&restored.town, restored.case);
    let clock = |document: &Document| document.case.clone().unwrap().acceptance.unwrap().received_at.unwrap();
    let newer = clock(&restored.document());
    restored.bring(Vec::new(), restored.lines.clone()).await.unwrap();
    let document = restored.document();
    assert!(document.conflicts.is_empty() && clock(&document) < newer, "{newer}");
    restored.town.assert_sound();
}
