//! What a batch file brings back of streams that this center lost (rule D2): as over the network, but in one go, for nobody
//! can be asked where both still agree.

use crate::center::Center;
use crate::error::CenterError;
use crate::recover::{Chained, Claim};
use crate::store::Laptop;
use crate::store::recovering::BringingRun;
use bangban_model::Code;
use bangban_sync::{AnswerLine, Brings, Common, StreamHead};
use std::collections::VecDeque;

/// The streams of one file, one after the other.
pub(crate) struct Bringing<'a> {
    center: &'a Center,
    laptop: &'a Laptop,
    due: VecDeque<Brings>,
    open: Option<Open>,
    /// Up to where the laptop's streams and the center's are one now.
    pub(crate) common: Vec<Common>,
}

/// A stream that is being brought.
struct Open {
    head: StreamHead,
    /// None where nothing of it is needed, or it begins too late.
    goes: Option<Chained>,
}

impl<'a> Bringing<'a> {
    pub(crate) fn new(center: &'a Center, laptop: &'a Laptop, brings: &[Brings]) -> Self {
        let due = brings.iter().cloned().collect();
        Bringing { center, laptop, due, open: None, common: Vec::new() }
    }

    /// The next line. Nothing of a stream counts before all of it is proven by the head that this center once signed.
    pub(crate) fn take(&mut self, line: AnswerLine, position: u64) -> Result<(), CenterError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin()?,
        };
        if let Some(chained) = &mut open.goes
            && position > chained.from.0
        {
            let taken = chained
                .add(line)
                .map_err(|problem| CenterError::About(problem.code(), "what a file brings back".into()));
            taken
                .and_then(|()| if chained.is_due() { self.center.keep_chained(chained) } else { Ok(()) })
                .inspect_err(|_| self.drop(&chained.run))?;
        }
        if position < open.head.position {
            self.open = Some(open);
            return Ok(());
        }
        self.close(open)
    }

    fn begin(&mut self) -> Result<Open, CenterError> {
        let brings = self.due.pop_front().ok_or(Code::ProtocolBroken)?;
        let head = brings.claim.head.verify(&self.center.public().verifying_key)?;
        // A revoked laptop is not believed in what others wrote (rule X8).
        let claim = match self.laptop.is_revoked() {
            true => None,
            false => Some(self.center.look_at_claim(self.laptop, &brings.claim, false)?),
        };
        let goes = match claim {
            Some(Claim::Goes(_, from)) if brings.first <= from.0 + 1 => {
                let chained = Chained::from(self.laptop, head.stream.clone(), from);
                self.center.store().begin_bringing(&chained.run)?;
                Some(chained)
            }
            _ => None,
        };
        Ok(Open { head, goes })
    }

    fn close(&mut self, open: Open) -> Result<(), CenterError> {
        let Open { head, goes: Some(mut chained) } = open else { return Ok(()) };
        if chained.at != (head.position, head.hash) {
            self.drop(&chained.run);
            return Err(Code::HistoryDiffers.into());
        }
        self.center.keep_chained(&mut chained)?;
        let put = self.center.put_all_back(&chained)?;
        let hash = self.center.store().stream_hash_at(&head.stream, put.common)?;
        let hash = hash.ok_or(CenterError::Coded(Code::LedgerDamaged))?;
        self.common.push(Common { stream: head.stream, position: put.common, hash });
        Ok(())
    }

    /// What proves nothing is not kept.
    fn drop(&self, run: &BringingRun) {
        if let Err(problem) = self.center.store().drop_brought(run) {
            tracing::warn!(stream = %run.stream, %problem, "what a file brought back and did not prove was not removed");
        }
    }
}
