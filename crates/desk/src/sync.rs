//! Reporting to the township: what waits goes out, the answer comes in, over whatever link there is.

use crate::desk::Desk;
use crate::enrol;
use crate::error::DeskError;
use crate::thrift;
use bangban_ledger::case_list::{self, CaseQuery};
use bangban_ledger::photo_row::UnsentPhotos;
use bangban_model::document::Stage;
use bangban_model::{Code, SubjectId};
use bangban_sync::client::{HttpCenter, Patience};
use bangban_sync::exchange::{self, Outcome, Peer, Watcher};
use bangban_sync::tls::SpkiPin;
use bangban_sync::{SyncError, Token};
use chrono::TimeDelta;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Duration;
use ts_rs::TS;

/// How often a cut connection is dialled again before the agent is told; any progress starts the count anew.
#[derive(Clone, Copy, Debug)]
pub struct Persistence {
    /// Tries in a row without progress.
    pub tries: u32,
    /// The pause before the second try; it doubles, up to half a minute.
    pub first_pause: Duration,
}

impl Default for Persistence {
    fn default() -> Self {
        Persistence { tries: 5, first_pause: Duration::from_millis(200) }
    }
}

/// What a report to the township brought about.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Synced {
    /// Entries received now that were not before.
    pub entries_received: u64,
    /// Photos and thumbnails received now that were not before.
    pub photos_received: u64,
    /// Subjects that others wrote about.
    pub from_others: u64,
    /// Published forms that came.
    pub forms: u64,
    /// Connections that were cut on the way.
    pub cuts: u64,
    /// Bytes put on the wire.
    pub sent_bytes: u64,
    /// By how many seconds the laptop's clock is ahead of the center's.
    pub clock_ahead_seconds: Option<i64>,
    /// The villages that the center made this laptop responsible for, where they changed.
    pub assigned: Vec<String>,
    /// Photos that cannot be sent yet, by why.
    pub unsent: Unsent,
    /// An old copy of the ledger had been put back: it went on as a new life, and nothing is lost.
    pub new_life: bool,
}

/// Photos and thumbnails that are in no receipt though the center was sent all it asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "UnsentPhotos")]
pub struct Unsent {
    /// Their bytes are gone from this laptop.
    pub gone: u64,
    /// What names them was not taken by the center.
    pub refused: u64,
    /// The center does not ask for them: their village is no longer this laptop's, or a person declared them lost.
    pub not_asked: u64,
}

/// The center this ledger is enrolled with.
pub(crate) fn peer_of(desk: &Desk) -> Result<Peer, DeskError> {
    desk.may_leave()?;
    let reply = enrol::kept_reply(desk)?;
    Ok(Peer { center: reply.center.id, verifying_key: reply.center.verifying_key, token: Token(reply.token) })
}

/// Sends what waits and takes in what came, dialling again after a cut for as long as that leads on.
///
/// `address` replaces the center's usual address for this once (another network, a tunnel); the pins stay.
pub async fn sync(
    desk: &Desk,
    address: Option<&str>,
    persistence: Persistence,
    watcher: Watcher,
) -> Result<Synced, DeskError> {
    sync_as(desk, address, persistence, watcher, Load::Everything).await
}

/// What a run sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// All that waits.
    Everything,
    /// Entries; photos wait for another connection.
    Text,
}

/// The same, with what is to go.
pub async fn sync_as(
    desk: &Desk,
    address: Option<&str>,
    persistence: Persistence,
    watcher: Watcher,
    load: Load,
) -> Result<Synced, DeskError> {
    let synced = run(desk, address, persistence, watcher, load).await?;
    desk.ledger().forget_lost_photos()?;
    desk.ledger().end_repair()?;
    desk.ledger().set_last_success_at(&desk.clock.now().to_rfc3339())?;
    Ok(synced)
}

/// Cases that stand returned.
pub(crate) fn returned_cases(desk: &Desk) -> Result<BTreeSet<SubjectId>, DeskError> {
    let returned = CaseQuery { stages: vec![Stage::Returned], limit: u32::MAX, ..Default::default() };
    let cases = case_list::find_cases(desk.ledger().entries(), &returned)?;
    Ok(cases.into_iter().map(|case| case.subject).collect())
}

async fn run(
    desk: &Desk,
    address: Option<&str>,
    persistence: Persistence,
    watcher: Watcher,
    load: Load,
) -> Result<Synced, DeskError> {
    let peer = peer_of(desk)?;
    let (usual, pins) = {
        let ledger = desk.ledger();
        let enrolment = ledger.enrolment()?;
        (enrolment.address.clone(), enrolment.pins.iter().copied().map(SpkiPin).collect::<Vec<_>>())
    };
    let center = HttpCenter::new(address.unwrap_or(&usual), &pins, Patience::default())?;
    if !desk.ledger().escrow_deposited()? {
        // The center takes a deposit of a life that it knows.
        bangban_sync::life::present(&desk.ledger, &center, &peer, &desk.clock).await?;
        let (reply, life) = (enrol::kept_reply(desk)?, desk.ledger().life()?.id);
        enrol::deposit_escrow(desk, &center, &reply, life).await?;
    }
    let watcher = if load == Load::Text { thrift::of_text(watcher) } else { watcher };
    let mut synced = Synced::default();
    let mut failures = 0;
    loop {
        let before = left(desk)?;
        let run = match load {
            Load::Everything => exchange::run(&desk.ledger, &center, &peer, &desk.clock, &watcher).await,
            Load::Text => {
                let center = thrift::TextOnly(&center);
                exchange::run(&desk.ledger, &center, &peer, &desk.clock, &watcher).await
            }
        };
        synced.forms += desk.renew_catalogue()?;
        let problem = match run {
            Ok(outcome) => {
                desk.ledger().set_center_refused(false)?;
                if outcome.assigned {
                    let villages = enrol::kept_reply(desk)?.villages;
                    synced.assigned = villages.into_iter().map(|village| village.name).collect();
                }
                add(&mut synced, &outcome, desk);
                let after = left(desk)?;
                // Photos that the center did not ask for yet are asked for in the next answer.
                let only_photos_left = after.0 == 0 && load == Load::Text;
                if load == Load::Text {
                    // Photos that wait for another connection are no trouble.
                    synced.unsent = Unsent::default();
                }
                if after == (0, 0) || after == before || only_photos_left {
                    synced.sent_bytes = center.sent_bytes();
                    if let Some(at) = outcome.revoked_at {
                        // All was handed in; that it is not in force, and why, she has to know all the same (rule X8).
                        return Err(DeskError::new(Code::LaptopRevoked).with("at", at));
                    }
                    return Ok(synced);
                }
                continue;
            }
            Err(problem) => problem,
        };
        let after = left(desk)?;
        synced.entries_received += before.0.saturating_sub(after.0);
        synced.photos_received += before.1.saturating_sub(after.1);
        synced.cuts += 1;
        failures = if moved(&problem, before, after) { 1 } else { failures + 1 };
        if problem.code() == Code::LaptopRefused {
            desk.ledger().set_center_refused(true)?;
        }
        if !problem.is_passing() || failures >= persistence.tries {
            return Err(problem.into());
        }
        tracing::debug!(failures, "the connection was cut; dialling again");
        let pause =
            persistence.first_pause.saturating_mul(1 << (failures - 1).min(8)).min(Duration::from_secs(30));
        tokio::time::sleep(if failures == 1 { Duration::ZERO } else { jittered(pause) }).await;
    }
}

/// A pause, up to a quarter longer: laptops that lost the same network must not all come back in the same moment.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let byte = u32::from(uuid::Uuid::new_v4().as_bytes()[0]);
    pause + pause * byte / 1024
}

fn moved(problem: &SyncError, before: (u64, u64), after: (u64, u64)) -> bool {
    // What she recorded meanwhile is no progress of the line.
    problem.is_passing() && (after.0 < before.0 || after.1 < before.1)
}

/// Entries and photos that wait.
fn left(desk: &Desk) -> Result<(u64, u64), DeskError> {
    let ledger = desk.ledger();
    Ok((ledger.pending_entries()?, ledger.pending_photos()?.len() as u64))
}

fn add(synced: &mut Synced, outcome: &Outcome, desk: &Desk) {
    synced.entries_received += outcome.entries_received;
    synced.photos_received += outcome.photos_received;
    synced.cuts += outcome.cuts;
    let UnsentPhotos { gone, refused, not_asked } = outcome.unsent;
    synced.unsent = Unsent { gone, refused, not_asked };
    synced.from_others += outcome.from_others.len() as u64;
    synced.new_life |= outcome.new_life;
    let center = outcome.center_clock.as_deref().and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
    if let Some(center) = center {
        synced.clock_ahead_seconds = Some((desk.clock.now() - center).num_seconds());
    }
}

/// Photos that no entry and no draft came to name go a day later (rule E3), a few at each sign-in. What hinders that
/// hinders nothing else.
pub(crate) fn sweep_orphans(desk: &Desk) {
    let a_day_ago = desk.clock.now() - TimeDelta::days(1);
    let swept = desk.ledger().sweep_photos(a_day_ago);
    match swept {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "photos that nothing names were swept"),
        Err(problem) => tracing::warn!(code = problem.code().as_str(), "photos were not swept"),
    }
}

/// Pictures that the township has long had, and a backup of it too, leave the laptop (rule X7), a few at each sign-in.
pub(crate) fn thin_photos(desk: &Desk) {
    let thinned = desk.ledger().thin_photos();
    match thinned {
        Ok(thinned) if thinned.photos == 0 => {}
        Ok(thinned) => {
            tracing::info!(photos = thinned.photos, bytes = thinned.bytes, "old pictures left the laptop")
        }
        Err(problem) => tracing::warn!(code = problem.code().as_str(), "old pictures stay"),
    }
}

/// The exit for shells without a connection: whether a problem only means that there is no network now.
pub fn is_offline(problem: &DeskError) -> bool {
    problem.code == Code::CenterUnreachable
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::bench::bench;
    use crate::sign_in::{make_ledger, sign_in};
    use bangban_keys::KdfCost;
    use bangban_ledger::DraftId;
    use bangban_model::SubjectId;
    use chrono::TimeDelta;
    use uuid::Uuid;

    #[test]
    fn a_pause_is_up_to_a_quarter_longer_and_seldom_the_same() {
        let pause = std::time::Duration::from_secs(4);
        let pauses: std::collections::BTreeSet<_> = (0..100).map(|_| super::jittered(pause)).collect();
        assert!(pauses.iter().all(|one| *one >= pause && *one < pause + pause / 4));
        assert!(pauses.len() > 10, "they differ");
    }

    #[test]
    fn e3_photos_that_nothing_names_are_gone_after_a_later_sign_in() {
        let clock = bench().desk.clock.clone();
        let (now, folder) = (clock.now(), tempfile::tempdir().unwrap());
        let cost = KdfCost { passes: 1, ..KdfCost::FLOOR };
        let desk =
            make_ledger(&folder.path().join("ledger"), "余老师", "4927516380", cost, clock.clone()).unwrap();
        let [orphan, drafted, young] = [("a", 2), ("b", 2), ("c", 0)].map(|(bytes, days)| {
            desk.ledger().put_photo(bytes.as_bytes(), now - TimeDelta::days(days)).unwrap()
        });
        let (draft, subject) = (DraftId(Uuid::now_v7()), SubjectId(Uuid::now_v7()));
        desk.ledger().save_draft(draft, subject, "{}", &[drafted], now).unwrap();
        drop(desk);
        let desk = sign_in(&folder.path().join("ledger"), "4927516380", clock).unwrap();
        let here = [orphan, drafted, young].map(|photo| desk.ledger().photo(photo).unwrap().is_some());
        assert_eq!(here, [false, true, true]);
    }
}
