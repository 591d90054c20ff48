//! `verify`: everything that the center keeps, looked at again; nothing is changed.

use crate::center::Center;
use crate::error::CenterError;
use crate::store::Finding;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries in force, held, or in quarantine.
    pub entries: u64,
    /// Documents that were folded again.
    pub documents: u64,
    /// Photos whose bytes were hashed again.
    pub photos: u64,
    /// What is wrong; nothing, if all is well.
    pub findings: Vec<Finding>,
}

impl Center {
    /// Hashes every entry, chain, stream and photo again, and folds every document again.
    pub fn verify(&self) -> Result<Verified, CenterError> {
        let mut findings = self.store().check(&self.public().verifying_key)?;
        let photos = self.store().verified_photos()?;
        for note in &photos {
            if self.photos().held_bytes(note.digest)? != Some(note.size_bytes) {
                findings.push(Finding {
                    place: format!("photo {}", note.digest),
                    problem: "the photo's bytes are missing or changed",
                });
            }
        }
        let counts = self.store().counts()?;
        Ok(Verified {
            entries: counts.entries + counts.held + counts.quarantined,
            documents: counts.documents,
            photos: photos.len() as u64,
            findings,
        })
    }
}
