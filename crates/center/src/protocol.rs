//! The protocol, as the center speaks it: in this process for tests, behind HTTP for laptops.

use crate::center::Center;
use crate::page::Pages;
use crate::photos::PhotoIntake;
use crate::receipt::Room;
use bangban_sync::protocol::{PhotoFrames, PhotoReceipts};
use bangban_sync::{
    Answer, AnswerLine, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, MAX_LINE_BYTES, Post, Signed,
    SyncError, SyncProtocol, Token,
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

    async fn admit(&self, token: &Token) -> Result<(), SyncError> {
        let token = token.clone();
        Ok(self.blocking(move |center| center.authenticate(&token).map(|_| ())).await?)
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        let token = token.clone();
        let signed = post.head.manifest.clone();
        let (laptop, manifest) = self
            .blocking(move |center| {
                let laptop = center.authenticate(&token)?;
                let manifest = center.check_manifest(&laptop, &signed)?;
                Ok((laptop, manifest))
            })
            .await?;
        let cursors = post.head.cursors.clone();
        let received = self.receive_post(laptop.clone(), &manifest, post).await?;
        let life = manifest.incarnation;
        let newest_form = manifest.newest_form;
        let room = Room { line_bytes: MAX_LINE_BYTES, pages_refused: None };
        let opening = self.blocking(move |center| center.open_answer(&laptop, &manifest, room)).await?;
        let receipts = opening.receipts.into_iter().map(AnswerLine::Receipt);
        let begun: Vec<_> = receipts.chain([AnswerLine::Wanted(opening.wanted)]).map(Ok).collect();
        if let Some(code) = received.problem {
            tracing::warn!(life = %life, code = code.as_str(), "a post was not taken to its end");
            return Ok(stream::iter(begun).chain(stream::iter([Err(SyncError::Refused(code))])).boxed());
        }
        let pages = Pages::plan(life, opening.heads, &cursors, newest_form);
        Ok(stream::iter(begun).chain(page_lines(self.clone(), pages)).boxed())
    }

    async fn send_photos(&self, token: &Token, frames: PhotoFrames) -> Result<PhotoReceipts, SyncError> {
        let token = token.clone();
        let laptop = self.blocking(move |center| center.authenticate(&token)).await?;
        Ok(PhotoIntake::new(self.clone(), laptop).receive(frames))
    }
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
