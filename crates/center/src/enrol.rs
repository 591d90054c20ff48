//! Enrolment: one-time codes, tokens, and the sealed data keys that laptops deposit.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::{Enrolment, Laptop, NewCode};
use bangban_keys::{random_bytes, random_code};
use bangban_model::ids::StaffId;
use bangban_model::{Code, Digest, StreamId};
use bangban_sync::{EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, PROTOCOL_VERSION, Signed, Token};
use chrono::TimeDelta;
use uuid::Uuid;

/// A one-time code is good for so many minutes.
pub const CODE_MINUTES: i64 = 10;
/// One laptop has at most so many agents at enrolment.
const MOST_AGENTS: usize = 50;
/// The longest name of a person, and of a program.
const LONGEST_NAME_CHARS: usize = 100;
/// A sealed data key is far shorter.
const LONGEST_ESCROW_BYTES: usize = 64 * 1024;

fn hash_of_code(code: u64) -> Digest {
    Digest::of_parts(&[b"bangban/enrolment-code/1", &code.to_be_bytes()])
}

fn hash_of_token(token: &Token) -> Digest {
    Digest::of_parts(&[b"bangban/token/1", token.0.as_bytes()])
}

impl Center {
    /// Makes a one-time code for these villages; only its hash is kept.
    pub fn issue_code(&self, villages: &[StreamId]) -> Result<u64, CenterError> {
        self.issue_code_by(None, villages)
    }

    /// The same, issued by this staff member.
    pub fn issue_code_by(&self, by: Option<StaffId>, villages: &[StreamId]) -> Result<u64, CenterError> {
        if villages.is_empty() {
            return Err(Code::VillageUnknown.into());
        }
        for village in villages {
            self.village(village)?;
        }
        let code = random_code()?;
        let issued_at = self.now();
        self.store().keep_code(&NewCode {
            hash: hash_of_code(code),
            villages: villages.to_vec(),
            by,
            issued_at,
            expires_at: issued_at + TimeDelta::minutes(CODE_MINUTES),
        })?;
        Ok(code)
    }

    /// Enrols a laptop by its code. The laptop that used a code may ask again, should the answer have been lost.
    pub fn enrol_laptop(&self, request: &EnrolRequest) -> Result<EnrolReply, CenterError> {
        if request.protocol > PROTOCOL_VERSION {
            return Err(Code::NewerFormat.into());
        }
        let too_long = |text: &str| text.chars().count() > LONGEST_NAME_CHARS;
        let agents = &request.agents;
        if agents.len() > MOST_AGENTS
            || agents.iter().any(|agent| too_long(&agent.name))
            || too_long(&request.program)
        {
            return Err(Code::BadInput.into());
        }
        let token = Token(data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>()?));
        let laptop = self.store().enrol(&Enrolment {
            request,
            code_hash: hash_of_code(request.code),
            token_hash: hash_of_token(&token),
            laptop: Uuid::new_v4(),
            now: self.now(),
        })?;
        tracing::info!(laptop = %laptop.id, life = %request.incarnation, "laptop enrolled");
        Ok(EnrolReply {
            laptop: laptop.id,
            token: token.0,
            center: self.public().clone(),
            villages: laptop.villages.iter().map(|code| self.village(code)).collect::<Result<_, _>>()?,
            district_key: self.identity().district_key.clone(),
        })
    }

    /// A laptop is responsible for other villages from now on; it learns so with its next receipt. What it wrote in a village
    /// that it no longer has, and did not hand in, goes into quarantine for a person to look at.
    pub fn assign_laptop(
        &self,
        sign_in: &SignIn,
        laptop: Uuid,
        villages: &[StreamId],
    ) -> Result<(), CenterError> {
        require(sign_in, Role::administers)?;
        for village in villages {
            self.village(village)?;
        }
        self.store().assign_laptop(sign_in, laptop, villages, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, laptop = %laptop, villages = villages.len(), "laptop assigned");
        Ok(())
    }

    /// The laptop with this token. A revoked one is let in too: it may hand in what it has, and nothing more (rule X8).
    pub fn authenticate(&self, token: &Token) -> Result<Laptop, CenterError> {
        match self.store().laptop_by_token(hash_of_token(token))? {
            Some(laptop) => {
                self.laptops_are_confirmed()?;
                Ok(laptop)
            }
            _ => Err(Code::LaptopRefused.into()),
        }
    }

    /// Keeps a laptop's sealed data key and signs for it (rule K3).
    pub fn keep_escrow(
        &self,
        token: &Token,
        deposit: &EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, CenterError> {
        let laptop = self.authenticate(token)?;
        let (life, _) = self.store().life(deposit.incarnation)?.ok_or(Code::LaptopRefused)?;
        if life.laptop != laptop.id {
            return Err(Code::LaptopRefused.into());
        }
        if deposit.sealed.len() > LONGEST_ESCROW_BYTES {
            return Err(Code::BadInput.into());
        }
        let sealed = data_encoding::BASE64
            .decode(deposit.sealed.as_bytes())
            .map_err(|_| CenterError::Coded(Code::BadInput))?;
        let digest = self.store().keep_escrow(life.id, &sealed, self.now())?;
        Ok(Signed::sign(&EscrowStored { incarnation: life.id, digest }, self.signing())?)
    }
}
