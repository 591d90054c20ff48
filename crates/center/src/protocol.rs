//! The protocol, as the center speaks it: in this process for tests, behind HTTP for laptops.

use crate::center::Center;
use crate::ingest::Received;
use crate::page::Pages;
use crate::photos::PhotoIntake;
use crate::receipt::Room;
use crate::store::Laptop;
use bangban_model::{Code, IncarnationId};
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::{
    Answer, AnswerLine, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept,
    MAX_LINE_BYTES, Post, Recovered, Recovery, Signed, SyncError, SyncProtocol, Token,
};
use futures_util::{StreamExt, stream};

impl SyncProtocol for Center {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        Ok(self.blocking(move |center| center.enrol_laptop(&request)).await?)
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        let token = token.clone();
        Ok(self.blocking(move |center| center.keep_escrow(&token, &deposit)).await?)
    }

    async fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, SyncError> {
        let token = token.clone();
        Ok(self.blocking(move |center| center.present_life(&token, &life)).await?)
    }

    async fn admit(&self, token: &Token) -> Result<(), SyncError> {
        let token = token.clone();
        Ok(self.blocking(move |center| center.authenticate(&token).map(|_| ())).await?)
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        let (token, first) = (token.clone(), token.clone());
        let signed = post.head.manifest.clone();
        let (laptop, manifest) = self
            .blocking(move |center| {
                let laptop = center.authenticate(&first)?;
                let manifest = center.check_manifest(&laptop, &signed)?;
                Ok((laptop, manifest))
            })
            .await?;
        let cursors = post.head.cursors.clone();
        // A revoked laptop is not believed in what others wrote.
        let within = if laptop.is_revoked() { Vec::new() } else { laptop.villages.clone() };
        let asked = cursors.clone();
        let lost = self.blocking(move |center| center.lost_streams(&asked, &within)).await?;
        let received = match lost.is_empty() {
            true => self.receive_post(laptop, &manifest, post).await?,
            // What was lost comes back before anything new takes its place in the streams.
            false => drain(post).await?,
        };
        let life = manifest.incarnation;
        let newest_form = manifest.newest_form;
        // Whoever has yet to bring back what was lost has not reported: staff wait for it (rule D2).
        let asked = lost.is_empty();
        let room = Room { line_bytes: MAX_LINE_BYTES, pages_refused: None, asked };
        let (opening, revoked) = self
            .blocking(move |center| {
                // Somebody may have revoked it while it was sending.
                let laptop = center.authenticate(&token)?;
                Ok((center.open_answer(&laptop, &manifest, room)?, laptop.is_revoked()))
            })
            .await?;
        let newest_form = if revoked { u64::MAX >> 1 } else { newest_form };
        let receipts = opening.receipts.into_iter().map(AnswerLine::Receipt);
        let begun: Vec<_> = receipts.chain([AnswerLine::Wanted(opening.wanted)]).map(Ok).collect();
        if let Some(code) = received.problem {
            tracing::warn!(life = %life, code = code.as_str(), "a post was not taken to its end");
            return Ok(stream::iter(begun).chain(stream::iter([Err(SyncError::Refused(code))])).boxed());
        }
        if !lost.is_empty() {
            tracing::warn!(life = %life, streams = lost.len(), "this center does not know what a laptop has from it");
            let lost = lost.into_iter().map(AnswerLine::Lost).chain([AnswerLine::End]).map(Ok);
            return Ok(stream::iter(begun).chain(stream::iter(lost.collect::<Vec<_>>())).boxed());
        }
        let pages = Pages::plan(life, opening.heads, &cursors, newest_form);
        Ok(stream::iter(begun).chain(page_lines(self.clone(), pages)).boxed())
    }

    async fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        let token = token.clone();
        let laptop = self
            .blocking(move |center| {
                let laptop = center.authenticate(&token)?;
                let own = life.map(|life| center.store().life(life)).transpose()?.flatten();
                let present_life = match own {
                    Some((life, owner)) if owner.id == laptop.id => life.id,
                    _ => laptop.present_life,
                };
                Ok(Laptop { present_life, ..laptop })
            })
            .await?;
        Ok(PhotoIntake::new(self.clone(), laptop).receive(frames))
    }

    async fn recover(&self, token: &Token, recovery: Recovery) -> Result<Recovered, SyncError> {
        let token = token.clone();
        let laptop = self.blocking(move |center| center.authenticate(&token)).await?;
        if laptop.is_revoked() {
            // It hands in what it wrote itself, and nothing more (rule X8).
            return Err(SyncError::Refused(Code::LaptopRefused));
        }
        self.take_back(laptop, recovery).await
    }
}

/// Reads a post to its end and takes nothing of it, so that the answer reaches a laptop that is still writing.
async fn drain(mut post: Post) -> Result<Received, SyncError> {
    while let Some(line) = post.entries.next().await {
        line?;
    }
    Ok(Received { new_entries: 0, problem: None })
}

/// The pages as the connection takes them; only one is in memory at a time.
fn page_lines(
    center: Center,
    pages: Pages,
) -> impl futures_util::Stream<Item = Result<AnswerLine, SyncError>> + Send {
    stream::unfold(Some((center, pages)), |state| async move {
        let (center, mut pages) = state?;
        let outcome = center
            .blocking(move |center| {
                let lines = pages.next(center)?;
                Ok((lines, pages))
            })
            .await;
        let (lines, state) = match outcome {
            Ok((Some(lines), pages)) => (lines.into_iter().map(Ok).collect(), Some((center, pages))),
            Ok((None, _)) => (vec![Ok(AnswerLine::End)], None),
            Err(problem) => (vec![Err(SyncError::from(problem))], None),
        };
        Some((stream::iter(lines), state))
    })
    .flatten()
}
