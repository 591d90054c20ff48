//! A laptop whose ledger was damaged and repaired, and the center: what the center has comes back, own entries too (X3, X8, E2).

use crate::author::*;
use crate::real::RealLaptop;
use bangban_keys::DataKey;
use bangban_ledger::repair::{self, Foundation, Repair, RepairReport, SavedEntry, SavedLife, Source};
use bangban_ledger::{Draft, Ledger, LedgerError, Opened};
use bangban_model::{Digest, EntryId, SubjectId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const KEY: [u8; 32] = [0x5a; 32];

/// Enrolment and life alone, as a second copy has them that missed everything else.
struct FoundationAlone(Foundation);

impl FoundationAlone {
    fn of(laptop: &RealLaptop) -> Self {
        let ledger = laptop.ledger.lock().unwrap();
        let reply = serde_json::to_string(ledger.enrolment().unwrap()).unwrap();
        let life = ledger.life().unwrap();
        FoundationAlone(Foundation {
            agents: ledger.agents().unwrap(),
            enrolment: Some((reply, laptop.clock.now().to_rfc3339())),
            lives: vec![SavedLife {
                id: life.id,
                begun_at: laptop.clock.now().to_rfc3339(),
                signing: *life.signing.to_secret_bytes(),
                opening: life.opening.to_secret_text().to_string(),
                ancestor: None,
                fork_seq: None,
                presented_at: None,
            }],
        })
    }
}

impl Source for FoundationAlone {
    fn foundation(&mut self) -> Result<Option<Foundation>, LedgerError> {
        Ok(Some(self.0.clone()))
    }
    fn entries(&mut self) -> Result<Vec<SavedEntry>, LedgerError> {
        Ok(Vec::new())
    }
    fn drafts(&mut self) -> Result<Vec<Draft>, LedgerError> {
        Ok(Vec::new())
    }
    fn photo(&mut self, _: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }
}

/// Ids with their bodies.
type Bodies = BTreeMap<Uuid, Vec<u8>>;

fn bodies(laptop: &RealLaptop, which: &str) -> Bodies {
    let ledger = laptop.ledger.lock().unwrap();
    let sql =
        format!("SELECT id, body FROM entry WHERE body IS NOT NULL AND kind <> 'ledger_begun' AND {which}");
    let mut statement = ledger.entries().prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn flip(file: &Path, page: u64) {
    let mut file = fs::File::options().read(true).write(true).open(file).unwrap();
    let place = SeekFrom::Start((page - 1) * 4096 + 1500);
    let mut byte = [0];
    file.seek(place).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(place).unwrap();
    file.write_all(&[byte[0] ^ 0x10]).unwrap();
}

/// The same laptop with its ledger closed while `act` works on the folder.
fn closed(laptop: RealLaptop, act: impl FnOnce(&Path)) -> RealLaptop {
    let RealLaptop { ledger, peer, agent, clock, folder } = laptop;
    drop(ledger);
    act(folder.path());
    let ledger = match Ledger::open_checked(folder.path(), DataKey::from_bytes(KEY)).unwrap() {
        Opened::Whole(ledger) => *ledger,
        Opened::Damaged(check) => panic!("{check:?}"),
    };
    RealLaptop { ledger: Arc::new(Mutex::new(ledger)), peer, agent, clock, folder }
}

fn repair_folder(
    folder: &Path,
    laptop_agent: bangban_model::ids::AgentId,
    source: &mut dyn Source,
    at: chrono::DateTime<chrono::FixedOffset>,
) -> RepairReport {
    let key = DataKey::from_bytes(KEY);
    let work = Repair {
        folder,
        keys: &[&key],
        agent: laptop_agent,
        found: &[],
        at,
        program: "test",
        watch: &|_, _| Ok(()),
    };
    repair::repair(&work, source).unwrap().expect("something is damaged")
}

/// People whose names and notes fill pages.
fn write_people(laptop: &RealLaptop, first: u64, count: u64) -> Vec<SubjectId> {
    (first..first + count)
        .map(|at| {
            let person = SubjectId(Uuid::now_v7());
            let note = "记".repeat(if at % 5 == 0 { 2500 } else { 20 });
            let name = recorded("name", &format!("周{at}"));
            laptop.write(laptop.agent, &[(person, name), (person, recorded("note", &note))]);
            person
        })
        .collect()
}

struct Rng(u64);

impl Rng {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

#[tokio::test]
async fn x3_whatever_pages_are_damaged_what_the_center_has_comes_back_and_what_reads_is_handed_in() {
    let (rounds, first_seed): (u64, u64) =
        if std::env::var_os("BANGBAN_LONG").is_some() { (60, 1) } else { (6, 1) };
    for seed in first_seed..first_seed + rounds {
        let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let town = Town::new();
        let alice = RealLaptop::of(&town, &[DAHU]).await;
        let bob = RealLaptop::of(&town, &[DAHU]).await;
        write_people(&alice, 0, 25);
        alice.sync(&town.center).await.unwrap();
        write_people(&bob, 100, 15);
        bob.sync(&town.center).await.unwrap();
        alice.sync(&town.center).await.unwrap();
        write_people(&alice, 200, 5);
        let waited = bodies(&alice, "standing = 'pending'");
        let mut source = FoundationAlone::of(&alice);
        let (agent, at) = (alice.agent, alice.clock.now());
        let mut report = None;
        let alice = closed(alice, |folder| {
            let file = folder.join("ledger.db");
            let count = fs::metadata(&file).unwrap().len() / 4096;
            let pages: BTreeSet<u64> = (0..1 + rng.next(10)).map(|_| 1 + rng.next(count)).collect();
            pages.iter().for_each(|page| flip(&file, *page));
            report = Some(repair_folder(folder, agent, &mut source, at));
        });
        let report = report.unwrap();
        let kept = bodies(&alice, "standing = 'pending'");
        let lost = waited.keys().filter(|id| !kept.contains_key(id)).count() as u64;
        assert!(
            lost <= report.own_entries.missing || report.may_be_more,
            "seed {seed}: {lost} of {report:?}"
        );
        alice.sync(&town.center).await.unwrap_or_else(|problem| panic!("seed {seed}: {problem} {report:?}"));
        alice.ledger.lock().unwrap().end_repair().unwrap();
        alice.sync(&town.center).await.unwrap();

        // Whoever begins now has all that the center has.
        let carol = RealLaptop::of(&town, &[DAHU]).await;
        carol.sync(&town.center).await.unwrap();
        let at_center = bodies(&carol, "standing = 'positioned'");
        let here = bodies(&alice, "standing = 'positioned'");
        for (id, body) in &at_center {
            let is_carols = bodies(&carol, "kind = 'agent_added'").contains_key(id);
            assert!(
                is_carols || here.get(id) == Some(body),
                "seed {seed}: {id} did not come back: {report:?}"
            );
        }
        let told = RepairReport::read(alice.folder.path()).unwrap().unwrap();
        let is_gone = |id: &EntryId| !at_center.contains_key(&id.0) && !here.contains_key(&id.0);
        assert!(
            told.missing_entries.iter().filter_map(|entry| entry.id.as_ref()).all(is_gone),
            "seed {seed}: what came is not missing any more: {told:?}"
        );
        assert!(kept.keys().all(|id| at_center.contains_key(id)), "seed {seed}: what waited was handed in");
        let findings = alice.ledger.lock().unwrap().verify(|_, _, _, _| true).unwrap().findings;
        assert_eq!(findings, [], "seed {seed}: {report:?}");
        assert_eq!(alice.ledger.lock().unwrap().pending_entries().unwrap(), 0, "seed {seed}");
        town.assert_sound();
    }
}

#[tokio::test]
async fn x8_own_entries_of_which_only_the_headers_read_come_back_whole_and_the_life_goes_on() {
    let town = Town::new();
    let alice = RealLaptop::of(&town, &[DAHU]).await;
    let people = write_people(&alice, 0, 12);
    alice.sync(&town.center).await.unwrap();
    alice
        .ledger
        .lock()
        .unwrap()
        .entries()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let life = alice.ledger.lock().unwrap().life().unwrap().id;
    let before = bodies(&alice, "1");
    let (agent, at) = (alice.agent, alice.clock.now());
    let mut source = FoundationAlone::of(&alice);
    let mut hurt = 0;
    let mut alice = alice;
    let count = fs::metadata(alice.folder.path().join("ledger.db")).unwrap().len() / 4096;
    // The rest of long bodies stands in pages of their own, one in seven of these.
    for page in 1..=count {
        if hurt > 1 {
            break;
        }
        let whole = fs::read(alice.folder.path().join("ledger.db")).unwrap();
        if page > whole.len() as u64 / 4096 {
            break;
        }
        let mut report = None;
        alice = closed(alice, |folder| {
            flip(&folder.join("ledger.db"), page);
            report = Some(repair_folder(folder, agent, &mut source, at));
        });
        let report = report.unwrap();
        if report.own_entries.at_center > 0 && !report.new_life {
            hurt += 1;
            alice.sync(&town.center).await.unwrap();
            alice.ledger.lock().unwrap().end_repair().unwrap();
            assert_eq!(alice.ledger.lock().unwrap().life().unwrap().id, life);
            assert_eq!(bodies(&alice, "1"), before, "page {page}");
        }
        // The next page is that of the ledger as it was.
        alice = closed(alice, |folder| fs::write(folder.join("ledger.db"), &whole).unwrap());
    }
    assert!(hurt > 0, "some page held nothing but the rest of a body");
    assert_eq!(people.len(), 12);
    town.assert_sound();
}
