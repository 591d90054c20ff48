//! A village of nobody: a demo roster, a household with someone for every case, painted papers.

use super::{Answer, Programs};
use crate::day::answers;
use crate::day::people::{household_of_today, read_households};
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub use crate::day::people::{Household, Villager};

/// A photograph with a camera's metadata in it.
const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/chelsea.jpg");

/// A village.
pub struct Village {
    folder: TempDir,
    /// Its code.
    pub code: &'static str,
    /// A household with someone for every case.
    pub household: Household,
    /// Everyone with an identity number.
    pub people: Vec<Villager>,
}

impl Village {
    /// 临江乡大湖村 with its roster.
    pub fn dahu(programs: &Programs, households: usize, people: usize) -> Self {
        let code = "420703200209";
        let folder = TempDir::with_prefix("bangban-village-").unwrap();
        let roster = folder.path().join("roster.xlsx");
        let mut command = programs.laptop();
        command.args(["--json", "roster", "demo"]).arg(&roster).args(["--seed", "7", "--village", code]);
        command.args(["--households", &households.to_string(), "--people", &people.to_string()]);
        Answer::read("roster demo", &command.output().unwrap()).good();
        let read = read_households(&roster).unwrap();
        let household = household_of_today(&read, &BTreeSet::new()).unwrap();
        Village { folder, code, household, people: read.into_values().flatten().collect() }
    }

    /// A small one, which is quick.
    pub fn small(programs: &Programs) -> Self {
        Village::dahu(programs, 24, 80)
    }

    /// Its roster as a workbook.
    pub fn roster(&self) -> PathBuf {
        self.folder.path().join("roster.xlsx")
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The papers of an application, painted: `SLOT=FILE` for each.
    pub fn papers(&self, seed: u64) -> Vec<String> {
        let kinds = [
            ("id_card", SpecimenKind::IdentityCard, 856, 540),
            ("household_book", SpecimenKind::HouseholdBook, 800, 565),
            ("authorisation", SpecimenKind::HouseholdBook, 620, 877),
        ];
        let mut named = Vec::new();
        for ((slot, kind, width, height), number) in kinds.into_iter().zip(0..) {
            let path = self.file(&format!("{slot}-{seed}.jpg"));
            std::fs::write(&path, paint_specimen(seed * 10 + number, kind, width, height)).unwrap();
            named.push(format!("{slot}={}", path.display()));
        }
        named
    }

    /// A photograph, as a file.
    pub fn photograph(&self) -> PathBuf {
        let path = self.file("door.jpg");
        std::fs::write(&path, PHOTOGRAPH).unwrap();
        path
    }

    /// The bytes of that photograph.
    pub fn photograph_bytes() -> &'static [u8] {
        PHOTOGRAPH
    }

    /// 养老认证 for the elder.
    pub fn pension(&self, agent: &str) -> Map<String, Value> {
        answers::of_pension_help(agent)
    }

    /// 社保卡.
    pub fn card(&self) -> Map<String, Value> {
        answers::of_card_visit()
    }

    /// 低保 for the household.
    pub fn allowance(&self) -> Map<String, Value> {
        answers::of_living_allowance(&self.household)
    }

    /// The question that the township finds wanting in the application.
    pub fn wanting(&self) -> &'static str {
        answers::WANTING
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
