//! The office's door: making a ledger, signing in and out, recovery, restoring, repair.

use super::reporting::watch;
use super::{DoorState, Event, Office, OfficeState, Opening, held};
use crate::desk::Desk;
use crate::error::DeskError;
use crate::hints;
use crate::job::Job;
use crate::keys;
use crate::practice;
use crate::repair::{self, RepairView};
use crate::second_copy::{self, Restored};
use crate::sign_in::Door;
use bangban_ledger::tries::{self, MOST_TRIES};
use bangban_model::ids::AgentId;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use uuid::Uuid;

/// How long signing in waits for what still holds the ledger of the agent before.
const HANDOVER: Duration = Duration::from_secs(10);

impl Office {
    /// Makes the ledger of this laptop and signs its first agent in.
    pub fn make_ledger(&self, name: &str, pin: &str) -> Result<OfficeState, DeskError> {
        let name = keys::checked_name(name)?;
        let door = self.door();
        door.pins().chosen(pin)?;
        self.seat_her(door.make_ledger(name, pin, self.opening.derivation.cost())?)
    }

    /// Signs an agent in by her PIN.
    pub fn sign_in(&self, pin: &str) -> Result<OfficeState, DeskError> {
        if held(&self.desk).is_some() {
            return self.state();
        }
        self.wait_for_handover();
        self.seat_her(self.door().sign_in(pin)?)
    }

    /// Makes a practice village and sits her down in it; whoever was signed in is signed out. It is gone with the sign-out.
    pub fn practise(&self) -> Result<OfficeState, DeskError> {
        if held(&self.desk).is_some() {
            self.sign_out()?;
        }
        self.wait_for_handover();
        let Opening { folder, clock, .. } = &self.opening;
        let desk = practice::begin(folder, clock.clone(), self.preferences().language())?;
        // Nothing looks after a connection or a second copy: there is neither.
        *held(&self.desk) = Some(Arc::new(desk));
        self.state()
    }

    /// The door of this office's ledger.
    pub fn door(&self) -> Door {
        let Opening { folder, clock, keyring, .. } = &self.opening;
        Door { folder: folder.clone(), clock: clock.clone(), keyring: keyring.clone() }
    }

    /// How the door stands, before anybody signs in.
    pub fn door_state(&self) -> Result<DoorState, DeskError> {
        let door = self.door();
        // Slots that do not read are told at the sign-in, not here.
        Ok(DoorState {
            has_keyring: door.keyring.is_there(),
            tries_left: MOST_TRIES.saturating_sub(tries::wrong(&self.opening.folder)),
            recovery_numbers: door.recovery_numbers().unwrap_or_default(),
        })
    }

    /// Gives an agent a new PIN with a recovery code, and signs her in.
    pub fn recover(&self, code: &str, agent: AgentId, pin: &str) -> Result<OfficeState, DeskError> {
        if held(&self.desk).is_some() {
            return self.state();
        }
        self.wait_for_handover();
        self.seat_her(self.door().recover(code, agent, pin)?)
    }

    /// Restores the ledger of this laptop from the second copy in a folder that was chosen, and signs her in.
    pub fn restore_ledger(&self, place: Uuid, pin: &str) -> Result<Restored, DeskError> {
        let place = self.file(place)?;
        let restored = second_copy::restore(&self.door(), &place, pin)?;
        self.sign_in(pin)?;
        Ok(restored)
    }

    /// The same with a recovery code; with it she takes a new PIN afterwards.
    pub fn restore_ledger_with_code(&self, place: Uuid, code: &str) -> Result<Restored, DeskError> {
        second_copy::restore_with_code(&self.door(), &self.file(place)?, code)
    }

    pub(super) fn seat_her(&self, desk: Desk) -> Result<OfficeState, DeskError> {
        let desk = Arc::new(desk);
        *held(&self.desk) = Some(desk.clone());
        self.look_while_she_works(&desk);
        if desk.ledger().second_copy()?.is_some() {
            self.begin_copying();
        }
        if self.opening.link.is_some() {
            let watch = watch(self.me.clone(), self.wake.clone());
            if let Some(before) = held(&self.watching).replace(self.runtime().spawn(watch)) {
                before.abort();
            }
        }
        self.state()
    }

    /// Whether the pictures' file (it may be gigabytes) and the inside of the ledger are whole is found out while she works. It
    /// tells the screen where they are not.
    pub(super) fn look_while_she_works(&self, desk: &Arc<Desk>) {
        let (office, desk) = (self.me.clone(), Arc::downgrade(desk));
        self.runtime().spawn_blocking(move || {
            for look in [repair::look_within, hints::look_ahead, repair::look_at_photos] {
                if look(&desk)
                    && let Some(office) = office.upgrade()
                {
                    (office.opening.listener)(Event::Changed);
                }
            }
        });
    }

    /// Sets aside what is damaged and builds it anew. Nobody is signed in afterwards: she signs in again.
    pub(crate) fn repair(
        &self,
        pin: &str,
        copy: Option<Uuid>,
        job: &Job,
    ) -> Result<Option<RepairView>, DeskError> {
        let copy = copy.map(|copy| self.file(copy)).transpose()?;
        if held(&self.desk).is_some() {
            self.sign_out()?;
        }
        self.wait_for_handover();
        match copy {
            Some(place) => repair::repair_with_copy(&self.door(), pin, &place, job),
            None => repair::repair_ledger(&self.door(), pin, job),
        }
    }

    /// What the last repair did, if there was one.
    pub(crate) fn repair_report(&self) -> Result<Option<RepairView>, DeskError> {
        if self.desk()?.practice { Ok(None) } else { repair::report(&self.opening.folder) }
    }

    /// She has read it.
    pub(crate) fn repair_seen(&self) -> Result<(), DeskError> {
        self.desk()?;
        repair::set_seen(&self.opening.folder)
    }

    /// What the agent before still had under way ends by itself; her ledger closes with it.
    pub(super) fn wait_for_handover(&self) {
        let begun = std::time::Instant::now();
        while held(&self.before).strong_count() > 0 && begun.elapsed() < HANDOVER {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Locks the ledger: reporting and long work stop, what was saved is saved.
    pub fn sign_out(&self) -> Result<OfficeState, DeskError> {
        self.reporting.stop();
        if let Some(watching) = held(&self.watching).take() {
            watching.abort();
        }
        for stopped in held(&self.jobs).values() {
            stopped.store(true, Ordering::Relaxed);
        }
        if let Some(copying) = held(&self.copying).take() {
            copying.abort();
        }
        if let Some(desk) = held(&self.desk).take() {
            *held(&self.before) = Arc::downgrade(&desk);
            let has_copy = desk.ledger().second_copy().is_ok_and(|place| place.is_some());
            if desk.practice {
                let (folder, before) = (desk.ledger().folder().to_owned(), Arc::downgrade(&desk));
                drop(desk);
                self.runtime().spawn_blocking(move || practice::end(&folder, &before));
            } else if has_copy {
                // What she saved last goes along; the ledger closes with it.
                self.runtime().spawn_blocking(move || second_copy::follow(&desk));
            }
        }
        held(&self.files).clear();
        held(&self.dropped).take();
        self.state()
    }
}
