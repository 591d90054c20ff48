//! A small world that lives by the rules: laptops write blindly, push, are refused and released, and pull; staff decide.

use crate::writing::{
    Writer, accept, begun, confirm, edit, fold_all, lineage_of, opened, received_at, send_back, settle,
    submit, uuid, village,
};
use bangban_model::body::{self, Body};
use bangban_model::document::{Document, Stage};
use bangban_model::entry::Entry;
use bangban_model::fold::{Standing, apply};
use bangban_model::{Audience, EntryId, IncarnationId, RecordId, SubjectId};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const FIELDS: [&str; 2] = ["/data/a", "photo/b"];
pub const LAPTOPS: usize = 3;
const STAFF: usize = 2;

/// One thing that happens. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Step {
    Edit {
        laptop: usize,
        field: usize,
        value: usize,
    },
    Settle {
        laptop: usize,
        field: usize,
        value: usize,
        named: u8,
    },
    Submit {
        laptop: usize,
    },
    Withdraw {
        laptop: usize,
    },
    /// Sends the first `count` pending entries; those whose bit is set are refused.
    Push {
        laptop: usize,
        count: usize,
        refused: u8,
    },
    Pull {
        laptop: usize,
    },
    /// Staff decide by a screen that is `lag` entries old.
    Decide {
        staff: usize,
        lag: usize,
        what: usize,
    },
    StaffSettles {
        staff: usize,
        lag: usize,
        field: usize,
        value: usize,
        named: u8,
    },
    /// Something for the center alone.
    Remark {
        staff: usize,
    },
    /// All that the center has of the case is erased (rule S6).
    Erase {
        staff: usize,
    },
    /// What stands in quarantine of one laptop goes into force, in `seq` order.
    Release {
        laptop: usize,
    },
    /// Somebody copies the ledger's folder.
    Copy {
        laptop: usize,
    },
    /// Somebody puts the copy back (rule D1): what was written since is gone from the laptop.
    PutBack {
        laptop: usize,
    },
    /// What waits is written to a stick, which stays in a drawer.
    Export {
        laptop: usize,
    },
    /// The stick reaches the center.
    Bring {
        laptop: usize,
    },
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (laptop, staff, field, value) = (0..LAPTOPS, 0..STAFF, 0..FIELDS.len(), 0..5usize);
    let step = prop_oneof![
        9 => (laptop.clone(), field.clone(), value.clone())
            .prop_map(|(laptop, field, value)| Step::Edit { laptop, field, value }),
        2 => (laptop.clone(), field.clone(), value.clone(), any::<u8>())
            .prop_map(|(laptop, field, value, named)| Step::Settle { laptop, field, value, named }),
        2 => laptop.clone().prop_map(|laptop| Step::Submit { laptop }),
        1 => (laptop.clone(), 0..6u8).prop_map(|(laptop, rarely)| match rarely {
            0 => Step::Withdraw { laptop },
            _ => Step::Submit { laptop },
        }),
        7 => (laptop.clone(), 1..5usize, prop_oneof![3 => Just(0u8), 1 => any::<u8>()])
            .prop_map(|(laptop, count, refused)| Step::Push { laptop, count, refused }),
        4 => laptop.clone().prop_map(|laptop| Step::Pull { laptop }),
        3 => (staff.clone(), 0..4usize, 0..4usize)
            .prop_map(|(staff, lag, what)| Step::Decide { staff, lag, what }),
        2 => (staff.clone(), 0..4usize, field, value, any::<u8>()).prop_map(|(staff, lag, field, value, named)| {
            Step::StaffSettles { staff, lag, field, value, named }
        }),
        1 => (staff, 0..4u8).prop_map(|(staff, rarely)| match rarely {
            0 => Step::Erase { staff },
            _ => Step::Remark { staff },
        }),
        2 => laptop.clone().prop_map(|laptop| Step::Release { laptop }),
        2 => laptop.clone().prop_map(|laptop| Step::Copy { laptop }),
        2 => laptop.clone().prop_map(|laptop| Step::PutBack { laptop }),
        1 => laptop.clone().prop_map(|laptop| Step::Export { laptop }),
        1 => laptop.prop_map(|laptop| Step::Bring { laptop }),
    ];
    prop::collection::vec(step, 1..70)
}

fn value_of(number: usize) -> Value {
    // A third of a yuan does not end in decimals: such numbers must survive being kept and read again.
    [Value::Null, json!("x"), json!("y"), json!(2.0 / 3.0 * 1e-7), json!({"slot": "户口簿", "size_bytes": 7})]
        [number]
        .clone()
}

#[derive(Clone)]
struct Laptop {
    writer: Writer,
    /// Everything its ledger ever wrote, in its own memory.
    wrote: BTreeSet<EntryId>,
    /// In no receipt yet.
    pending: Vec<Entry>,
    /// Receipted, the position not pulled yet.
    received: Vec<Entry>,
    /// Receipted as refused.
    refused: Vec<Entry>,
    /// How many positions were pulled.
    cursor: usize,
    /// The document as folded as it went.
    kept: Option<Vec<u8>>,
}

pub struct World {
    pub subject: SubjectId,
    /// The stream, in the center's order.
    pub stream: Vec<Entry>,
    laptops: Vec<Laptop>,
    copies: BTreeMap<usize, Laptop>,
    drawer: BTreeMap<usize, Vec<Entry>>,
    /// Of every entry: what its writer's own ledger had written before it.
    before: BTreeMap<EntryId, BTreeSet<EntryId>>,
    /// What the center holds of every life, refused entries too.
    chains: BTreeMap<(IncarnationId, u64), EntryId>,
    /// How many lives and branches there were.
    lives: u8,
    staff: Vec<(Writer, usize)>,
    /// The center's document as folded as it went.
    kept: Option<Vec<u8>>,
}

impl World {
    pub fn new() -> World {
        let laptop = |number: usize| Laptop {
            writer: Writer::agent(number as u8 + 1),
            wrote: BTreeSet::new(),
            pending: Vec::new(),
            received: Vec::new(),
            refused: Vec::new(),
            cursor: 0,
            kept: None,
        };
        let staff = (0..STAFF).map(|number| (Writer::staff(number as u8 + 8), 0)).collect();
        let laptops = (0..LAPTOPS).map(laptop).collect();
        let mut world = World {
            subject: SubjectId(uuid(4, 1)),
            stream: Vec::new(),
            laptops,
            copies: BTreeMap::new(),
            drawer: BTreeMap::new(),
            before: BTreeMap::new(),
            chains: BTreeMap::new(),
            lives: 20,
            staff,
            kept: None,
        };
        world.write(0, opened());
        world
    }

    pub fn take(&mut self, step: &Step) {
        match *step {
            Step::Edit { laptop, .. } if is_erased(&self.document_of(laptop)) => self.write(laptop, opened()),
            Step::Edit { laptop, field, value } => self.write(laptop, edit(FIELDS[field], value_of(value))),
            Step::Settle { laptop, field, value, named } => {
                let among = shown(&self.document_of(laptop), FIELDS[field], named);
                if !among.is_empty() {
                    self.write(laptop, settle(FIELDS[field], &among, value_of(value)));
                }
            }
            Step::Submit { laptop } => self.write(laptop, submit()),
            Step::Withdraw { laptop } => {
                self.write(laptop, Body::CaseWithdrawn(body::CaseWithdrawn { reason: "不办了".into() }));
            }
            Step::Push { laptop, count, refused } => self.push(laptop, count, refused),
            Step::Pull { laptop } => self.pull(laptop),
            Step::Decide { staff, lag, what } => self.decide(staff, lag, what),
            Step::StaffSettles { staff, lag, field, value, named } => {
                let Some(screen) = self.screen(staff, lag) else { return };
                let among = shown(&screen, FIELDS[field], named);
                if !among.is_empty() {
                    self.write_as_staff(staff, &screen, settle(FIELDS[field], &among, value_of(value)));
                }
            }
            Step::Remark { staff } => {
                if let Some(screen) = self.screen(staff, 0) {
                    self.write_as_staff(
                        staff,
                        &screen,
                        Body::InternalRemark(body::InternalRemark { text: "已电话核实".into() }),
                    );
                }
            }
            Step::Erase { staff } => {
                let screen = self.document_at_center();
                let refused = self.laptops.iter().flat_map(|laptop| &laptop.refused);
                let known: BTreeSet<EntryId> =
                    self.stream.iter().chain(refused).map(|entry| entry.header.id).collect();
                let entries = known.difference(&self.erased_until(usize::MAX)).copied().collect();
                let (reason, note) = (body::ErasureReason::Requested, String::new());
                self.write_as_staff(
                    staff,
                    &screen,
                    Body::SubjectErased(body::SubjectErased { entries, reason, note }),
                );
            }
            Step::Copy { laptop } => {
                self.copies.insert(laptop, self.laptops[laptop].clone());
            }
            Step::PutBack { laptop } => {
                if let Some(copy) = self.copies.get(&laptop) {
                    self.laptops[laptop] = copy.clone();
                    self.lives += 1;
                    self.laptops[laptop].writer.branch = self.lives.into();
                }
            }
            Step::Export { laptop } => {
                self.drawer.insert(laptop, self.laptops[laptop].pending.clone());
            }
            Step::Bring { laptop } => {
                for entry in self.drawer.get(&laptop).cloned().unwrap_or_default() {
                    if !self.is_news(&entry) {
                        break; // Another history: nothing of it is taken from there on.
                    }
                    self.receive(entry);
                }
            }
            Step::Release { laptop } => {
                let mut released = std::mem::take(&mut self.laptops[laptop].refused);
                released.sort_by_key(|entry| entry.header.seq);
                for entry in released {
                    // The laptop learns of it by a page, not now: its own document keeps leaving the entry out.
                    self.laptops[laptop].refused.push(entry.clone());
                    if !self.stream.iter().any(|placed| placed.header.id == entry.header.id) {
                        self.position(entry);
                    }
                }
            }
        }
    }

    /// The laptop's document as it kept it.
    pub fn document_of(&self, laptop: usize) -> Document {
        match &self.laptops[laptop].kept {
            Some(bytes) => Document::from_bytes(bytes).unwrap(),
            None => Document::new(self.subject, village()),
        }
    }

    pub fn kept_of(&self, laptop: usize) -> Vec<u8> {
        self.laptops[laptop].kept.clone().unwrap_or_default()
    }

    /// The center's document as it kept it.
    pub fn kept_at_center(&self) -> Vec<u8> {
        self.kept.clone().unwrap_or_default()
    }

    /// What a laptop folds: the positions it pulled, then its own others that nobody refused.
    pub fn told_to(&self, laptop: usize) -> Vec<(Entry, Option<u64>)> {
        let own = &self.laptops[laptop];
        let pulled = self
            .stream
            .iter()
            .zip(1..)
            .take(own.cursor)
            .filter(|(entry, _)| entry.header.audience == Audience::All);
        let erased = self.erased_until(own.cursor);
        let mut told: Vec<_> =
            pulled.map(|(entry, position)| (bare(entry, &erased), Some(position))).collect();
        told.extend(own.received.iter().chain(&own.pending).map(|entry| (bare(entry, &erased), None)));
        told
    }

    /// What the erasures up to a position name.
    fn erased_until(&self, position: usize) -> BTreeSet<EntryId> {
        let bodies = self.stream.iter().take(position).map(|entry| entry.body());
        bodies
            .flat_map(|body| match body {
                Ok(Some(Body::SubjectErased(erased))) => erased.entries,
                _ => Vec::new(),
            })
            .collect()
    }

    /// Rule S6: written without knowing that the case was erased.
    fn knows_no_erasure(&self, entry: &Entry) -> bool {
        let place = |wanted: &dyn Fn(&Entry) -> bool| self.stream.iter().rposition(wanted);
        let erasure = place(&|entry| entry.header.kind == "subject_erased");
        let saw = place(&|other| Some(other.header.id) == entry.header.saw);
        // Where a life begins is about the laptop, of which nothing was erased.
        entry.header.subject == self.subject
            && erasure.is_some_and(|erasure| saw.is_none_or(|saw| saw < erasure))
    }

    pub fn told_at_center(&self) -> Vec<(Entry, Option<u64>)> {
        let erased = self.erased_until(usize::MAX);
        self.stream.iter().map(|entry| bare(entry, &erased)).zip((1..).map(Some)).collect()
    }

    /// Everything goes out and everything comes back.
    pub fn settle_down(&mut self) {
        for laptop in 0..LAPTOPS {
            self.push(laptop, usize::MAX, 0);
        }
        for laptop in 0..LAPTOPS {
            self.pull(laptop);
        }
    }

    fn write(&mut self, laptop: usize, body: Body) {
        let document = self.document_of(laptop);
        let stage = document.case.as_ref().map(|case| case.stage);
        if stage.is_none() != matches!(body, Body::CaseOpened(_)) {
            return; // A case is opened once, and nobody writes on a case that she cannot see.
        }
        let lineage = lineage_of(self.told_to(laptop).iter().map(|(entry, _)| entry));
        let own = &mut self.laptops[laptop];
        let entry =
            own.writer.write(self.subject, document.newest_seen().map(|saw| saw.entry), Audience::All, body);
        let mut document = document;
        apply(&mut document, Standing { entry: &entry, position: None, received_at: None }, &lineage);
        own.kept = Some(document.to_bytes().unwrap());
        self.before.insert(entry.header.id, own.wrote.clone());
        own.wrote.insert(entry.header.id);
        own.pending.push(entry);
    }

    /// Whether the first was written before the second by the same ledger, as that ledger remembers it (rule F2).
    pub fn wrote_before(&self, one: EntryId, other: EntryId) -> bool {
        self.before.get(&other).is_some_and(|before| before.contains(&one))
    }

    /// Rule D1: where the center holds another history of this life than the laptop, it goes on as a new life, and
    /// writes again what no receipt told it.
    fn notice(&mut self, laptop: usize) {
        let own = &self.laptops[laptop];
        let life = own.writer.incarnation;
        let unknown = self.chains.range((life, 0)..=(life, u64::MAX)).any(|(_, id)| !own.wrote.contains(id));
        if !unknown {
            return;
        }
        self.lives += 1;
        let mut writer = own.writer.clone();
        writer.incarnation = IncarnationId(uuid(1, self.lives.into()));
        writer.branch = 0;
        let fork = own.pending.first().map_or(own.writer.seq, |first| first.header.seq - 1);
        writer.begin();
        let again: Vec<Entry> = own.pending.clone();
        let named = (2..).zip(again.iter().map(|entry| entry.header.id)).collect();
        let device = SubjectId(writer.incarnation.0);
        let beginning = writer.write(device, None, Audience::All, begun(life, fork, named));
        let again = again.iter().map(|entry| writer.write_again(entry));
        let pending = [beginning.clone()].into_iter().chain(again).collect();
        let own = &mut self.laptops[laptop];
        own.wrote.insert(beginning.header.id);
        (own.pending, own.writer) = (pending, writer);
        self.refold(laptop);
    }

    /// Whether the center can take an entry: nothing else stands at its place.
    fn is_news(&self, entry: &Entry) -> bool {
        let header = &entry.header;
        self.chains.get(&(header.incarnation, header.seq)).is_none_or(|known| *known == header.id)
    }

    /// The center takes an entry: at its place in the life, and at a position unless it is here under another life.
    fn receive(&mut self, entry: Entry) {
        self.chains.insert((entry.header.incarnation, entry.header.seq), entry.header.id);
        let is_here = |placed: &Entry| placed.header.id == entry.header.id;
        let refused = self.laptops.iter().flat_map(|laptop| &laptop.refused).any(is_here);
        if !refused && !self.stream.iter().any(is_here) {
            self.position(entry);
        }
    }

    fn push(&mut self, laptop: usize, count: usize, refused: u8) {
        self.notice(laptop);
        let own = &mut self.laptops[laptop];
        let count = count.min(own.pending.len());
        let sent: Vec<Entry> = own.pending.drain(..count).collect();
        let mut waits = !own.refused.is_empty();
        for (index, entry) in sent.into_iter().enumerate() {
            let edits = entry.header.kind == "case_recorded";
            // A submission speaks for the edits before it and waits with them (rule S3).
            if self.knows_no_erasure(&entry) {
                self.refuse(laptop, entry);
            } else if edits && refused >> (index % 8) & 1 == 1
                || !edits && waits && !matches!(entry.header.kind.as_str(), "case_opened" | "ledger_begun")
            {
                waits = true;
                self.refuse(laptop, entry);
            } else {
                self.laptops[laptop].received.push(entry.clone());
                self.receive(entry);
            }
        }
        self.refold(laptop);
    }

    fn refuse(&mut self, laptop: usize, entry: Entry) {
        self.chains.insert((entry.header.incarnation, entry.header.seq), entry.header.id);
        // One that has a position already, under an earlier life, is not refused any more.
        match self.stream.iter().any(|placed| placed.header.id == entry.header.id) {
            true => self.laptops[laptop].received.push(entry),
            false => self.laptops[laptop].refused.push(entry),
        }
    }

    fn pull(&mut self, laptop: usize) {
        self.notice(laptop);
        let placed: BTreeSet<EntryId> = self.stream.iter().map(|entry| entry.header.id).collect();
        let own = &mut self.laptops[laptop];
        own.cursor = self.stream.len();
        own.received.retain(|entry| !placed.contains(&entry.header.id));
        own.refused.retain(|entry| !placed.contains(&entry.header.id));
        own.pending.retain(|entry| !placed.contains(&entry.header.id));
        self.refold(laptop);
    }

    fn refold(&mut self, laptop: usize) {
        let told = self.told_to(laptop);
        let document = fold_all(self.subject, &told);
        self.laptops[laptop].kept = (!told.is_empty()).then(|| document.to_bytes().unwrap());
    }

    /// The next position, and the center's document with one more entry.
    fn position(&mut self, entry: Entry) {
        let entry = bare(&entry, &self.erased_until(usize::MAX));
        let mut document = match &self.kept {
            Some(bytes) => Document::from_bytes(bytes).unwrap(),
            None => Document::new(self.subject, village()),
        };
        let position = self.stream.len() as u64 + 1;
        let time = received_at(position);
        self.stream.push(entry);
        let entry = &self.stream[self.stream.len() - 1];
        if matches!(entry.header.kind.as_str(), "ledger_begun" | "subject_erased") {
            // What was folded before may stand at another place too, or be gone: whoever learns of it folds again.
            self.kept = Some(self.document_at_center().to_bytes().unwrap());
            return;
        }
        let lineage = lineage_of(&self.stream);
        let standing = Standing { entry, position: Some(position), received_at: Some(&time) };
        apply(&mut document, standing, &lineage);
        self.kept = Some(document.to_bytes().unwrap());
    }

    /// The case as it stood on a screen `lag` entries ago, never older than what this tab has shown before.
    fn screen(&mut self, staff: usize, lag: usize) -> Option<Document> {
        let told = self.told_at_center();
        let shown = &mut self.staff[staff].1;
        *shown = told.len().saturating_sub(lag).max(*shown);
        let screen = fold_all(self.subject, &told[..*shown]);
        screen.case.is_some().then_some(screen)
    }

    fn decide(&mut self, staff: usize, lag: usize, what: usize) {
        let Some(screen) = self.screen(staff, lag) else { return };
        let (Some(case), Some(now)) = (&screen.case, self.document_at_center().case) else { return };
        let Some(revision) = case.latest_revision().map(|revision| revision.entry) else { return };
        if now.latest_revision().map(|latest| latest.entry) != Some(revision) {
            return; // The center refuses: a newer revision exists (rule F4).
        }
        let body = match (what, now.stage) {
            (0, Stage::Submitted | Stage::Accepted) => send_back(revision),
            (1 | 2, Stage::Submitted) => accept(revision),
            (3, Stage::Accepted) => confirm(revision),
            _ => return,
        };
        self.write_as_staff(staff, &screen, body);
    }

    fn document_at_center(&self) -> Document {
        fold_all(self.subject, &self.told_at_center())
    }

    fn write_as_staff(&mut self, staff: usize, screen: &Document, body: Body) {
        let audience = bangban_model::rights::right_of(body.kind()).unwrap().audience;
        let entry = self.staff[staff].0.write(
            self.subject,
            screen.newest_seen().map(|saw| saw.entry),
            audience,
            body,
        );
        self.position(entry);
    }
}

/// An entry without its body, where that was erased.
fn bare(entry: &Entry, erased: &BTreeSet<EntryId>) -> Entry {
    let body_bytes = entry.body_bytes.clone().filter(|_| !erased.contains(&entry.header.id));
    Entry { body_bytes, ..entry.clone() }
}

fn is_erased(document: &Document) -> bool {
    document.case.is_none() && !document.erasures.is_empty()
}

/// Some of what is open on a field: what a person could name.
fn shown(document: &Document, field: &str, named: u8) -> Vec<EntryId> {
    let contenders =
        document.conflicts.iter().filter(|conflict| conflict.field == field).flat_map(|one| &one.contenders);
    let late = document.late_changes.iter().filter(|late| late.field == field).map(|late| &late.contender);
    let open = contenders.chain(late).map(|contender| contender.entry);
    open.enumerate().filter(|(index, _)| named >> (index % 8) & 1 == 1).map(|(_, entry)| entry).collect()
}

/// A batch id for bodies that need one.
pub fn batch() -> RecordId {
    RecordId(uuid(6, 1))
}
