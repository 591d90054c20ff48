//! Sealed data keys of laptops: taken out for the offline key, and opened away from the server (rules K1, K3).

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::auditing::ActNote;
use bangban_keys::{OpeningKey, SlotFile, open_escrow};
use bangban_model::{Code, Digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const FORMAT: u32 = 1;

/// What is carried to where the offline key lies. Without that key it is of no use to anybody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EscrowFile {
    /// Version of this file.
    pub bangban_escrow: u32,
    /// The laptop.
    pub laptop: Uuid,
    /// Its villages, by code.
    pub villages: Vec<String>,
    /// When the laptop deposited it, by the center's clock.
    pub stored_at: String,
    /// The sealed data key with its recovery code, base64.
    pub sealed: String,
}

/// What the offline key finds: what is read to the agent over the phone.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// The laptop, where the file names it.
    pub laptop: Option<Uuid>,
    /// Five digits: the laptop's screen shows the same.
    pub number: String,
    /// The code's groups.
    pub groups: Vec<String>,
}

impl Center {
    /// The newest sealed data key of a laptop, to be carried to the offline key. Who takes it is kept.
    pub fn take_escrow(&self, sign_in: &SignIn, laptop: Uuid) -> Result<EscrowFile, CenterError> {
        require(sign_in, Role::administers)?;
        let line =
            self.store().laptops_in(&sign_in.staff.scope)?.into_iter().find(|line| line.laptop.id == laptop);
        let line = line.ok_or(Code::LaptopUnknown)?;
        let (sealed, stored_at) = self.store().newest_escrow(laptop)?.ok_or(Code::EscrowMissing)?;
        let streams = &line.laptop.villages;
        self.store().note_act(
            &ActNote {
                streams,
                staff: Some(sign_in.staff.id),
                act: "escrow_taken",
                about: &laptop.to_string(),
                digest: Digest::of(&sealed),
            },
            self.now(),
        )?;
        Ok(EscrowFile {
            bangban_escrow: FORMAT,
            laptop,
            villages: streams.iter().map(|village| village.as_str().to_owned()).collect(),
            stored_at,
            sealed: data_encoding::BASE64.encode(&sealed),
        })
    }
}

/// Opens what was taken out, or a laptop's own `keys.json`, with the offline key. Needs no center.
pub fn open_for_recovery(text: &[u8], key: &OpeningKey) -> Result<Recovery, CenterError> {
    let (laptop, sealed) = match serde_json::from_slice::<EscrowFile>(text) {
        Ok(file) if file.bangban_escrow > FORMAT => return Err(Code::NewerFormat.into()),
        Ok(file) => {
            let sealed = data_encoding::BASE64
                .decode(file.sealed.as_bytes())
                .map_err(|_| CenterError::Coded(Code::NotAnEscrow))?;
            (Some(file.laptop), sealed)
        }
        Err(_) => {
            let slots = SlotFile::from_json(text).map_err(|_| CenterError::Coded(Code::NotAnEscrow))?;
            (None, slots.escrow_sealed().map(<[u8]>::to_vec).ok_or(Code::EscrowMissing)?)
        }
    };
    let deposited = open_escrow(&sealed, key).map_err(|_| CenterError::Coded(Code::OfflineKeyWrong))?;
    // One of before there were codes: the laptop deposits another one with its next report.
    let (number, code) = deposited.recovery.ok_or(Code::EscrowMissing)?;
    Ok(Recovery { laptop, number, groups: code.groups().map(str::to_owned).collect() })
}
