//! The real stores under a schedule.

use super::act::{Act, Schedule};
use super::copies::{Copy, Places};
use super::post_office::{Bag, PostOffice, arrive};
use super::truth::{Kept, Truth, Written, entries_of};
use crate::checks::{Held, hold};
use crate::prove::stores::{Town, received_means_held, runtime, village};
use bangban_model::body::{Body, ConflictSettled, FieldSet, Recorded};
use bangban_model::clock::Clock;
use bangban_model::document::Document;
use bangban_model::{Code, SubjectId};
use bangban_sync::exchange::AnswerReader;
use bangban_sync::{SyncError, life};
use futures_util::{StreamExt, stream};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// With this set, a schedule tells what it does, for whoever has one again with `--seed`.
const TRACE: &str = "BANGBAN_TRACE";

thread_local! {
    static COUNTED: RefCell<BTreeMap<&'static str, u64>> = RefCell::default();
}

/// What was counted since this was asked last.
pub fn counted() -> BTreeMap<&'static str, u64> {
    COUNTED.take()
}

pub fn count(name: &'static str) {
    COUNTED.with_borrow_mut(|counted| *counted.entry(name).or_default() += 1);
}

/// A town, all that is on its way, and what was written.
pub struct World {
    pub town: Town,
    bag: Bag,
    pub truth: Truth,
    /// Numbers for values that are like no other.
    next: u64,
    /// Every case that was submitted.
    pub cases: Vec<SubjectId>,
    /// Copies of both ledgers and of the center.
    pub copies: [Vec<Copy>; 3],
    /// Where entries stand or stood.
    pub places: Places,
    /// Whether a copy was ever put back.
    pub restored: bool,
    /// How often the center was.
    pub age: u64,
    /// The age of the center of which each laptop last heard to the end.
    pub told: [u64; 2],
}

/// People whom both laptops know, as ids derived from identity numbers would make them.
fn person(number: usize) -> SubjectId {
    SubjectId(Uuid::from_u128(0xbb00 + number as u128))
}

fn field(number: usize) -> String {
    ["name", "phone", "address"][number % 3].to_owned()
}

impl StateMachineTest for World {
    type SystemUnderTest = World;
    type Reference = Schedule;

    fn init_test(_: &()) -> World {
        World {
            town: Town::new(),
            bag: Bag::default(),
            truth: Truth::default(),
            next: 0,
            cases: Vec::new(),
            copies: Default::default(),
            places: Places::new(),
            restored: false,
            age: 0,
            told: [0; 2],
        }
    }

    fn apply(mut world: World, _: &(), act: Act) -> World {
        world.act(act).unwrap();
        world
    }

    fn teardown(world: World, _: <Schedule as ReferenceStateMachine>::State) {
        world.ends_in_one_state().unwrap();
    }
}

impl World {
    fn act(&mut self, act: Act) -> Held {
        if std::env::var_os(TRACE).is_some() {
            eprintln!("{act:?}");
        }
        match act {
            Act::Write { laptop, person, fields, value } => self.write(laptop, person, &fields, value),
            Act::Case { laptop, person: of, photos } => {
                count("cases");
                self.next += 1;
                // Photos that are alike are one; some are to be.
                let bytes = |length: u16| vec![(self.next % 5) as u8; usize::from(length)];
                let photos: Vec<Vec<u8>> = photos.into_iter().map(bytes).collect();
                let submitted = self.town.laptops[laptop].submit_case(person(of), &photos);
                self.keep_case(laptop, submitted);
            }
            Act::Settle { laptop, which, own } => self.settle(laptop, which, own),
            Act::Report { laptop, fate, photos, telling } => {
                let office = PostOffice {
                    center: self.town.center().clone(),
                    laptop,
                    fate: Mutex::new(fate),
                    photos,
                    telling: Mutex::new(telling),
                    age: self.age,
                    bag: self.bag.clone(),
                };
                count("reports");
                match self.town.laptops[laptop].sync(&office) {
                    Ok(outcome) => {
                        self.told[laptop] = self.age;
                        if outcome.new_life {
                            count("new lives");
                        }
                    }
                    Err(problem) if problem.is_passing() => count("reports that were cut"),
                    Err(SyncError::Refused(Code::CenterRecovering)) if self.restored => {
                        count("reports before staff confirmed");
                    }
                    Err(problem) => hold(false, || format!("laptop {laptop} cannot report: {problem:?}"))?,
                }
            }
            Act::Arrive { which } => {
                if let Some(kept) = self.kept(which) {
                    count("posts that arrived late or again");
                    // What the center says to it nobody hears.
                    let _ = runtime().block_on(arrive(self.town.center(), &kept, usize::MAX));
                }
            }
            Act::Answer { which } => self.hear(which)?,
            Act::Reopen { laptop } => self.town.laptops[laptop].reopen(None),
            Act::ReopenCenter => self.town.reopen_center(),
            Act::Jump { whose, days } => match self.town.laptops.get(whose) {
                Some(laptop) => laptop.clock.jump(days),
                None => self.town.clock.jump(days),
            },
            Act::Staff(work) => self.work(work),
            Act::Copy { whose } => self.copy(whose),
            Act::PutBack { whose, which } => self.put_back(whose, which),
        }
        self.received_means_held()
    }

    /// Of a center that was put back a laptop knows only when it has heard from it again, to the end.
    fn received_means_held(&self) -> Held {
        let mut told = self.town.laptops.iter().zip(self.told).filter(|(_, told)| *told == self.age);
        told.try_for_each(|(laptop, _)| received_means_held(&laptop.ledger(), self.town.center()))
    }

    pub fn people(&self) -> impl Iterator<Item = SubjectId> + use<> {
        [0, 1].into_iter().map(person)
    }

    fn keep_case(&mut self, laptop: usize, case: SubjectId) {
        let laptop = &self.town.laptops[laptop];
        for entry in laptop.document(case).iter().flat_map(entries_of) {
            self.truth.kept.push(Kept { entry, subject: case, by: laptop.name, gone: false });
        }
        self.cases.push(case);
    }

    fn kept(&self, which: usize) -> Option<super::post_office::Kept> {
        let bag = self.bag.lock().unwrap_or_else(PoisonError::into_inner);
        bag.get(which.checked_rem(bag.len())?).cloned()
    }

    fn write(&mut self, laptop: usize, of: usize, fields: &[usize], value: u8) {
        let subject = person(of);
        let mut set = FieldSet::new();
        for number in fields {
            self.next += 1;
            // Most values are like no other; some are what another laptop writes too.
            let value = if value < 2 { format!("same {value}") } else { format!("value {}", self.next) };
            set.insert(field(*number), json!(value));
        }
        count("values written");
        self.record(laptop, subject, Body::ResidentRecorded(Recorded { set }));
    }

    fn settle(&mut self, laptop: usize, which: usize, own: bool) {
        let open: Vec<_> = [0, 1]
            .into_iter()
            .filter_map(|of| self.town.laptops[laptop].document(person(of)))
            .flat_map(|document| document.conflicts.into_iter().map(move |one| (document.subject, one)))
            .collect();
        let Some((subject, conflict)) = which.checked_rem(open.len()).and_then(|which| open.get(which))
        else {
            return;
        };
        self.next += 1;
        let first = conflict.contenders.first().map(|one| one.value.clone()).unwrap_or_default();
        let value = if own { json!(format!("settled {}", self.next)) } else { first };
        let among = conflict.contenders.iter().map(|one| one.entry).collect();
        count("conflicts settled");
        let body = ConflictSettled { field: conflict.field.clone(), among, value, reason: String::new() };
        self.record(laptop, *subject, Body::ConflictSettled(body));
    }

    fn record(&mut self, number: usize, subject: SubjectId, body: Body) {
        let laptop = &self.town.laptops[number];
        let seen = laptop.document(subject).map(|document| document.history).unwrap_or_default();
        let seen = seen.into_iter().map(|line| line.entry).collect::<std::collections::BTreeSet<_>>();
        let set: FieldSet = match &body {
            Body::ResidentRecorded(recorded) => recorded.set.clone(),
            Body::ConflictSettled(settled) => [(settled.field.clone(), settled.value.clone())].into(),
            _ => FieldSet::new(),
        };
        let entry = laptop.about(subject, body);
        assert_eq!(entry.stream, village());
        let entry = laptop.record(vec![entry]).unwrap().entries[0];
        self.truth.kept.push(Kept { entry, subject, by: laptop.name, gone: false });
        for (field, value) in set {
            self.truth.written.push(Written { entry, subject, field, value, seen: seen.clone() });
        }
    }

    /// An answer of before reaches its laptop, as one in a file can.
    fn hear(&mut self, which: usize) -> Held {
        let Some(kept) = self.kept(which).filter(|kept| !kept.answer.is_empty()) else { return Ok(()) };
        count("answers that arrived late or again");
        let laptop = &self.town.laptops[kept.laptop];
        let clock: Arc<dyn Clock> = laptop.clock.clone();
        let present = laptop.ledger().life().unwrap().id;
        let mut reader = AnswerReader::new(laptop.shared(), &laptop.peer, &clock, present);
        let answer = stream::iter(kept.answer.into_iter().map(Ok)).boxed();
        let read = runtime().block_on(reader.read(answer));
        if kept.age != self.age {
            // It tells of what the center had before a copy of it was put back.
            self.told[kept.laptop] = kept.age.min(self.told[kept.laptop]);
        }
        match read {
            Ok(_) => Ok(()),
            // The receipt shows that a copy of the ledger was put back.
            Err(SyncError::OtherHistory) if self.restored => {
                count("new lives");
                life::renew(&mut laptop.ledger(), clock.as_ref()).unwrap();
                Ok(())
            }
            // It speaks of an earlier life, or of a stream that goes on otherwise by now.
            Err(SyncError::Broken(_) | SyncError::Local(Code::HistoryDiffers | Code::ProtocolBroken, _))
                if self.restored =>
            {
                count("answers that were refused");
                Ok(())
            }
            Err(problem) => hold(false, || format!("a late answer: {problem:?}")),
        }
    }

    /// What has waited long enough comes to its end: laptops report, staff end a recovery, and nobody waits any longer for
    /// what was lost with a copy.
    fn comes_to_rest(&mut self) -> Held {
        if std::env::var_os(TRACE).is_some() {
            eprintln!("to rest");
        }
        for _ in 0..4 {
            for number in [0, 1] {
                match self.town.laptops[number].sync(self.town.center()) {
                    Ok(_) => self.told[number] = self.age,
                    Err(SyncError::Refused(Code::CenterRecovering)) if self.restored => self.confirm(),
                    Err(problem) => hold(false, || format!("laptop {number} cannot report: {problem:?}"))?,
                }
            }
        }
        if self.restored {
            self.close();
            self.release_what_waits();
        }
        Ok(())
    }

    fn ends_in_one_state(mut self) -> Held {
        self.comes_to_rest()?;
        let town = &self.town;
        town.converge()?;
        town.received_means_held()?;
        town.is_whole()?;
        for subject in self.people().chain(self.cases.iter().copied()) {
            self.ends_alike(subject)?;
        }
        Ok(())
    }

    fn ends_alike(&self, subject: SubjectId) -> Held {
        let Some(mut there) = self.town.center().store().subject("", subject).unwrap() else {
            let lost = self.truth.kept.iter().any(|one| one.subject == subject && !one.gone);
            return hold(!lost, || format!("{subject} is lost"));
        };
        self.truth.holds_in(&there)?;
        if !there.conflicts.is_empty() {
            count("conflicts open at the end");
        }
        // No laptop sees what staff write for themselves.
        there.center = None;
        for laptop in &self.town.laptops {
            let here = laptop.document(subject);
            let alike = here.as_ref().map(bytes) == Some(bytes(&there));
            hold(alike, || {
                format!("{} and the center hold other documents:\n{here:?}\n{there:?}", laptop.name)
            })?;
        }
        Ok(())
    }
}

fn bytes(document: &Document) -> Vec<u8> {
    document.to_bytes().unwrap()
}
