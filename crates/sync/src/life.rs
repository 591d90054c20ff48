//! A life that continues another (rules E2, D1): what the center is told of it, and the laptop's part in telling.

use crate::exchange::{Peer, SharedLedger, locked};
use crate::messages::{LifeBegun, LifeKept};
use crate::protocol::{SyncError, SyncProtocol};
use crate::signed::Signed;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::life::Continuation;
use bangban_ledger::{Ledger, LedgerError, Life};
use bangban_model::clock::Clock;
use bangban_model::{Code, IncarnationId};
use std::sync::Arc;
use uuid::Uuid;

/// New keys for a life of a ledger.
pub fn new_life() -> Result<Life, LedgerError> {
    Ok(Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random()?,
        opening: OpeningKey::random(),
    })
}

/// The ledger goes on as a new life: the center holds another history of the present one.
pub fn renew(ledger: &mut Ledger, clock: &dyn Clock) -> Result<(), LedgerError> {
    let program = concat!("bangban ", env!("CARGO_PKG_VERSION")).to_owned();
    ledger.begin_life(NewLife { life: new_life()?, program }, clock.now())
}

/// What the center is told of a life, signed by the one that it continues.
pub fn statement_of(center: Uuid, next: &Continuation) -> Result<Signed<LifeBegun>, LedgerError> {
    let statement = LifeBegun {
        center,
        incarnation: next.life.id,
        verifying_key: next.life.signing.verifying_key(),
        sealing_key: next.life.opening.sealing_key(),
        ancestor: next.ancestor.id,
        fork_seq: next.fork_seq,
        fork_hash: next.fork_hash,
    };
    Signed::sign(&statement, &next.ancestor.signing).map_err(|_| LedgerError::Coded(Code::Internal))
}

/// What a file tells of lives that the center may not know yet, the oldest first.
pub fn statements(ledger: &Ledger, center: Uuid) -> Result<Vec<Signed<LifeBegun>>, LedgerError> {
    ledger.unpresented_lives()?.iter().map(|next| statement_of(center, next)).collect()
}

/// Tells the center of lives that it does not know yet. Repeating it is harmless: a run that was cut is told again.
pub async fn present<P: SyncProtocol>(
    ledger: &SharedLedger,
    protocol: &P,
    peer: &Peer,
    clock: &Arc<dyn Clock>,
) -> Result<(), SyncError> {
    let center = peer.center;
    let statements = locked(ledger, move |ledger| {
        let lives = ledger.unpresented_lives()?;
        lives
            .iter()
            .map(|next| Ok((next.life.id, statement_of(center, next)?)))
            .collect::<Result<Vec<_>, _>>()
    })
    .await?;
    for (life, statement) in statements {
        let kept: LifeKept = protocol
            .present_life(&peer.token, statement)
            .await?
            .verify(&peer.verifying_key)
            .map_err(|_| SyncError::NotTrusted)?;
        if kept.center != center || kept.incarnation != life {
            return Err(SyncError::Broken("another life was kept than was told"));
        }
        let at = clock.now();
        locked(ledger, move |ledger| ledger.set_presented(life, at)).await?;
    }
    Ok(())
}
