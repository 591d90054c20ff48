//! Thrift: on a connection that is paid for by the amount, or slow, text goes and photos wait, if she chose so.

use bangban_model::IncarnationId;
use bangban_sync::exchange::{Progress, Watcher};
use bangban_sync::messages::{
    AnswerLine, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept, Recovered,
};
use bangban_sync::protocol::{Answer, PhotoFrames, PhotoLines, Post, Recovery};
use bangban_sync::signed::Signed;
use bangban_sync::{SyncError, SyncProtocol, Token};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use ts_rs::TS;

/// Slower than this a connection is slow (bytes a second): a picture takes longer than ten seconds.
const SLOW_BYTES_PER_SECOND: u64 = 16 * 1024;
/// So long the speed is measured before a connection is called slow.
const MEASURED_OVER: Duration = Duration::from_secs(8);

/// What goes over which connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Thrift {
    /// Everything over every connection.
    #[default]
    Everything,
    /// Only text where the system says that the connection is metered, or does not say and it is slow.
    TextOnMetered,
    /// Only text where the connection is metered or slow.
    TextOnSlow,
}

/// Why photos wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhotosWait {
    /// The connection is metered.
    Metered,
    /// The connection is slow.
    Slow,
}

/// Whether photos wait, and why, by what she prefers and what is known of the connection.
pub fn photos_wait(thrift: Thrift, metered: Option<bool>, slow: bool) -> Option<PhotosWait> {
    match (thrift, metered) {
        (Thrift::Everything, _) => None,
        (_, Some(true)) => Some(PhotosWait::Metered),
        (Thrift::TextOnMetered, Some(false)) => None,
        _ => slow.then_some(PhotosWait::Slow),
    }
}

/// Whether what was sent in so long shows that the connection is slow; none while that cannot be said yet.
pub fn is_slow(bytes: u64, over: Duration) -> Option<bool> {
    (over >= MEASURED_OVER).then(|| bytes < SLOW_BYTES_PER_SECOND * over.as_secs())
}

/// A center to which no photo is sent: it is not heard what it wants.
pub(crate) struct TextOnly<'p, P>(pub(crate) &'p P);

impl<P: SyncProtocol> SyncProtocol for TextOnly<'_, P> {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        self.0.enrol(request).await
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        self.0.deposit_escrow(token, deposit).await
    }

    async fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, SyncError> {
        self.0.present_life(token, life).await
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        let answer = self.0.exchange(token, post).await?;
        let without_wishes = answer.map(|line| match line {
            Ok(AnswerLine::Wanted(_)) => Ok(AnswerLine::Wanted(Vec::new())),
            other => other,
        });
        Ok(without_wishes.boxed())
    }

    async fn recover(&self, token: &Token, recovery: Recovery) -> Result<Recovered, SyncError> {
        self.0.recover(token, recovery).await
    }

    async fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        self.0.send_photos(token, life, frames).await
    }
}

/// Tells of the text alone.
pub(crate) fn of_text(watcher: Watcher) -> Watcher {
    Arc::new(move |step| match step {
        Progress::Begun { entries, .. } => watcher(Progress::Begun { entries, photos: 0, photo_bytes: 0 }),
        other => watcher(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_wait_where_she_chose_so_and_the_connection_is_such() {
        use PhotosWait::{Metered, Slow};
        use Thrift::{Everything, TextOnMetered, TextOnSlow};
        for (thrift, metered, slow, waits) in [
            (Everything, Some(true), true, None),
            (TextOnMetered, Some(true), false, Some(Metered)),
            (TextOnMetered, Some(false), true, None),
            (TextOnMetered, None, true, Some(Slow)),
            (TextOnMetered, None, false, None),
            (TextOnSlow, Some(false), true, Some(Slow)),
            (TextOnSlow, Some(true), false, Some(Metered)),
            (TextOnSlow, None, false, None),
        ] {
            assert_eq!(photos_wait(thrift, metered, slow), waits, "{thrift:?} {metered:?} {slow}");
        }
    }

    #[test]
    fn a_connection_is_called_slow_only_after_it_was_measured() {
        assert_eq!(is_slow(0, Duration::from_secs(7)), None);
        assert_eq!(is_slow(100_000, Duration::from_secs(8)), Some(true));
        assert_eq!(is_slow(200_000, Duration::from_secs(8)), Some(false));
    }
}
