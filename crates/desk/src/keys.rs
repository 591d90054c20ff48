//! PINs and agents of a laptop: a PIN is changed, an agent comes, an agent leaves; and how the ledger's keys stand.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::office::AgentCard;
use crate::pins::Pins;
use crate::second_copy;
use bangban_keys::{SealingKey, sha256};
use bangban_ledger::{Ledger, slots};
use bangban_model::entry::NewEntry;
use bangban_model::ids::AgentId;
use bangban_model::{Code, planted};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

const LONGEST_NAME_CHARS: usize = 60;

/// An agent's name as it is kept.
pub(crate) fn checked_name(name: &str) -> Result<&str, DeskError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "name"));
    }
    Ok(name)
}

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

fn pins<'a>(desk: &'a Desk, ledger: &'a Ledger) -> Pins<'a> {
    Pins { folder: ledger.folder(), keyring: &*desk.keyring }
}

/// Gives her another PIN; she shows that she knows the present one. Wrong ones count as at the door.
pub fn change_pin(desk: &Desk, present: &str, new: &str) -> Result<(), DeskError> {
    let ledger = desk.ledger();
    let (pins, mut file) = (pins(desk, &ledger), slots::read(ledger.folder())?);
    let agent = desk.agent.to_string();
    pins.try_pin(&file, Some(&agent), present)?;
    let pin = pins.chosen(new)?;
    pins.put(&mut file, (ledger.data_key(), ledger.previous_key()), &agent, &pin)?;
    Ok(slots::write(ledger.folder(), &file)?)
}

/// Another agent works on this laptop from now on, with a PIN of her own that opens no other agent's slot.
pub fn add_agent(desk: &Desk, name: &str, pin: &str) -> Result<AgentCard, DeskError> {
    let name = checked_name(name)?;
    let mut ledger = desk.ledger();
    let mut file = slots::read(ledger.folder())?;
    // One of this name without a slot was added when it was cut short: she gets her PIN now.
    let known = ledger.agents()?.into_iter().find(|(_, known)| known == name).map(|(id, _)| id);
    if known.is_some_and(|id| file.agents().any(|holder| holder == id.to_string())) {
        return Err(Code::NameTaken.into());
    }
    let agent = known.unwrap_or_else(|| AgentId(Uuid::now_v7()));
    let keys = (ledger.data_key(), ledger.previous_key());
    let pins = pins(desk, &ledger);
    let pin = pins.chosen(pin)?;
    pins.put(&mut file, keys, &agent.to_string(), &pin)?;
    match (known, ledger.enrolment().is_ok()) {
        (Some(_), _) => {}
        (None, true) => ledger.add_agent(agent, name, desk.author())?,
        (None, false) => ledger.put_agent(agent, name)?,
    }
    slots::write(ledger.folder(), &file)?;
    Ok(AgentCard { id: agent, name: name.to_owned() })
}

/// An agent leaves this laptop: her PIN opens it no more, and as she may have kept the data key, that is changed (rule K2).
/// What she wrote stays. Another agent does it, who goes on with her work.
pub fn remove_agent(desk: &Desk, agent: AgentId) -> Result<(), DeskError> {
    let_leave(desk, &mut desk.ledger(), agent, Vec::new())
}

/// The same with what she hands over: her access ends with the record of it, or neither happens.
pub(crate) fn let_leave(
    desk: &Desk,
    ledger: &mut Ledger,
    agent: AgentId,
    handovers: Vec<NewEntry>,
) -> Result<(), DeskError> {
    if agent == desk.agent {
        return Err(Code::NotAllowed.into());
    }
    if !ledger.agents()?.iter().any(|(id, _)| *id == agent) {
        return Err(Code::AgentUnknown.into());
    }
    if ledger.is_rotating() {
        return Err(Code::KeyChanging.into());
    }
    ledger.hand_over(handovers, agent, desk.author())?;
    close_slots_of_who_left(ledger)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::Door;
    use bangban_keys::KdfCost;
    use bangban_ledger::tries;
    use bangban_model::clock::SystemClock;
    use std::sync::Arc;
    use tempfile::TempDir;

    const ALICE: &str = "4927516380";
    const BEA: &str = "6180357942";
    const WRONG: &str = "9163058274";

    fn door() -> (TempDir, Door) {
        let folder = tempfile::tempdir().unwrap();
        let door = Door::of(&folder.path().join("ledger"), Arc::new(SystemClock));
        (folder, door)
    }

    fn code<T>(outcome: Result<T, DeskError>) -> Option<Code> {
        outcome.err().map(|problem| problem.code)
    }

    #[test]
    fn no_two_agents_have_the_same_pin_however_it_is_set() {
        let (_folder, door) = door();
        let desk = door.make_ledger("周小琴", ALICE, KdfCost::FLOOR).unwrap();
        assert_eq!(code(add_agent(&desk, "李小满", ALICE)), Some(Code::PinTaken));
        add_agent(&desk, "李小满", BEA).unwrap();
        assert_eq!(code(add_agent(&desk, "李小满", WRONG)), Some(Code::NameTaken));
        assert_eq!(code(change_pin(&desk, ALICE, BEA)), Some(Code::PinTaken));
        change_pin(&desk, ALICE, ALICE).unwrap();
        drop(desk);
        assert_eq!(door.sign_in(BEA).unwrap().agent_name, "李小满");
        assert_eq!(door.sign_in(ALICE).unwrap().agent_name, "周小琴");
    }

    #[test]
    fn wrong_tries_count_alike_at_the_door_and_within_and_end_with_the_right_one() {
        let (_folder, door) = door();
        let desk = door.make_ledger("周小琴", ALICE, KdfCost::FLOOR).unwrap();
        for _ in 0..3 {
            assert_eq!(code(change_pin(&desk, WRONG, BEA)), Some(Code::WrongPin));
        }
        assert_eq!(code(change_pin(&desk, "1234", BEA)), Some(Code::WrongPin));
        assert_eq!(tries::wrong(&door.folder), 3, "what can be nobody's PIN is no try");
        change_pin(&desk, ALICE, BEA).unwrap();
        assert_eq!(tries::wrong(&door.folder), 0);
        drop(desk);
        assert_eq!(code(door.sign_in(ALICE).map(drop)), Some(Code::WrongPin));
        door.sign_in(BEA).unwrap();
    }

    #[test]
    fn an_agent_whose_adding_was_cut_short_gets_her_pin_the_next_time() {
        let (_folder, door) = door();
        let desk = door.make_ledger("周小琴", ALICE, KdfCost::FLOOR).unwrap();
        // The power went between the ledger and the slots.
        let bea = AgentId(Uuid::now_v7());
        desk.ledger().put_agent(bea, "李小满").unwrap();
        assert_eq!(add_agent(&desk, "李小满", BEA).unwrap().id, bea);
        drop(desk);
        assert_eq!(door.sign_in(BEA).unwrap().agent, bea);
    }

    #[test]
    fn k2_who_left_does_not_get_in_though_her_slot_is_still_there() {
        let (_folder, door) = door();
        let desk = door.make_ledger("周小琴", ALICE, KdfCost::FLOOR).unwrap();
        let bea = add_agent(&desk, "李小满", BEA).unwrap().id;
        // The power went between the entry and the slots.
        desk.ledger().remove_agent(bea, desk.author()).unwrap();
        drop(desk);
        assert_eq!(code(door.sign_in(BEA).map(drop)), Some(Code::WrongPin));
        let file = || slots::read(&door.folder).unwrap();
        assert_eq!(file().agents().count(), 2);
        drop(door.sign_in(ALICE).unwrap());
        assert_eq!(file().agents().count(), 1, "the next one who signs in closes it");
        assert!(!file().is_rotating(), "before an enrolment nobody has to be told");
    }
}
