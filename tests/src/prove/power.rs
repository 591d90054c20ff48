//! Power cuts: everything that laptop and center told their disks is replayed up to any moment, and of what was not
//! synced by then sectors are lost or torn. Each opens, keeps what was acknowledged, and they go on from there.

mod disk;
mod log;

use super::stores::{Laptop as Store, new_ledger, open_ledger, received_means_held, runtime};
use super::{Figures, Proof, Step, Stepped, count};
use crate::checks::{DAHU, Held, hold};
use crate::harness::{Center as Program, Chance, FaultyDisk, Laptop, Programs};
use bangban_center::{Center, DataFolder};
use bangban_ledger::{Ledger, document_row};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::photo::photos_named;
use bangban_model::{Digest, SubjectId};
use bangban_sync::exchange::{self, Peer, SharedLedger, Watcher};
use bangban_sync::{EnrolReply, Token};
use disk::Disk;
use log::Told;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, PoisonError};
use tempfile::TempDir;
use uuid::Uuid;

/// So many images are made of one recording.
const IMAGES_A_RECORDING: u64 = 300;
/// Of so many images one goes on to the end: both report again, and everything is whole.
const GOES_ON: u64 = 8;
/// Cases of each capturing.
const CASES: u64 = 4;

/// See the module.
pub const PROOF: Proof = Proof { kind: "power", runs: "images after a power cut", short: 300, step };

fn step(mut step: Step<'_>) -> Stepped {
    let images = step.left.min(IMAGES_A_RECORDING);
    let recording = Recording::make(step.programs, &mut step.chance);
    // The disk hears everything once; it is cut at these places.
    let all = recording.told.len() as u64;
    let mut places: Vec<u64> = (0..images).map(|_| step.chance.between(0, all + 1)).collect();
    places.sort_unstable();
    let (mut disk, mut heard) = (recording.begin.clone(), 0);
    for (number, place) in places.into_iter().enumerate() {
        recording.told[heard..place as usize].iter().for_each(|told| disk.hear(told));
        heard = place as usize;
        let image = TempDir::with_prefix("bangban-image-").unwrap();
        disk.cut(&mut step.chance, recording.root.path(), image.path());
        let goes_on = (number as u64).is_multiple_of(GOES_ON);
        check(image.path(), &recording.acknowledged(heard), goes_on, step.figures)
            .map_err(|broken| super::Broken(format!("cut at {place} of {all}: {}", broken.0)))?;
    }
    count(step.figures, "writes and syncs recorded", all);
    Ok(images)
}

/// What laptop and center told their disks.
struct Recording {
    root: TempDir,
    begin: Disk,
    told: Vec<Told>,
    /// The file of acknowledgements.
    acks: u64,
}

impl Recording {
    /// An agent captures and reports, twice, and then captures once more.
    fn make(programs: &Programs, chance: &mut Chance) -> Self {
        let root = TempDir::with_prefix("bangban-power-").unwrap();
        let ledger = root.path().join("alice");
        new_ledger(&ledger, "alice");
        let mut center = Program::made_at(programs, root.path().join("center"));
        center.serve();
        let mut alice = Laptop::at(programs, "alice", ledger);
        alice.run(&["enrol", &center.code(DAHU)]);
        center.kill();
        std::fs::write(root.path().join("acks"), "").unwrap();
        let begin = Disk::of(root.path());
        let beside = TempDir::with_prefix("bangban-log-").unwrap();
        let log = beside.path().join("log");
        let mut faulty = FaultyDisk::below(root.path()).expect("a C compiler and LD_PRELOAD");
        faulty.write_down(log.clone());
        let faulty = Arc::new(faulty);
        alice.set_disk(Some(faulty.clone()));
        center.set_disk(Some(faulty.clone()));
        center.serve();
        for report in [true, true, false] {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child.arg("capture").arg(alice.ledger()).arg(root.path().join("acks"));
            child.arg(CASES.to_string()).arg(chance.number().to_string());
            faulty.set(&mut child);
            assert!(child.status().unwrap().success(), "capturing failed");
            if report {
                alice.sync();
            }
        }
        center.kill();
        let told = log::read(&log);
        use std::os::unix::fs::MetadataExt;
        let acks = root.path().join("acks").metadata().unwrap().ino();
        Recording { root, begin, told, acks }
    }

    /// The cases that were acknowledged when so much had been told.
    fn acknowledged(&self, heard: usize) -> Vec<SubjectId> {
        let lines = self.told[..heard].iter().filter_map(|told| match told {
            Told::Write { file, bytes, .. } if *file == self.acks => std::str::from_utf8(bytes).ok(),
            _ => None,
        });
        lines.map(|line| line.trim().parse().unwrap()).collect()
    }
}

/// What `prove capture` does: an agent's program that never ends well. Each case is acknowledged when it is recorded.
pub fn capture(ledger: &Path, acks: &Path, cases: u64, seed: u64) {
    let mut chance = Chance::from_seed(seed);
    let mut acks = std::fs::File::options().append(true).open(acks).unwrap();
    let laptop = Store::of(open_ledger(ledger).unwrap(), ledger.to_owned());
    for _ in 0..cases {
        let photos: Vec<Vec<u8>> = (0..chance.between(0, 3))
            .map(|_| {
                let mut bytes = vec![7; chance.between(2_000, 90_000) as usize];
                bytes[..8].copy_from_slice(&chance.number().to_le_bytes());
                bytes
            })
            .collect();
        let case = laptop.submit_case(SubjectId(Uuid::now_v7()), &photos);
        acks.write_all(format!("{case}\n").as_bytes()).unwrap();
    }
    std::mem::forget(laptop);
}

fn check(image: &Path, acknowledged: &[SubjectId], goes_on: bool, figures: &mut Figures) -> Held {
    let ledger = open_ledger(&image.join("alice"));
    hold(ledger.is_ok(), || format!("the laptop's ledger does not open: {:?}", ledger.as_ref().err()))?;
    let ledger = ledger.unwrap_or_else(|_| unreachable!("looked at above"));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let center = Center::open(DataFolder::new(image.join("center")), clock.clone());
    hold(center.is_ok(), || format!("the center does not open: {:?}", center.as_ref().err()))?;
    let center = center.unwrap_or_else(|_| unreachable!("looked at above"));
    let here = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    for case in acknowledged {
        is_there(&here, *case)?;
    }
    count(figures, "acknowledged saves looked for", acknowledged.len() as u64);
    is_whole(&here, &center)?;
    received_means_held(&here, &center)?;
    drop(here);
    if goes_on {
        count(figures, "images that went on", 1);
        let reported = report(&ledger, &center, &clock);
        hold(reported.is_ok(), || format!("they do not go on: {reported:?}"))?;
        let here = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let left = here.pending_entries().unwrap();
        hold(left == 0, || format!("{left} entries still wait"))?;
        is_whole(&here, &center)?;
        received_means_held(&here, &center)?;
    }
    Ok(())
}

fn report(
    ledger: &SharedLedger,
    center: &Center,
    clock: &Arc<dyn Clock>,
) -> Result<exchange::Outcome, bangban_sync::SyncError> {
    let reply = ledger.lock().unwrap_or_else(PoisonError::into_inner).enrolment().unwrap().reply.clone();
    let reply: EnrolReply = serde_json::from_value(reply).unwrap();
    let peer = Peer {
        center: reply.center.id,
        verifying_key: reply.center.verifying_key,
        token: Token(reply.token),
    };
    let watcher: Watcher = Arc::new(|_| {});
    runtime().block_on(exchange::run(ledger, center, &peer, clock, &watcher))
}

/// A case that was acknowledged, with all its pictures.
fn is_there(ledger: &Ledger, case: SubjectId) -> Held {
    let document = document_row::get(ledger.entries(), case).unwrap();
    hold(document.is_some(), || format!("the acknowledged case {case} is gone"))?;
    let fields = document.map(|document| document.fields).unwrap_or_default();
    let set: BTreeMap<_, _> = fields.into_iter().map(|(path, field)| (path, field.held.value)).collect();
    for named in photos_named(&set) {
        let here: Option<Digest> = ledger.photo(named.digest).unwrap().map(|bytes| Digest::of(&bytes));
        hold(here == Some(named.digest), || format!("a picture of case {case} is gone"))?;
    }
    Ok(())
}

fn is_whole(ledger: &Ledger, center: &Center) -> Held {
    let verified = ledger.verify(|_, _, _, _| true).unwrap();
    hold(verified.findings.is_empty(), || format!("the laptop: {:?}", verified.findings))?;
    let verified = center.verify().unwrap();
    hold(verified.findings.is_empty(), || format!("the center: {:?}", verified.findings))
}

/// The words of `prove capture`.
pub fn capture_by_words(words: &[String]) -> Option<()> {
    let [ledger, acks, cases, seed] = words else { return None };
    capture(&PathBuf::from(ledger), &PathBuf::from(acks), cases.parse().ok()?, seed.parse().ok()?);
    Some(())
}
