//! One small exchange with photos, cut at every byte of either direction: the next one goes on from there, nothing is lost
//! and nothing is there twice.

mod memory_line;

use super::stores::{Laptop, Town};
use super::{Proof, Step, Stepped};
use crate::checks::{Held, hold};
use bangban_model::SubjectId;
use bangban_model::body::{Body, FieldSet, Recorded};
use memory_line::MemoryLine;
use serde_json::json;
use uuid::Uuid;

/// So many cuts happen to one pair of stores; then they are compared whole.
const CUTS_A_TOWN: u64 = 40;
/// Photos of these sizes go up (bytes).
const PHOTO_BYTES: [usize; 2] = [300, 1700];

/// See the module. With as many runs as bytes pass, or more, every byte is one of them; with fewer, they lie evenly.
pub const PROOF: Proof = Proof { kind: "bytes", runs: "cuts", short: 110, step };

fn step(mut step: Step<'_>) -> Stepped {
    let mut exchange = Exchange { town: Town::new(), number: step.chance.number() >> 8, entries: 0 };
    let line = exchange.write_and_open()?;
    hold(exchange.alice().sync(&line).is_ok(), || "the exchange does not go through uncut".to_owned())?;
    exchange.is_there_once()?;
    let (up, down) = line.passed();
    let (done, of) = step.done;
    // Beyond the last byte nothing is cut any more.
    let place = |run: u64| if of >= up + down { run } else { run * (up + down) / of };
    let mut runs = 0;
    while runs < CUTS_A_TOWN.min(step.left) {
        let at = place(done + runs) % (up + down);
        let line = exchange.write_and_open()?;
        let name = if at < up {
            line.cut_up(at);
            "cuts on the way up"
        } else {
            line.cut_down(at - up);
            "cuts on the way down"
        };
        let first = exchange.alice().sync(&line);
        exchange.town.received_means_held()?;
        match first {
            // Lengths differ by a few bytes from one exchange to the next.
            Ok(_) => step.count("exchanges over before the cut"),
            Err(problem) if problem.is_passing() => step.count(name),
            Err(problem) => hold(false, || format!("cut at byte {at}: {problem}"))?,
        }
        line.mend();
        let second = exchange.alice().sync(&line);
        hold(second.is_ok(), || format!("after a cut at byte {at} it does not go on: {second:?}"))?;
        exchange.is_there_once().map_err(|broken| super::Broken(format!("byte {at}: {}", broken.0)))?;
        runs += 1;
    }
    exchange.town.converge()?;
    exchange.town.is_whole()?;
    super::count(step.figures, "bytes pass in one exchange", 0);
    step.figures.insert("bytes pass in one exchange".to_owned(), up + down);
    Ok(runs)
}

/// The stores, and how many entries the agents wrote.
struct Exchange {
    town: Town,
    number: u64,
    entries: u64,
}

impl Exchange {
    fn alice(&self) -> &Laptop {
        &self.town.laptops[0]
    }

    /// Something to send for alice, and something that bob sent already; a new line.
    fn write_and_open(&mut self) -> Result<MemoryLine, super::Broken> {
        self.number += 1;
        let resident = SubjectId(Uuid::from_u128(0xee00));
        let set: FieldSet = [("phone".to_owned(), json!(format!("{:020}", self.number)))].into();
        let [alice, bob] = self.town.laptops.as_slice() else { unreachable!("two laptops") };
        for laptop in [bob, alice] {
            let body = Body::ResidentRecorded(Recorded { set: set.clone() });
            laptop.record(vec![laptop.about(resident, body)]).unwrap();
        }
        let photos = PHOTO_BYTES.map(|length| {
            let mut bytes = vec![7; length];
            bytes[..8].copy_from_slice(&self.number.to_le_bytes());
            bytes
        });
        alice.submit_case(resident, &photos);
        self.entries += 4;
        let synced = bob.sync(self.town.center());
        hold(synced.is_ok(), || format!("bob cannot report: {synced:?}"))?;
        Ok(MemoryLine::to(self.town.center()))
    }

    fn is_there_once(&self) -> Held {
        let counts = self.town.center().store().counts().unwrap();
        // Each laptop's ledger began with two entries.
        let expected = self.entries + 4;
        hold(counts.entries == expected, || {
            format!("{expected} entries were written, the center has {}", counts.entries)
        })?;
        let ledger = self.alice().ledger();
        let (entries, photos) = (ledger.pending_entries().unwrap(), ledger.pending_photos().unwrap().len());
        hold((entries, photos) == (0, 0), || format!("{entries} entries and {photos} photos still wait"))?;
        drop(ledger);
        self.town.received_means_held()
    }
}
