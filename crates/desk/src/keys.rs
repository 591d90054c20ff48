//! PINs and agents of a laptop: a PIN is changed, an agent comes, an agent leaves; and how the ledger's keys stand.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::keyring::fresh_secret;
use crate::office::AgentCard;
use crate::second_copy;
use bangban_keys::{KeyError, Pin, SealingKey, SlotFile, sha256};
use bangban_ledger::{Ledger, slots, tries};
use bangban_model::ids::AgentId;
use bangban_model::{Code, planted};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

const LONGEST_NAME_CHARS: usize = 60;

/// An agent of this laptop.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AgentLine {
    /// Who.
    pub agent: AgentCard,
    /// Whether it is she who is signed in.
    pub is_me: bool,
    /// Whether a secret of the system's keyring stands beside her PIN.
    pub has_keyring: bool,
}

/// How the ledger's keys stand.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KeyState {
    /// Who works on this laptop.
    pub agents: Vec<AgentLine>,
    /// Whether this machine has a keyring; without one PINs are longer.
    pub has_keyring: bool,
    /// Whether the township holds what it needs to help when a PIN is forgotten.
    pub escrow_deposited: bool,
    /// Numbers of the recovery codes that open this ledger, the township's first.
    pub recovery_numbers: Vec<String>,
    /// The data key is being changed: it goes on with the next report and the next sign-in.
    pub is_rotating: bool,
}

/// How the ledger's keys stand.
pub fn key_state(desk: &Desk) -> Result<KeyState, DeskError> {
    let ledger = desk.ledger();
    let file = slots::read(ledger.folder())?;
    let agents = ledger.agents()?.into_iter();
    Ok(KeyState {
        agents: agents
            .map(|(id, name)| AgentLine {
                has_keyring: file.needs_keyring(&id.to_string()) == Some(true),
                is_me: id == desk.agent,
                agent: AgentCard { id, name },
            })
            .collect(),
        has_keyring: desk.keyring.is_there(),
        escrow_deposited: ledger.escrow_deposited()?,
        recovery_numbers: file.recovery_numbers().map(str::to_owned).collect(),
        is_rotating: ledger.is_rotating(),
    })
}

/// Gives her another PIN; she shows that she knows the present one.
pub fn change_pin(desk: &Desk, present: &str, new: &str) -> Result<(), DeskError> {
    let ledger = desk.ledger();
    let mut file = slots::read(ledger.folder())?;
    let agent = desk.agent.to_string();
    require_pin(desk, &ledger, &file, &agent, present)?;
    let pin = chosen(desk, new)?;
    put_pin(desk, &ledger, &mut file, &agent, &pin)?;
    Ok(slots::write(ledger.folder(), &file)?)
}

/// Her present PIN, shown by somebody who sits at an open ledger. Wrong ones count as at the door.
fn require_pin(
    desk: &Desk,
    ledger: &Ledger,
    file: &SlotFile,
    agent: &str,
    pin: &str,
) -> Result<(), DeskError> {
    if tries::wrong(ledger.folder()) >= tries::MOST_TRIES {
        return Err(Code::PinLocked.into());
    }
    let secret = desk.keyring.get(agent);
    let secret = secret.as_ref().map(|secret| secret.as_slice());
    let opened = Pin::entered(pin)
        .map_err(|_| KeyError::WrongPin)
        .and_then(|pin| file.open_with_pin(Some(agent), &pin, secret));
    match opened {
        Ok(_) => Ok(()),
        Err(KeyError::WrongPin) => Err(match tries::count(ledger.folder())? {
            0 => Code::PinLocked.into(),
            left => DeskError::new(Code::WrongPin).with("left", left),
        }),
        // Whoever is signed in opened the ledger while the keyring had its secret, or with a recovery code.
        Err(problem) => Err(problem.into()),
    }
}

fn chosen(desk: &Desk, pin: &str) -> Result<Pin, DeskError> {
    let pin = if desk.keyring.is_there() { Pin::parse(pin) } else { Pin::parse_alone(pin) };
    pin.map_err(DeskError::from)
}

fn put_pin(
    desk: &Desk,
    ledger: &Ledger,
    file: &mut SlotFile,
    agent: &str,
    pin: &Pin,
) -> Result<(), DeskError> {
    let secret = fresh_secret(&*desk.keyring, agent)?;
    let secret = secret.as_ref().map(|secret| secret.as_slice());
    let cost = file.cost();
    file.put_pin(ledger.data_key(), ledger.previous_key(), agent, pin, secret, cost)?;
    Ok(())
}

/// Another agent works on this laptop from now on, with a PIN of her own that opens no other agent's slot.
pub fn add_agent(desk: &Desk, name: &str, pin: &str) -> Result<AgentCard, DeskError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "name"));
    }
    let mut ledger = desk.ledger();
    if ledger.agents()?.iter().any(|(_, known)| known == name) {
        return Err(Code::NameTaken.into());
    }
    let mut file = slots::read(ledger.folder())?;
    let pin = chosen(desk, pin)?;
    // The PIN tells who signs in: it must not be that of somebody else.
    if is_taken(desk, &file, &pin) {
        return Err(Code::PinTaken.into());
    }
    let agent = AgentId(Uuid::now_v7());
    put_pin(desk, &ledger, &mut file, &agent.to_string(), &pin)?;
    if ledger.enrolment().is_ok() {
        ledger.add_agent(agent, name, desk.author())?;
    } else {
        ledger.put_agent(agent, name)?;
    }
    slots::write(ledger.folder(), &file)?;
    Ok(AgentCard { id: agent, name: name.to_owned() })
}

fn is_taken(desk: &Desk, file: &SlotFile, pin: &Pin) -> bool {
    file.agents().any(|agent| {
        let secret = desk.keyring.get(agent);
        file.open_with_pin(Some(agent), pin, secret.as_ref().map(|secret| secret.as_slice())).is_ok()
    })
}

/// An agent leaves this laptop: her PIN opens it no more, and as she may have kept the data key, that is changed (rule K2).
/// What she wrote stays. Another agent does it, who goes on with her work.
pub fn remove_agent(desk: &Desk, agent: AgentId) -> Result<(), DeskError> {
    if agent == desk.agent {
        return Err(Code::NotAllowed.into());
    }
    let mut ledger = desk.ledger();
    if !ledger.agents()?.iter().any(|(id, _)| *id == agent) {
        return Err(Code::AgentUnknown.into());
    }
    if ledger.is_rotating() {
        return Err(Code::KeyChanging.into());
    }
    ledger.remove_agent(agent, desk.author())?;
    close_slots_of_who_left(&mut ledger)
}

/// Begins the rotation that takes away the slot of somebody who left.
fn close_slots_of_who_left(ledger: &mut Ledger) -> Result<(), DeskError> {
    // Only whom the ledger knows to have left: one that was repaired may not know everybody any more.
    let left: Vec<String> = ledger.agents_who_left()?.iter().map(AgentId::to_string).collect();
    let file = slots::read(ledger.folder())?;
    let Some(leaving) = file.agents().find(|agent| left.iter().any(|id| id == agent)) else { return Ok(()) };
    if ledger.is_rotating() {
        return Ok(());
    }
    // Escrow first: the township is to hold the new key before a file has it.
    ledger.set_escrow_outdated()?;
    Ok(ledger.begin_rotation(Some(leaving))?)
}

/// Brings what a cut or a missing network left half done further, when somebody signs in: a slot of somebody who left, a
/// data key that is being changed, an escrow from before there were recovery codes.
pub(crate) fn go_on_moving(desk: &Desk) {
    if let Err(problem) = go_on(desk) {
        tracing::warn!(
            code = problem.code.as_str(),
            cause = problem.cause,
            "the keys stay as they are for now"
        );
    }
}

fn go_on(desk: &Desk) -> Result<(), DeskError> {
    if !move_ledger(&mut desk.ledger())? {
        return Ok(());
    }
    // The second copy moves too before the old key goes: a place that is away is waited for, or turned off by her.
    if second_copy::copy_now(desk)?.behind {
        return Ok(());
    }
    desk.ledger().finish_rotation()?;
    tracing::info!("the ledger has a new data key");
    second_copy::follow(desk);
    Ok(())
}

/// What the ledger itself does; whether its files have moved to a new key and the old one is still kept.
fn move_ledger(ledger: &mut Ledger) -> Result<bool, DeskError> {
    close_slots_of_who_left(ledger)?;
    let enrolled = ledger.enrolment().is_ok();
    if enrolled && ledger.escrow_deposited()? && !planted::out("no_new_code") {
        let file = slots::read(ledger.folder())?;
        if file.recovery_numbers().next().is_none() {
            ledger.set_escrow_outdated()?;
        }
    }
    if !ledger.is_rotating() || (enrolled && !ledger.escrow_deposited()?) {
        return Ok(false);
    }
    ledger.move_files()?;
    Ok(true)
}

/// What is deposited with the township: the escrow as it stands where it is on its way, else a new one with a new code.
pub(crate) fn escrow_to_deposit(ledger: &Ledger, recipient: &SealingKey) -> Result<Vec<u8>, DeskError> {
    let mut file = slots::read(ledger.folder())?;
    if !file.escrow_waits_for(recipient) {
        file.add_escrow(ledger.data_key(), ledger.previous_key(), recipient)?;
        slots::write(ledger.folder(), &file)?;
    }
    Ok(file.escrow_sealed().map(<[u8]>::to_vec).ok_or(Code::Internal)?)
}

/// The township has signed for it: older recovery codes open no more.
pub(crate) fn escrow_was_deposited(ledger: &mut Ledger, sealed: &[u8]) -> Result<(), DeskError> {
    let mut file = slots::read(ledger.folder())?;
    if !file.confirm_escrow(ledger.data_key(), &sha256(sealed))? {
        // Changed meanwhile: the next report deposits what stands there now.
        return Ok(());
    }
    slots::write(ledger.folder(), &file)?;
    Ok(ledger.set_escrow_deposited()?)
}
