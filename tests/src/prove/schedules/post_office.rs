//! What lies between a laptop and its center: it keeps a copy of all that passes, and does with it what it is told.

use super::act::{Fate, PhotoFate, Telling};
use bangban_center::Center;
use bangban_model::IncarnationId;
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::{
    Answer, AnswerLine, EnrolReply, EnrolRequest, EntryLine, EscrowDeposit, EscrowStored, LifeBegun,
    LifeKept, PhotoFrame, Post, PostHead, Recovered, Recovery, Signed, SyncError, SyncProtocol, Token,
};
use futures_util::{StreamExt, stream};
use std::sync::{Arc, Mutex, PoisonError};

/// A part of a photo in these schedules is so long (bytes).
const PART_BYTES: usize = 700;

/// A post that was on its way once, and its answer.
#[derive(Clone)]
pub struct Kept {
    /// Whose.
    pub laptop: usize,
    token: Token,
    head: PostHead,
    lines: Vec<EntryLine>,
    /// What the center said, if it said anything.
    pub answer: Vec<AnswerLine>,
    /// Which of its lives the center was in: a new one begins wherever a copy of it is put back.
    pub age: u64,
}

/// All that ever passed.
pub type Bag = Arc<Mutex<Vec<Kept>>>;

/// The post office, for one report.
pub struct PostOffice {
    /// The other end.
    pub center: Center,
    /// Who reports.
    pub laptop: usize,
    /// What becomes of the next exchange; those after it go through.
    pub fate: Mutex<Fate>,
    /// What becomes of the photos.
    pub photos: PhotoFate,
    /// What becomes of the next word on a restore.
    pub telling: Mutex<Telling>,
    /// Which of its lives the center is in.
    pub age: u64,
    /// Everything is kept here.
    pub bag: Bag,
}

impl PostOffice {
    fn keep(&self, kept: Kept) {
        self.bag.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }

    fn telling(&self) -> Telling {
        std::mem::replace(&mut *self.telling.lock().unwrap_or_else(PoisonError::into_inner), Telling::Good)
    }
}

fn cut() -> SyncError {
    SyncError::Cut("on the way".into())
}

/// What the center said: every line, and the error that ended it, if one did.
pub struct Heard {
    lines: Vec<AnswerLine>,
    end: Option<SyncError>,
}

/// A post of before arrives at the center; what it answers.
pub async fn arrive(center: &Center, kept: &Kept, lines: usize) -> Result<Heard, SyncError> {
    let is_cut = lines < kept.lines.len();
    let come = kept.lines.iter().take(lines).cloned().map(Ok).collect::<Vec<_>>();
    let end = is_cut.then(|| Err(cut()));
    let post = Post { head: kept.head.clone(), entries: stream::iter(come.into_iter().chain(end)).boxed() };
    let mut answer = center.exchange(&kept.token, post).await?;
    let mut heard = Heard { lines: Vec::new(), end: None };
    while let Some(line) = answer.next().await {
        match line {
            Ok(line) => heard.lines.push(line),
            Err(problem) => {
                heard.end = Some(problem);
                break;
            }
        }
    }
    Ok(heard)
}

impl SyncProtocol for PostOffice {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        self.center.enrol(request).await
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        self.center.deposit_escrow(token, deposit).await
    }

    async fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, SyncError> {
        let telling = self.telling();
        if matches!(telling, Telling::CutUp(_)) {
            return Err(cut());
        }
        let kept = SyncProtocol::present_life(&self.center, token, life).await?;
        if matches!(telling, Telling::Unheard) { Err(cut()) } else { Ok(kept) }
    }

    async fn exchange(&self, token: &Token, mut post: Post) -> Result<Answer, SyncError> {
        let mut lines = Vec::new();
        while let Some(line) = post.entries.next().await {
            lines.push(line?);
        }
        let fate =
            std::mem::replace(&mut *self.fate.lock().unwrap_or_else(PoisonError::into_inner), Fate::Good);
        let (laptop, token) = (self.laptop, token.clone());
        let mut kept = Kept { laptop, token, head: post.head, lines, answer: Vec::new(), age: self.age };
        let all = usize::MAX;
        let heard = match fate {
            Fate::Held => {
                self.keep(kept);
                return Err(cut());
            }
            Fate::CutUp(lines) if lines < kept.lines.len() => {
                self.keep(kept.clone());
                arrive(&self.center, &kept, lines).await?;
                return Err(cut());
            }
            Fate::Good | Fate::CutUp(_) | Fate::CutDown(_) => arrive(&self.center, &kept, all).await?,
            Fate::Twice => {
                arrive(&self.center, &kept, all).await?;
                arrive(&self.center, &kept, all).await?
            }
            Fate::TwiceAndFirst => {
                let first = arrive(&self.center, &kept, all).await?;
                arrive(&self.center, &kept, all).await?;
                first
            }
        };
        if heard.end.is_none() {
            kept.answer.clone_from(&heard.lines);
        }
        self.keep(kept);
        let whole = heard.lines.into_iter().map(Ok).chain(heard.end.map(Err));
        Ok(match fate {
            Fate::CutDown(lines) => stream::iter(whole.take(lines).chain([Err(cut())])).boxed(),
            _ => stream::iter(whole).boxed(),
        })
    }

    async fn recover(&self, token: &Token, recovery: Recovery) -> Result<Recovered, SyncError> {
        let lines: Vec<_> = recovery.lines.collect().await;
        let telling = if lines.is_empty() { Telling::Good } else { self.telling() };
        let lines = match telling {
            Telling::CutUp(most) if most < lines.len() => {
                stream::iter(lines.into_iter().take(most).chain([Err(cut())])).boxed()
            }
            _ => stream::iter(lines).boxed(),
        };
        let recovered = self.center.recover(token, Recovery { head: recovery.head, lines }).await?;
        if matches!(telling, Telling::Unheard) { Err(cut()) } else { Ok(recovered) }
    }

    /// Part after part as it comes, for the laptop waits now and then to hear what was taken.
    async fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        let mut left = self.photos.cut;
        let parts = frames.flat_map(move |frame| {
            let parts: Vec<_> = match frame {
                Ok(frame) => parts_of(&frame).into_iter().map(Ok).collect(),
                Err(problem) => vec![Err(problem)],
            };
            stream::iter(parts)
        });
        let carried = parts.scan(false, move |over, part| {
            let next = match left.checked_sub(1) {
                _ if *over => None,
                None => {
                    *over = true;
                    Some(Err(cut()))
                }
                Some(less) => {
                    left = less;
                    Some(part)
                }
            };
            std::future::ready(next)
        });
        self.center.send_photos(token, life, carried.boxed()).await
    }
}

/// Within one body nothing comes twice or in another order: the laptop counts what was taken.
fn parts_of(frame: &PhotoFrame) -> Vec<PhotoFrame> {
    let mut parts = Vec::new();
    for from in (0..frame.bytes.len()).step_by(PART_BYTES) {
        let bytes = frame.bytes.slice(from..frame.bytes.len().min(from + PART_BYTES));
        parts.push(PhotoFrame { digest: frame.digest, offset: frame.offset + from as u64, bytes });
    }
    parts
}
