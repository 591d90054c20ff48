//! Where a proof stands, so that it can be stopped and go on.

use super::Figures;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// A run that failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failed {
    /// The seed to have it again with.
    pub seed: u64,
    /// What was lost.
    pub why: String,
}

/// Where a proof stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeedFile {
    /// Which proof.
    pub kind: String,
    /// The seeds of all steps come from this one.
    pub base: u64,
    /// Steps done.
    pub steps: u64,
    /// Runs done.
    pub runs: u64,
    /// What was counted.
    pub figures: Figures,
    /// Steps that failed.
    pub failed: Vec<Failed>,
}

impl SeedFile {
    /// A proof that begins.
    pub fn new(kind: &str, base: u64) -> Self {
        SeedFile {
            kind: kind.to_owned(),
            base,
            steps: 0,
            runs: 0,
            figures: Figures::new(),
            failed: Vec::new(),
        }
    }

    /// The one that stands there, if it is of this kind.
    pub fn read(path: &Path, kind: &str) -> io::Result<Option<Self>> {
        let text = match std::fs::read(path) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let kept: SeedFile = serde_json::from_slice(&text)?;
        if kept.kind == kind { Ok(Some(kept)) } else { Err(io::Error::other("a seed file of another proof")) }
    }

    /// Keeps it: whole or not at all.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("new");
        std::fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(beside, path)
    }

    /// The seed of a step.
    pub fn seed_of(&self, step: u64) -> u64 {
        // Any spreading will do: neighbours must not look alike.
        self.base ^ step.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seeds.json");
        assert!(SeedFile::read(&path, "kills").unwrap().is_none());
        let mut file = SeedFile::new("kills", 7);
        (file.steps, file.runs) = (3, 30);
        file.write(&path).unwrap();
        let again = SeedFile::read(&path, "kills").unwrap().unwrap();
        assert_eq!((again.steps, again.runs, again.seed_of(3)), (3, 30, file.seed_of(3)));
        assert!(SeedFile::read(&path, "power").is_err(), "another proof's file is left alone");
    }
}
