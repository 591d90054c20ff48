//! After the center was put back from a copy (rule D2). A laptop's cursor tells: the center signed a head that it does not
//! know. It begins a new epoch, serves laptops once staff confirmed which, takes back what they bring, and decides nothing
//! until staff end the recovery.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::recovering::{BringingRun, LostEntry, OldPosition, RecoveryState};
use crate::store::{Laptop, LaptopLine};
use bangban_model::{Code, Digest, StreamId, chain};
use bangban_sync::{
    AnswerLine, Cursor, Manifest, PROTOCOL_VERSION, RecoverHead, Recovered, Recovery, StreamHead, StreamMark,
    SyncError,
};
use chrono::DateTime;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use uuid::Uuid;

/// So many lines are kept at a time.
pub(crate) const LINES_AT_ONCE: usize = 256;
/// And so many bytes.
pub(crate) const BYTES_AT_ONCE: usize = 1024 * 1024;
/// A laptop names no more marks: with doubling steps that is enough for any stream.
const MOST_MARKS: usize = 128;

/// What a laptop's claim comes to.
pub(crate) enum Claim {
    /// Nothing is lost, or it only asked.
    Answer(Recovered),
    /// What it brings goes on from here.
    Goes(StreamHead, (u64, Digest)),
}

impl Center {
    /// The epoch in which heads are signed.
    pub(crate) fn epoch(&self) -> Result<u64, CenterError> {
        let begun = self.store().recovery()?.map_or(0, |recovery| recovery.epoch);
        Ok(begun.max(self.identity().epoch))
    }

    /// The recovery under way, or the newest one.
    pub fn recovery(&self) -> Result<Option<RecoveryState>, CenterError> {
        self.store().recovery()
    }

    /// Entries in this person's scope of which only the hash is left.
    pub fn lost_entries(&self, sign_in: &SignIn) -> Result<Vec<LostEntry>, CenterError> {
        self.store().lost_entries(&sign_in.staff.scope)
    }

    /// Laptops that have not brought back what they have since they are served again, while the recovery is open.
    pub fn silent_laptops(&self) -> Result<Vec<LaptopLine>, CenterError> {
        let Some(open) = self.store().recovery()?.filter(|recovery| recovery.closed_at.is_none()) else {
            return Ok(Vec::new());
        };
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).ok();
        let since = open.confirmed_at.as_deref().and_then(moment);
        let has_reported = |line: &LaptopLine| {
            let seen = line.last_seen.as_deref().and_then(moment);
            since.is_some_and(|since| seen.is_some_and(|seen| seen >= since))
        };
        let laptops = self.store().laptops_in("")?.into_iter();
        Ok(laptops.filter(|line| !line.laptop.is_revoked() && !has_reported(line)).collect())
    }

    /// Whoever put the center back from a copy says so: what a laptop would find out at its next visit begins now.
    pub fn begin_recovery(&self) -> Result<RecoveryState, CenterError> {
        if let Some(open) = self.store().recovery()?.filter(|recovery| recovery.closed_at.is_none()) {
            return Ok(open);
        }
        self.begin_epoch(self.epoch()? + 1)?;
        self.store().recovery()?.ok_or(CenterError::Coded(Code::Internal))
    }

    /// A center was made of a copy: whatever recovery that copy was in, a new one begins.
    pub(crate) fn begin_recovery_anew(&self) -> Result<RecoveryState, CenterError> {
        self.begin_epoch(self.epoch()? + 1)?;
        self.store().recovery()?.ok_or(CenterError::Coded(Code::Internal))
    }

    /// A person looked at the list of laptops, revoked again what had been revoked: the others are served from here on.
    pub fn confirm_laptops(&self, sign_in: &SignIn) -> Result<(), CenterError> {
        require(sign_in, Role::administers)?;
        self.store().confirm_laptops(sign_in.staff.id, self.now())?;
        tracing::warn!(staff = %sign_in.staff.id, "laptops confirmed after a restore");
        Ok(())
    }

    /// A person ends the recovery: decisions are taken again. What comes back later is taken all the same.
    pub fn close_recovery(&self, sign_in: &SignIn) -> Result<(), CenterError> {
        require(sign_in, Role::administers)?;
        self.laptops_are_confirmed()?;
        self.store().close_recovery(sign_in.staff.id, self.now())?;
        tracing::warn!(staff = %sign_in.staff.id, "recovery closed");
        Ok(())
    }

    /// Which laptops were revoked since the copy was made, the copy does not know: a person has to say so again first (D3).
    pub(crate) fn laptops_are_confirmed(&self) -> Result<(), CenterError> {
        match self.store().recovery()? {
            Some(recovery) if recovery.confirmed_at.is_none() => Err(Code::CenterRecovering.into()),
            _ => Ok(()),
        }
    }

    /// Whether this position with this stream hash is part of this center's history.
    pub(crate) fn knows(&self, stream: &StreamId, position: u64, hash: Digest) -> Result<bool, CenterError> {
        Ok(self.store().stream_hash_at(stream, position)? == Some(hash))
    }

    /// The laptop's streams whose cursors this center does not know.
    pub(crate) fn lost_streams(
        &self,
        cursors: &[Cursor],
        villages: &[StreamId],
    ) -> Result<Vec<StreamId>, CenterError> {
        let mut lost = Vec::new();
        for cursor in cursors.iter().filter(|cursor| villages.contains(&cursor.stream)) {
            if !self.knows(&cursor.stream, cursor.position, cursor.stream_hash)? {
                lost.push(cursor.stream.clone());
            }
        }
        Ok(lost)
    }

    /// The heads in a file's manifest that this center signed and does not know: it was put back from a copy, and begins an
    /// epoch as it does over the network. A revoked laptop is not believed in what others wrote.
    pub(crate) fn unknown_heads(
        &self,
        laptop: &Laptop,
        manifest: &Manifest,
    ) -> Result<Vec<StreamHead>, CenterError> {
        let mut unknown = Vec::new();
        for signed in manifest.heads.iter().filter(|_| !laptop.is_revoked()) {
            let head = signed.verify(&self.public().verifying_key)?;
            let is_hers = laptop.villages.contains(&head.stream);
            if !is_hers || self.knows(&head.stream, head.position, head.hash)? {
                continue;
            }
            if head.epoch >= self.epoch()? {
                self.begin_epoch(head.epoch + 1)?;
            }
            unknown.push(head);
        }
        Ok(unknown)
    }

    /// Takes back what a laptop brings of one stream. Nothing counts before all of it is proven by the head that this
    /// center once signed.
    pub(crate) async fn take_back(&self, laptop: Laptop, recovery: Recovery) -> Result<Recovered, SyncError> {
        let (asked, mut lines) = (recovery.head, recovery.lines);
        let first = lines.next().await.transpose()?;
        let (of, only_asks) = (laptop.clone(), first.is_none());
        let claim = self.blocking(move |center| center.look_at_claim(&of, &asked, only_asks)).await?;
        let (head, from) = match claim {
            Claim::Answer(answer) => return Ok(answer),
            Claim::Goes(head, from) => (head, from),
        };
        let chained = Chained::from(&laptop, head.stream.clone(), from);
        let run = chained.run.clone();
        let chained = self
            .blocking(move |center| center.store().begin_bringing(&chained.run).map(|()| chained))
            .await?;
        let taken = self.take_lines(head, chained, first, lines).await;
        if taken.is_err() {
            // What proves nothing is not kept.
            self.blocking(move |center| center.store().drop_brought(&run)).await?;
        }
        taken
    }

    async fn take_lines(
        &self,
        head: StreamHead,
        mut chained: Chained,
        first: Option<AnswerLine>,
        mut lines: BoxStream<'static, Result<AnswerLine, SyncError>>,
    ) -> Result<Recovered, SyncError> {
        let mut next = first;
        while let Some(line) = next {
            chained.add(line)?;
            if chained.at.0 > head.position {
                return Err(SyncError::Broken("more is brought back than was signed for"));
            }
            if chained.is_due() {
                chained = self.keep_brought(chained).await?;
            }
            next = lines.next().await.transpose()?;
        }
        let chained = self.keep_brought(chained).await?;
        if chained.at != (head.position, head.hash) {
            return Err(SyncError::Refused(Code::HistoryDiffers));
        }
        Ok(self.blocking(move |center| center.put_all_back(&chained)).await?)
    }

    async fn keep_brought(&self, mut chained: Chained) -> Result<Chained, SyncError> {
        Ok(self
            .blocking(move |center| {
                center.keep_chained(&mut chained)?;
                Ok(chained)
            })
            .await?)
    }

    /// Whether the center once signed what it does not know now, and where both still agree.
    pub(crate) fn look_at_claim(
        &self,
        laptop: &Laptop,
        asked: &RecoverHead,
        only_asks: bool,
    ) -> Result<Claim, CenterError> {
        if asked.protocol > PROTOCOL_VERSION {
            return Err(Code::NewerFormat.into());
        }
        let head = asked.head.verify(&self.public().verifying_key)?;
        if !laptop.villages.contains(&head.stream) || asked.marks.len() > MOST_MARKS {
            return Err(Code::ProtocolBroken.into());
        }
        if self.knows(&head.stream, head.position, head.hash)? {
            return Ok(Claim::Answer(Recovered { common: head.position, epoch: self.epoch()? }));
        }
        // Its own word that it no longer knows: it was put back from a copy since.
        if head.epoch >= self.epoch()? {
            self.begin_epoch(head.epoch + 1)?;
        }
        self.laptops_are_confirmed()?;
        let mut common = (0, Digest::ZERO);
        for StreamMark { position, hash } in &asked.marks {
            if *position > common.0 && self.knows(&head.stream, *position, *hash)? {
                common = (*position, *hash);
            }
        }
        if only_asks {
            return Ok(Claim::Answer(Recovered { common: common.0, epoch: self.epoch()? }));
        }
        Ok(Claim::Goes(head, common))
    }

    fn begin_epoch(&self, epoch: u64) -> Result<(), CenterError> {
        tracing::error!(
            epoch,
            "this center was put back from a copy: a new epoch begins, nothing is decided until it is closed"
        );
        self.store().begin_recovery(epoch, self.now())
    }

    /// Keeps the lines that came.
    pub(crate) fn keep_chained(&self, chained: &mut Chained) -> Result<(), CenterError> {
        self.store().keep_brought(&chained.run, &chained.kept)?;
        chained.kept.clear();
        chained.bytes = 0;
        Ok(())
    }

    /// Puts back what a run kept, which is proven as a whole.
    pub(crate) fn put_all_back(&self, proven: &Chained) -> Result<Recovered, CenterError> {
        let (mut before, mut common, mut entries) = (proven.from, proven.from.0, 0);
        loop {
            let put = self.store().put_back(&proven.run, before, self.now())?;
            before = put.before;
            common = common.max(put.common);
            entries += put.entries;
            if put.done {
                break;
            }
        }
        if before != proven.at {
            // Another run of the same laptop began in between: this one did not come to its end.
            return Err(Code::ProtocolBroken.into());
        }
        tracing::info!(laptop = %proven.run.laptop, stream = %proven.run.stream, entries, "a laptop brought back what was lost");
        Ok(Recovered { common, epoch: self.epoch()? })
    }
}

/// Lines on their way in, chained as they once were.
pub(crate) struct Chained {
    pub(crate) run: BringingRun,
    pub(crate) from: (u64, Digest),
    pub(crate) at: (u64, Digest),
    kept: Vec<OldPosition>,
    bytes: usize,
}

impl Chained {
    /// What goes on from here.
    pub(crate) fn from(laptop: &Laptop, stream: StreamId, from: (u64, Digest)) -> Self {
        let run = BringingRun { id: Uuid::new_v4(), laptop: laptop.id, stream };
        Chained { run, from, at: from, kept: Vec::new(), bytes: 0 }
    }

    /// Whether it is time to keep what came.
    pub(crate) fn is_due(&self) -> bool {
        self.kept.len() >= LINES_AT_ONCE || self.bytes >= BYTES_AT_ONCE
    }

    pub(crate) fn add(&mut self, line: AnswerLine) -> Result<(), SyncError> {
        let (stream, position, received_at, header_hash, entry) = match line {
            AnswerLine::Mark(mark) => (mark.stream, mark.position, mark.received_at, mark.header_hash, None),
            AnswerLine::Entry(positioned) => {
                let entry = positioned
                    .entry
                    .into_entry()
                    .map_err(|_| SyncError::Broken("an entry that is brought back"))?;
                let (stream, hash) = (entry.header.stream.clone(), entry.header_hash());
                (stream, positioned.position, positioned.received_at, hash, Some(entry))
            }
            _ => return Err(SyncError::Broken("neither a mark nor an entry is brought back")),
        };
        if stream != self.run.stream || position != self.at.0 + 1 {
            return Err(SyncError::Broken("what is brought back is not in its order"));
        }
        let hash = chain::stream_hash(self.at.1, position, header_hash, &received_at);
        self.at = (position, hash);
        self.bytes += entry
            .as_ref()
            .map_or(0, |entry| entry.header_bytes.len() + entry.body_bytes.as_ref().map_or(0, Vec::len));
        self.kept.push(OldPosition { position, hash, received_at, header_hash, entry });
        Ok(())
    }
}
