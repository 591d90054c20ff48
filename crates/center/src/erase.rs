//! 删除个人信息: what is known of a person, or of one case, is erased everywhere (rule S6).

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::{Erased, ErasureAsk};
use bangban_model::{Code, SubjectId};

/// A note is no longer than this.
const LONGEST_NOTE_CHARS: usize = 200;

impl Center {
    /// What an erasure would take.
    pub fn erasure_of(
        &self,
        sign_in: &SignIn,
        subject: SubjectId,
        whole_person: bool,
    ) -> Result<Erased, CenterError> {
        require(sign_in, Role::erases)?;
        self.store().erasure_of(&sign_in.staff.scope, subject, whole_person)
    }

    /// Erases a person with all their cases, or one case with the parts of its bundle. It cannot be undone.
    pub fn erase(&self, sign_in: &SignIn, ask: &ErasureAsk<'_>) -> Result<Erased, CenterError> {
        require(sign_in, Role::erases)?;
        if ask.note.chars().count() > LONGEST_NOTE_CHARS {
            return Err(CenterError::About(Code::BadInput, "note".into()));
        }
        let erased = self.store().erase(sign_in, ask, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, subject = %ask.subject, entries = erased.entries, "erased");
        // The bodies are gone for good. Files that cannot be removed now go when the center begins to serve again.
        if let Err(problem) = self.remove_erased_photos() {
            tracing::warn!(%problem, "files of erased photos are not all gone");
        }
        Ok(erased)
    }

    /// Removes the files of photos that an erasure left without a name; how many.
    pub fn remove_erased_photos(&self) -> Result<u64, CenterError> {
        let mut removed = 0;
        loop {
            let gone = self.store().photos_gone()?;
            if gone.is_empty() {
                return Ok(removed);
            }
            for digest in gone {
                self.store().remove_photo(digest, &mut || self.photos().remove(digest))?;
                removed += 1;
            }
        }
    }
}
