//! The pictures of the day: painted specimens for papers, marked 样本, and a real photograph with a camera's metadata.

use crate::day::folder::DemoFolder;
use crate::day::trouble::Trouble;
use bangban_photos::specimen::{SpecimenKind, paint_specimen};

/// A photograph with camera, time and place in it, so that it can be seen that none of it survives.
const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/chelsea.jpg");

/// Paints the papers of an application: `SLOT=FILE` for each material.
pub fn papers(folder: &DemoFolder, seed: u64) -> Result<Vec<String>, Trouble> {
    let kinds = [
        ("id_card", SpecimenKind::IdentityCard, 1800, 1136),
        ("household_book", SpecimenKind::HouseholdBook, 1600, 1130),
        ("authorisation", SpecimenKind::HouseholdBook, 1240, 1754),
    ];
    let mut named = Vec::new();
    for ((slot, kind, width, height), number) in kinds.into_iter().zip(0..) {
        let name = format!("{slot}.jpg");
        folder.write(&name, &paint_specimen(seed * 10 + number, kind, width, height))?;
        named.push(format!("{slot}={}", folder.file(&name).display()));
    }
    Ok(named)
}

/// The photograph, taken at the door.
pub fn at_the_door(folder: &DemoFolder) -> Result<String, Trouble> {
    folder.write("door.jpg", PHOTOGRAPH)?;
    Ok(folder.file("door.jpg").display().to_string())
}
