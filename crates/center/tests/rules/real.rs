//! A laptop with a ledger of its own, which exchanges with a center in this process.

use crate::author::Town;
use bangban_keys::{DataKey, KdfCost, OpeningKey, Pin, SigningKey, SlotFile};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::record::Author;
use bangban_ledger::{Enrolment, Ledger, Life, database};
use bangban_model::body::Body;
use bangban_model::clock::Clock;
use bangban_model::entry::NewEntry;
use bangban_model::ids::AgentId;
use bangban_model::{Actor, Digest, IncarnationId, SubjectId};
use bangban_sync::exchange::{self, Outcome, Peer, SharedLedger};
use bangban_sync::{AgentName, EnrolRequest, PROTOCOL_VERSION, Post, SyncError, SyncProtocol, Token};
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use uuid::Uuid;

const KEY: [u8; 32] = [0x5a; 32];

pub struct RealLaptop {
    pub ledger: SharedLedger,
    pub peer: Peer,
    pub agent: AgentId,
    pub clock: Arc<dyn Clock>,
    pub folder: TempDir,
}

impl RealLaptop {
    pub async fn of(town: &Town, villages: &[&str]) -> Self {
        let key = DataKey::from_bytes(KEY);
        let floor = KdfCost { passes: 1, ..KdfCost::FLOOR };
        let slots = SlotFile::create(&key, "agent", &Pin::parse("73918462").unwrap(), None, floor).unwrap();
        let (folder, agent) = (tempfile::tempdir().unwrap(), AgentId(Uuid::new_v4()));
        let mut ledger = Ledger::create(folder.path(), key, &slots, agent, "周小琴").unwrap();
        let life = Life {
            id: IncarnationId(Uuid::now_v7()),
            signing: SigningKey::random().unwrap(),
            opening: OpeningKey::random(),
        };
        let request = EnrolRequest {
            protocol: PROTOCOL_VERSION,
            code: town.code(villages),
            incarnation: life.id,
            verifying_key: life.signing.verifying_key(),
            sealing_key: life.opening.sealing_key(),
            agents: vec![AgentName { id: agent, name: "周小琴".into() }],
            program: "test".into(),
        };
        let reply = town.center.enrol(request).await.unwrap();
        let enrolment = Enrolment {
            address: "127.0.0.1:1".into(),
            pins: Vec::new(),
            villages: reply.villages.iter().map(|village| village.code.clone()).collect(),
            district_key: reply.district_key,
            reply: json!({}),
        };
        let clock: Arc<dyn Clock> = town.clock.clone();
        ledger.enrol(enrolment, NewLife { life, program: "test".into() }, clock.now()).unwrap();
        let peer = Peer {
            center: reply.center.id,
            verifying_key: reply.center.verifying_key,
            token: Token(reply.token),
        };
        RealLaptop { ledger: Arc::new(Mutex::new(ledger)), peer, agent, clock, folder }
    }

    /// One record in the first village.
    pub fn write(&self, by: AgentId, bodies: &[(SubjectId, Body)]) {
        let mut ledger = self.ledger.lock().unwrap();
        let village = ledger.enrolment().unwrap().villages[0].clone();
        let new: Vec<NewEntry> =
            bodies.iter().map(|(subject, body)| crate::author::new_entry(&village, *subject, body)).collect();
        ledger.record(Author { by: Actor::Agent(by), at: self.clock.now() }, new, None).unwrap();
    }

    pub async fn sync(&self, protocol: &impl SyncProtocol) -> Result<Outcome, SyncError> {
        exchange::run(&self.ledger, protocol, &self.peer, &self.clock, &(Arc::new(|_| {}) as _)).await
    }

    /// A post that only asks.
    pub fn empty_post(&self) -> Post {
        let mut ledger = self.ledger.lock().unwrap();
        let (head, _) = exchange::prepare_post(&mut ledger, &self.peer, self.clock.as_ref(), true).unwrap();
        Post { head, entries: stream::empty().boxed() }
    }

    /// A photo's bytes are gone, as from a damaged disk.
    pub fn lose(&self, photo: &[u8]) {
        let place = self.folder.path().join("photos.db");
        let photos = database::open(&place, &DataKey::from_bytes(KEY), &[database::PHOTOS]).unwrap();
        photos.execute("DELETE FROM photo_bytes WHERE digest = ?1", [Digest::of(photo).0]).unwrap();
    }

    pub fn standings(&self) -> Vec<String> {
        let ledger = self.ledger.lock().unwrap();
        let life = ledger.life().unwrap().id.0;
        let mut statement = ledger
            .entries()
            .prepare("SELECT standing FROM entry WHERE incarnation = ?1 ORDER BY seq")
            .unwrap();
        statement.query_map([life], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}
