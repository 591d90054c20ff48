//! The embedded store's [`Staffing`]: one line an act.

use super::{EmbeddedStore, session_row, staff_row};
use crate::error::CenterError;
use crate::staff::StaffMember;
use crate::store::Now;
use crate::store::staffing::{
    Candidate, KeptPassword, KeptSession, NewSession, StaffLine, Staffing, TryLimit,
};
use bangban_model::Digest;
use bangban_model::ids::StaffId;

impl Staffing for EmbeddedStore {
    fn add_staff(
        &self,
        member: &StaffMember,
        password: Option<&KeptPassword>,
        by: Option<StaffId>,
        now: Now,
    ) -> Result<(), CenterError> {
        staff_row::add(&mut self.writer(), member, password, by, now)
    }

    fn staff(&self) -> Result<Vec<StaffMember>, CenterError> {
        self.read(|connection| staff_row::list(connection))
    }

    fn staff_lines(&self, scope: &str) -> Result<Vec<StaffLine>, CenterError> {
        self.read(|connection| staff_row::lines(connection, scope))
    }

    fn set_password(
        &self,
        staff: StaffId,
        password: &KeptPassword,
        keep: Option<Digest>,
        by: Option<StaffId>,
        now: Now,
    ) -> Result<(), CenterError> {
        staff_row::set_password(&mut self.writer(), staff, password, keep, (by, now))
    }

    fn close_staff(&self, staff: StaffId, by: Option<StaffId>, now: Now) -> Result<(), CenterError> {
        staff_row::close(&mut self.writer(), staff, by, now)
    }

    fn candidates(&self, named: &str) -> Result<Vec<Candidate>, CenterError> {
        self.read(|connection| staff_row::candidates(connection, named))
    }

    fn count_try(&self, name: &str, limit: TryLimit, now: Now) -> Result<Option<i64>, CenterError> {
        session_row::count_try(&mut self.writer(), name, limit, now)
    }

    fn forget_tries(&self, name: &str) -> Result<(), CenterError> {
        session_row::forget_tries(&self.writer(), name)
    }

    fn begin_session(&self, session: &NewSession, oldest: Now) -> Result<(), CenterError> {
        session_row::begin(&mut self.writer(), session, oldest)
    }

    fn session(&self, token_hash: Digest) -> Result<Option<KeptSession>, CenterError> {
        self.read(|connection| session_row::find(connection, token_hash))
    }

    fn touch_session(&self, token_hash: Digest, now: Now) -> Result<(), CenterError> {
        session_row::touch(&self.writer(), token_hash, now)
    }

    fn end_session(&self, token_hash: Digest) -> Result<(), CenterError> {
        session_row::end(&self.writer(), token_hash)
    }
}
