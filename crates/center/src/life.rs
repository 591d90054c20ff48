//! A laptop's ledger goes on as a new life, vouched for by the one before (rules E2, D1). A revoked one too: what it wrote
//! comes into quarantine (rule X8).

use crate::center::Center;
use crate::error::CenterError;
use crate::store::{Continuation, Laptop};
use bangban_model::Code;
use bangban_sync::{LifeBegun, LifeKept, Signed, Token};

impl Center {
    /// Keeps a new life of a laptop's ledger and signs for it. The same life told again changes nothing.
    ///
    /// Errors: `LaptopRefused` where the earlier life is not this laptop's, `HistoryDiffers` where the fork is not in its
    /// history here, or the life is known otherwise.
    pub fn present_life(
        &self,
        token: &Token,
        signed: &Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, CenterError> {
        let laptop = self.authenticate(token)?;
        self.keep_life(&laptop, signed)
    }

    /// The same for lives that a batch file tells, the oldest first.
    pub(crate) fn keep_lives(&self, lives: &[Signed<LifeBegun>]) -> Result<(), CenterError> {
        for signed in lives {
            let (_, laptop) = self.store().life(signed.unverified()?.ancestor)?.ok_or(Code::LaptopRefused)?;
            self.keep_life(&laptop, signed)?;
        }
        Ok(())
    }

    fn keep_life(
        &self,
        laptop: &Laptop,
        signed: &Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, CenterError> {
        let stated = signed.unverified()?;
        let (ancestor, of) = self.store().life(stated.ancestor)?.ok_or(Code::LaptopRefused)?;
        if of.id != laptop.id {
            return Err(Code::LaptopRefused.into());
        }
        let begun = signed.verify(&ancestor.verifying_key)?;
        if begun.center != self.identity().id {
            return Err(Code::BatchNotForUs.into());
        }
        let now = self.now();
        self.store().continue_life(&Continuation { laptop: laptop.id, begun: begun.clone(), now })?;
        tracing::info!(laptop = %laptop.id, life = %begun.incarnation, ancestor = %begun.ancestor, "a ledger goes on as a new life");
        let kept = LifeKept { center: self.identity().id, incarnation: begun.incarnation };
        Ok(Signed::sign(&kept, self.signing())?)
    }
}
