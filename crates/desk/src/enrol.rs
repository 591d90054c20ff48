//! Enrolment with a center: keys are made here, the code tells where to and whom to trust.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::keys;
use bangban_keys::{OpeningKey, SealingKey, SigningKey, VerifyingKey};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::{Enrolment, Life};
use bangban_model::{Code, Digest, IncarnationId};
use bangban_sync::client::{HttpCenter, Patience};
use bangban_sync::enrolment_code::EnrolmentCode;
use bangban_sync::{
    AgentName, EnrolReply, EnrolRequest, EscrowDeposit, PROTOCOL_VERSION, SyncError, SyncProtocol, Token,
};
use serde::Serialize;
use uuid::Uuid;

/// Name and version of this program, as it tells a center.
pub const PROGRAM: &str = concat!("bangban ", env!("CARGO_PKG_VERSION"));

/// What enrolment brought.
#[derive(Clone, Debug, Serialize)]
pub struct Enrolled {
    /// The center's name.
    pub center: String,
    /// `host:port`.
    pub address: String,
    /// The villages: code and name.
    pub villages: Vec<(String, String)>,
}

/// Enrols this ledger with the center that the code names. One that is enrolled already can do so again with its own
/// center, which may have lost it in a restore: ledger, life and entries go on (rule D3).
pub async fn enrol(desk: &Desk, code: &str) -> Result<Enrolled, DeskError> {
    desk.may_leave()?;
    let code = EnrolmentCode::parse(code).map_err(|problem| DeskError::new(problem.code()))?;
    let known = desk.ledger().enrolment().map(|kept| kept.pins.clone());
    let life = match known {
        // Only one that its center does not know any more, and only with that center.
        Ok(pins) if desk.ledger().center_refused()? && code.pins.iter().any(|pin| pins.contains(&pin.0)) => {
            None
        }
        Ok(_) => return Err(Code::AlreadyEnrolled.into()),
        Err(_) => Some(Life {
            id: IncarnationId(Uuid::now_v7()),
            signing: SigningKey::random()?,
            opening: OpeningKey::random(),
        }),
    };
    let (incarnation, verifying_key, sealing_key) = match &life {
        Some(life) => public_part(life),
        None => public_part(desk.ledger().life()?),
    };
    let agents = desk.ledger().agents()?.into_iter().map(|(id, name)| AgentName { id, name }).collect();
    let center = HttpCenter::new(&code.address, &code.pins, Patience::default())?;
    let request = EnrolRequest {
        protocol: PROTOCOL_VERSION,
        code: code.code,
        incarnation,
        verifying_key,
        sealing_key,
        agents,
        program: PROGRAM.to_owned(),
    };
    let reply = center.enrol(request).await?;
    if !reply.center.is_certified() {
        return Err(SyncError::NotTrusted.into());
    }
    keep(desk, &code, &reply, life)?;
    let _ = desk.device.set(incarnation.to_string());
    // The laptop is enrolled from here on. What a cut or a fault of the center keeps from being deposited now, the next
    // report deposits.
    match deposit_escrow(desk, &center, &reply, incarnation).await {
        Err(problem) if !matches!(problem.code, Code::CenterUnreachable | Code::CenterFailed) => {
            return Err(problem);
        }
        _ => {}
    }
    Ok(Enrolled {
        center: reply.center.name,
        address: code.address,
        villages: reply
            .villages
            .into_iter()
            .map(|village| (village.code.to_string(), village.name))
            .collect(),
    })
}

fn public_part(life: &Life) -> (IncarnationId, VerifyingKey, SealingKey) {
    (life.id, life.signing.verifying_key(), life.opening.sealing_key())
}

fn keep(desk: &Desk, code: &EnrolmentCode, reply: &EnrolReply, life: Option<Life>) -> Result<(), DeskError> {
    let enrolment = Enrolment {
        address: code.address.clone(),
        pins: code.pins.iter().map(|pin| pin.0).collect(),
        villages: reply.villages.iter().map(|village| village.code.clone()).collect(),
        district_key: reply.district_key.clone(),
        reply: serde_json::to_value(reply).map_err(|_| Code::Internal)?,
    };
    let at = desk.clock.now();
    let Some(life) = life else {
        let known = kept_reply(desk)?.center;
        if (known.id, known.verifying_key) != (reply.center.id, reply.center.verifying_key) {
            return Err(Code::AlreadyEnrolled.into());
        }
        return Ok(desk.ledger().enrol_again(enrolment, at)?);
    };
    let new = NewLife { life, program: PROGRAM.to_owned() };
    Ok(desk.ledger().enrol(enrolment, new, at)?)
}

/// Seals the data key to the township's offline key (rule K1) and leaves it with the center.
pub(crate) async fn deposit_escrow(
    desk: &Desk,
    center: &HttpCenter,
    reply: &EnrolReply,
    incarnation: IncarnationId,
) -> Result<(), DeskError> {
    let sealed = keys::escrow_to_deposit(&desk.ledger(), &reply.center.escrow_key)?;
    let deposit = EscrowDeposit { incarnation, sealed: data_encoding::BASE64.encode(&sealed) };
    let stored = center.deposit_escrow(&Token(reply.token.clone()), deposit).await?;
    let stored = stored.verify(&reply.center.verifying_key).map_err(|_| SyncError::NotTrusted)?;
    if stored.incarnation != incarnation || stored.digest != Digest::of(&sealed) {
        return Err(SyncError::Broken("the escrow was not kept as it was sent").into());
    }
    keys::escrow_was_deposited(&mut desk.ledger(), &sealed)
}

/// The center's answer to the enrolment, as it was kept.
pub(crate) fn kept_reply(desk: &Desk) -> Result<EnrolReply, DeskError> {
    let ledger = desk.ledger();
    let reply = ledger.enrolment()?.reply.clone();
    serde_json::from_value(reply).map_err(|_| Code::LedgerDamaged.into())
}
