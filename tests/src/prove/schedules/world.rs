//! The real stores under a schedule.

use super::act::{Act, Schedule};
use super::post_office::{Bag, PostOffice, arrive};
use super::truth::{Truth, Written};
use crate::checks::Held;
use crate::prove::stores::{Town, runtime, village};
use bangban_model::SubjectId;
use bangban_model::body::{Body, ConflictSettled, FieldSet, Recorded};
use bangban_model::clock::Clock;
use bangban_sync::exchange::AnswerReader;
use futures_util::{StreamExt, stream};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

thread_local! {
    static COUNTED: RefCell<BTreeMap<&'static str, u64>> = RefCell::default();
}

/// What was counted since this was asked last.
pub fn counted() -> BTreeMap<&'static str, u64> {
    COUNTED.take()
}

fn count(name: &'static str) {
    COUNTED.with_borrow_mut(|counted| *counted.entry(name).or_default() += 1);
}

/// A town, all that is on its way, and what was written.
pub struct World {
    town: Town,
    bag: Bag,
    truth: Truth,
    /// Numbers for values that are like no other.
    next: u64,
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
        World { town: Town::new(), bag: Bag::default(), truth: Truth::default(), next: 0 }
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
        match act {
            Act::Write { laptop, person, fields, value } => self.write(laptop, person, &fields, value),
            Act::Case { laptop, person: of, photos } => {
                count("cases");
                self.next += 1;
                // Photos that are alike are one; some are to be.
                let bytes = |length: u16| vec![(self.next % 5) as u8; usize::from(length)];
                let photos: Vec<Vec<u8>> = photos.into_iter().map(bytes).collect();
                self.town.laptops[laptop].submit_case(person(of), &photos);
            }
            Act::Settle { laptop, which, own } => self.settle(laptop, which, own),
            Act::Report { laptop, fate, photos } => {
                let office = PostOffice {
                    center: self.town.center().clone(),
                    laptop,
                    fate: Mutex::new(fate),
                    photos,
                    bag: self.bag.clone(),
                };
                count("reports");
                match self.town.laptops[laptop].sync(&office) {
                    Ok(_) => {}
                    Err(problem) if problem.is_passing() => count("reports that were cut"),
                    Err(problem) => panic!("laptop {laptop} cannot report: {problem}"),
                }
            }
            Act::Arrive { which } => {
                if let Some(kept) = self.kept(which) {
                    count("posts that arrived late or again");
                    // What the center says to it nobody hears.
                    let _ = runtime().block_on(arrive(self.town.center(), &kept, usize::MAX));
                }
            }
            Act::Answer { which } => self.hear(which),
            Act::Reopen { laptop } => self.town.laptops[laptop].reopen(None),
            Act::ReopenCenter => self.town.reopen_center(),
            Act::Jump { whose, days } => match self.town.laptops.get(whose) {
                Some(laptop) => laptop.clock.jump(days),
                None => self.town.clock.jump(days),
            },
        }
        self.town.received_means_held()
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
        let recorded = laptop.record(vec![entry]).unwrap();
        for (field, value) in set {
            let entry = recorded.entries[0];
            let seen = seen.clone();
            self.truth.written.push(Written { laptop: number, entry, subject, field, value, seen });
        }
    }

    /// An answer of before reaches its laptop, as one in a file can.
    fn hear(&mut self, which: usize) {
        let Some(kept) = self.kept(which).filter(|kept| !kept.answer.is_empty()) else { return };
        count("answers that arrived late or again");
        let laptop = &self.town.laptops[kept.laptop];
        let clock: Arc<dyn Clock> = laptop.clock.clone();
        let life = laptop.ledger().life().unwrap().id;
        let mut reader = AnswerReader::new(laptop.shared(), &laptop.peer, &clock, life);
        let answer = stream::iter(kept.answer.into_iter().map(Ok)).boxed();
        runtime().block_on(reader.read(answer)).unwrap();
    }

    fn ends_in_one_state(self) -> Held {
        let town = &self.town;
        town.converge()?;
        town.received_means_held()?;
        town.is_whole()?;
        for of in [0, 1] {
            let Some(there) = town.center().store().resident("", person(of)).unwrap() else {
                let written = self.truth.written.iter().any(|one| one.subject == person(of));
                crate::checks::hold(!written, || "a person is lost".to_owned())?;
                continue;
            };
            self.truth.holds_in(&there)?;
            if !there.conflicts.is_empty() {
                count("conflicts open at the end");
            }
            let bytes = there.to_bytes().unwrap();
            for laptop in &town.laptops {
                let here = laptop.document(person(of)).map(|document| document.to_bytes().unwrap());
                crate::checks::hold(here.as_ref() == Some(&bytes), || {
                    format!("{} and the center hold other documents", laptop.name)
                })?;
            }
        }
        Ok(())
    }
}
