//! The first copy is destroyed at any moment: nothing that was receipted or second-copied is lost, and nothing is there twice.

use crate::bench::*;
use crate::second_copy::{Scene, draft_id};
use bangban_ledger::DraftId;
use bangban_model::EntryId;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What may happen.
#[derive(Clone, Debug)]
enum Step {
    /// She records something on one of a few cases, with a photo or without.
    Record { case: usize, photo: bool },
    /// She saves a draft.
    Draft(usize),
    /// She throws a draft away.
    Discard(usize),
    /// She records what was a draft.
    Submit(usize),
    /// The center takes all that waits, and she hears of it.
    Exchange,
    /// The center takes all that waits, and the line is cut before she hears.
    Unanswered,
    /// The ledger goes on as a new life, as after an old copy of it was put back.
    NewLife,
    /// The copier runs.
    Copy,
    /// The program ends and begins again.
    BeginAgain,
    /// The laptop is gone; she restores on another one, which gets a stick of its own.
    Destroy,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0usize..3, any::<bool>()).prop_map(|(case, photo)| Step::Record { case, photo }),
        3 => (0usize..3).prop_map(Step::Draft),
        1 => (0usize..3).prop_map(Step::Discard),
        2 => (0usize..3).prop_map(Step::Submit),
        2 => Just(Step::Exchange),
        1 => Just(Step::Unanswered),
        4 => Just(Step::Copy),
        1 => Just(Step::NewLife),
        1 => Just(Step::BeginAgain),
        1 => Just(Step::Destroy),
    ]
}

/// What has to be there whatever happens.
#[derive(Clone, Default)]
struct Owed {
    /// Entries that wait and stand in the copy.
    entries: BTreeSet<EntryId>,
    /// Drafts as they stand in the copy.
    drafts: BTreeMap<DraftId, String>,
}

struct Play {
    scene: Scene,
    center: Center,
    cases: Vec<bangban_model::SubjectId>,
    drafts: Vec<DraftId>,
    owed: Owed,
    number: u64,
}

impl Play {
    fn new() -> Play {
        let mut scene = Scene::new();
        let cases: Vec<_> = (0..3).map(|_| subject()).collect();
        for case in &cases {
            scene.alice().write(vec![(*case, opened(subject(), fields([])))]);
        }
        let drafts = (0..3).map(|_| draft_id()).collect();
        let mut play = Play { scene, center: Center::new(), cases, drafts, owed: Owed::default(), number: 0 };
        play.take(&Step::Copy);
        play
    }

    fn take(&mut self, step: &Step) {
        self.number += 1;
        let text = format!("text {}", self.number);
        match step {
            Step::Record { case, photo } => {
                let alice = self.scene.alice();
                let mut set = fields([(["/data/a", "/data/b", "/data/c"][*case], json!(text))]);
                if *photo {
                    let digest = alice.ledger.put_photo(text.as_bytes(), clock()).unwrap();
                    set.extend([photo_field(digest, text.len() as u64, None)]);
                }
                alice.write(vec![(self.cases[*case], edit(set))]);
            }
            Step::Draft(which) => drop(self.scene.draft(self.drafts[*which], &text)),
            Step::Discard(which) => self.scene.alice().ledger.discard_draft(self.drafts[*which]).unwrap(),
            Step::Submit(which) => {
                let (draft, alice) = (self.drafts[*which], self.scene.alice());
                if alice.ledger.draft(draft).unwrap().is_some() {
                    let entry = about(self.cases[*which], None, edit(fields([("/data/d", json!(text))])));
                    alice.ledger.record(alice.author(), vec![entry], Some(draft)).unwrap();
                }
            }
            Step::Exchange => {
                self.center.exchange(self.scene.alice.as_mut().unwrap(), &[]);
                self.scene.alice().ledger.end_refill().unwrap();
            }
            Step::Unanswered => {
                let alice = self.scene.alice();
                let outgoing = alice.ledger.outgoing().unwrap();
                let sent = alice.ledger.own_entries(outgoing.first_seq, outgoing.last_seq).unwrap();
                self.center.take(sent);
            }
            Step::Copy => {
                self.scene.copy();
                let alice = self.scene.alice();
                let waits = alice.ledger.second_copy_waits().unwrap();
                assert_eq!((waits.entries, waits.drafts), (0, 0));
                // What only speaks of a life is not written again by the next one.
                let own = alice.own().into_iter().filter(|entry| entry.header.kind != "ledger_begun");
                self.owed.entries.extend(own.map(|entry| entry.header.id));
                let drafts = alice.ledger.drafts().unwrap().into_iter();
                self.owed.drafts = drafts.map(|draft| (draft.id, draft.body)).collect();
            }
            Step::NewLife => self.scene.alice().ledger.begin_life(new_life(), clock()).unwrap(),
            Step::BeginAgain => self.scene.begin_again(),
            Step::Destroy => self.destroy(),
        }
    }

    fn destroy(&mut self) {
        let (mut alice, back) = self.scene.destroy();
        assert_eq!((back.incomplete, back.damage.lost_records, back.damage.torn_bytes), (0, 0, 0));
        assert_eq!(alice.findings(), []);
        let drafts = alice.ledger.drafts().unwrap();
        for draft in &drafts {
            let photo = draft.photos.first().copied().unwrap();
            assert_eq!(alice.ledger.photo(photo).unwrap().unwrap(), draft.body.as_bytes());
        }
        let drafts: BTreeMap<DraftId, String> =
            drafts.into_iter().map(|draft| (draft.id, draft.body)).collect();
        assert_eq!(drafts, self.owed.drafts, "every draft as it was copied last");
        let stick = tempfile::tempdir().unwrap();
        alice.ledger.set_second_copy(stick.path()).unwrap();
        self.scene = Scene { alice: Some(alice), stick, copier: Default::default() };
        self.take(&Step::Copy);
    }

    fn end(mut self) {
        self.take(&Step::Destroy);
        self.take(&Step::Exchange);
        let alice = self.scene.alice();
        assert_eq!((alice.ledger.pending_entries().unwrap(), alice.findings()), (0, vec![]));
        let at_center: Vec<EntryId> = self.center.stream.iter().map(|(entry, _)| entry.header.id).collect();
        let once: BTreeSet<EntryId> = at_center.iter().copied().collect();
        assert_eq!(once.len(), at_center.len(), "nothing twice");
        let lost: BTreeSet<EntryId> = self.owed.entries.difference(&once).copied().collect();
        assert!(lost.is_empty(), "{lost:?}");
        let here: BTreeSet<EntryId> = once.iter().copied().filter(|id| self.is_here(*id)).collect();
        assert_eq!(here, once, "she has all that the center has");
    }

    fn is_here(&mut self, id: EntryId) -> bool {
        let connection = self.scene.alice().ledger.entries();
        connection
            .query_row("SELECT 1 FROM entry WHERE id = ?1 AND standing = 'positioned'", [id.0], |_| Ok(()))
            .is_ok()
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(if std::env::var_os("BANGBAN_LONG").is_some() { 400 } else { 12 })
    })]

    #[test]
    fn e4_nothing_receipted_or_copied_is_lost_whenever_the_first_copy_is_destroyed(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let mut play = Play::new();
        for step in &steps {
            play.take(step);
        }
        play.end();
    }
}
