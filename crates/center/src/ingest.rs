//! The door: a post's or a file's entries come in one after the other and are committed as whole records, about every
//! 64 KiB (rule X2).

use crate::center::Center;
use crate::error::CenterError;
use crate::store::{Arrival, Channel, Laptop, Now};
use bangban_model::{Code, Digest, Entry, planted};
use bangban_sync::{EntryLine, Manifest, PROTOCOL_VERSION, Post, Signed, SyncError};
use chrono::DateTime;
use futures_util::StreamExt;

/// Whole records are committed when so much has come.
const COMMIT_BYTES: usize = 64 * 1024;
/// A record larger than this is stored in parts, which wait for each other: memory stays bounded.
const MOST_BUFFERED_BYTES: usize = 4 * 1024 * 1024;

/// What came in at the door, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// How many entries were new.
    pub new_entries: u64,
    /// Why it ended early; what came before is kept and receipted.
    pub problem: Option<Code>,
}

/// The entries of one manifest on their way in.
pub struct Reception {
    arrival: Arrival,
    next_seq: u64,
    last_seq: u64,
    head: Digest,
    last_hash: Digest,
    waiting: Vec<Entry>,
    waiting_bytes: usize,
    received: Received,
}

impl Center {
    /// The manifest, once its signature, its center and its laptop hold.
    pub(crate) fn check_manifest(
        &self,
        laptop: &Laptop,
        signed: &Signed<Manifest>,
    ) -> Result<Manifest, CenterError> {
        let stated = signed.unverified()?;
        let (life, _) = self.store().life(stated.incarnation)?.ok_or(Code::LaptopRefused)?;
        if life.laptop != laptop.id {
            return Err(Code::LaptopRefused.into());
        }
        let manifest = signed.verify(&life.verifying_key)?;
        if manifest.protocol > PROTOCOL_VERSION {
            return Err(Code::NewerFormat.into());
        }
        if planted::out("trust_clock") && is_far(&manifest.made_at, self.now()) {
            return Err(Code::BadInput.into());
        }
        if manifest.center != self.identity().id {
            return Err(Code::BatchNotForUs.into());
        }
        let sane = manifest.first_seq >= 1
            && manifest.last_seq < i64::MAX as u64
            && manifest.first_seq <= manifest.last_seq.saturating_add(1);
        if sane { Ok(manifest) } else { Err(Code::ProtocolBroken.into()) }
    }

    /// Takes in what a post brings. An error of the stream itself is handed on, after whole records were kept.
    pub(crate) async fn receive_post(
        &self,
        laptop: Laptop,
        manifest: &Manifest,
        post: Post,
    ) -> Result<Received, SyncError> {
        let mut reception = Reception::begin(self, laptop, manifest, Channel::Network);
        let mut lines = post.entries;
        let mut cut = None;
        while let Some(line) = lines.next().await {
            match line {
                Ok(line) if reception.received.problem.is_none() => reception.offer(line),
                // What follows a problem is drained, so that the answer reaches a laptop that is still writing.
                Ok(_) => continue,
                Err(problem) => {
                    cut = Some(problem);
                    break;
                }
            }
            if reception.is_due() {
                reception = self.commit(reception).await?;
            }
        }
        if cut.is_some() {
            reception.drop_unfinished_record();
        }
        reception = self.commit(reception).await?;
        match cut {
            Some(problem) => Err(problem),
            None => {
                let received = reception.end();
                if received.problem.is_none() && manifest.entry_count() == 0 {
                    return Ok(Received { problem: self.problem_of_quiet_head(manifest).await?, ..received });
                }
                Ok(received)
            }
        }
    }

    async fn commit(&self, mut reception: Reception) -> Result<Reception, SyncError> {
        Ok(self
            .blocking(move |center| {
                reception.commit(center)?;
                Ok(reception)
            })
            .await?)
    }

    /// A post without entries names the newest receipted header: another one there means another history.
    async fn problem_of_quiet_head(&self, manifest: &Manifest) -> Result<Option<Code>, SyncError> {
        let (life, seq, head) = (manifest.incarnation, manifest.last_seq, manifest.head);
        let known = self.blocking(move |center| center.store().header_hash_at(life, seq)).await?;
        Ok(known.filter(|known| *known != head).map(|_| Code::HistoryDiffers))
    }
}

/// Whether a laptop's clock is more than a day off: what must decide nothing.
fn is_far(made_at: &str, now: Now) -> bool {
    DateTime::parse_from_rfc3339(made_at).is_ok_and(|at| (at - now).num_days() != 0)
}

impl Reception {
    /// Begins on the entries of a manifest that was checked.
    pub(crate) fn begin(center: &Center, laptop: Laptop, manifest: &Manifest, channel: Channel) -> Self {
        Reception {
            arrival: Arrival {
                laptop,
                life: manifest.incarnation,
                batch: manifest.batch,
                channel,
                now: center.now(),
            },
            next_seq: manifest.first_seq,
            last_seq: manifest.last_seq,
            head: manifest.head,
            last_hash: Digest::ZERO,
            waiting: Vec::new(),
            waiting_bytes: 0,
            received: Received { new_entries: 0, problem: None },
        }
    }

    /// Takes one line; one that is not the next entry of the manifest's life ends the reception.
    pub(crate) fn offer(&mut self, line: EntryLine) {
        if self.received.problem.is_some() {
            return;
        }
        let entry = match line.into_entry() {
            Ok(entry)
                if entry.header.incarnation == self.arrival.life
                    && entry.header.seq == self.next_seq
                    && entry.header.seq <= self.last_seq =>
            {
                entry
            }
            _ => {
                self.received.problem = Some(Code::ProtocolBroken);
                return;
            }
        };
        self.next_seq += 1;
        self.last_hash = entry.header_hash();
        self.waiting_bytes += entry.header_bytes.len() + entry.body_bytes.as_ref().map_or(0, Vec::len);
        self.waiting.push(entry);
    }

    /// Whether it is time to commit.
    pub(crate) fn is_due(&self) -> bool {
        (self.waiting_bytes >= COMMIT_BYTES && self.ends_with_its_record())
            || self.waiting_bytes >= MOST_BUFFERED_BYTES
    }

    fn ends_with_its_record(&self) -> bool {
        self.waiting.last().is_none_or(|entry| entry.header.record.index + 1 == entry.header.record.count)
    }

    /// Lets go of the entries of a record whose end was cut off.
    pub(crate) fn drop_unfinished_record(&mut self) {
        while !self.ends_with_its_record() {
            self.waiting.pop();
        }
    }

    /// Commits what waits.
    pub(crate) fn commit(&mut self, center: &Center) -> Result<(), CenterError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.arrival.now = center.now();
        let taken = center.store().take(&self.arrival, &self.waiting)?;
        self.received.new_entries += taken.new_entries;
        if taken.history_differs {
            self.received.problem = Some(Code::HistoryDiffers);
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// How it ended: every entry must have come, and the last must be the one that was signed for.
    pub(crate) fn end(self) -> Received {
        let all_came = self.next_seq == self.last_seq + 1;
        let any = self.last_hash != Digest::ZERO;
        let mut received = self.received;
        if received.problem.is_none() && (!all_came || (any && self.last_hash != self.head)) {
            received.problem = Some(Code::ProtocolBroken);
        }
        received
    }
}
