//! What a repair tells: what came from where, and what is missing. Counts, ids of nothing, and times: no personal data.

use crate::check::Check;
use crate::error::LedgerError;
use crate::folder as folders;
use bangban_model::{Code, EntryId};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The version of the report's file.
pub const REPORT_VERSION: u32 = 1;
const FILE: &str = "repair-report.json";
/// So many missing entries are named one by one.
const MOST_NAMED: usize = 500;

/// Where what there is of one kind came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// Read from the damaged file.
    pub from_file: u64,
    /// From the second copy.
    pub from_copy: u64,
    /// At the center: it comes with the next exchange, or stays there.
    pub at_center: u64,
    /// Nowhere.
    pub missing: u64,
}

/// An entry of this laptop that is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingEntry {
    /// Its id, where an index still tells it: it may come back from the center.
    #[serde(default)]
    pub id: Option<EntryId>,
    /// What it was about: resident, household, visit, case, device; empty where that is not known.
    pub subject_kind: String,
    /// When it was written, to the millisecond, by the laptop's clock (UTC); empty where that is not known.
    pub at: String,
}

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairReport {
    /// The version of this format.
    pub version: u32,
    /// When it was done, by the laptop's raw clock.
    pub at: String,
    /// Whether somebody has read it.
    pub seen: bool,
    /// The folder with what was damaged, within the ledger's.
    pub set_aside: Option<String>,
    /// Damaged pages of `ledger.db`.
    pub ledger_pages: u64,
    /// Damaged pages of `photos.db`.
    pub photo_pages: u64,
    /// Whether a log was damaged: what was saved last may be missing without a trace.
    pub log_damaged: bool,
    /// Entries that this laptop wrote.
    pub own_entries: Origins,
    /// Entries of others: they come again with the next exchange.
    pub others_entries: Origins,
    /// Drafts.
    pub drafts: Origins,
    /// Photos and thumbnails.
    pub photos: Origins,
    /// Published forms.
    pub forms: Origins,
    /// Rows of other tables that are gone: notes, receipts, marks. What is needed of them comes again.
    pub other_rows: Origins,
    /// The missing entries, at most 500 of them.
    pub missing_entries: Vec<MissingEntry>,
    /// Pages of entries could not be read and it is not known what stood in them: more may be missing than is counted.
    pub may_be_more: bool,
    /// The ledger goes on as a new life.
    pub new_life: bool,
    /// The center is not known any more: this laptop has to be enrolled again.
    pub must_enrol: bool,
    /// An exchange with the center has to bring the rest.
    pub awaits_center: bool,
}

impl RepairReport {
    pub(super) fn begun(at: DateTime<FixedOffset>, check: &Check) -> RepairReport {
        let pages = |file: &str| {
            let of_file = |place: &str| place.split('/').next() == Some(file);
            check.findings.iter().filter(|finding| finding.what == "page" && of_file(&finding.place)).count()
        };
        RepairReport {
            version: REPORT_VERSION,
            at: at.to_rfc3339(),
            ledger_pages: pages(crate::laptop::ENTRIES_FILE) as u64,
            photo_pages: pages(crate::laptop::PHOTOS_FILE) as u64,
            log_damaged: check.findings.iter().any(|finding| finding.what == "log"),
            ..RepairReport::default()
        }
    }

    /// Whether something is gone for good, as far as is known.
    pub fn misses(&self) -> bool {
        self.own_entries.missing + self.drafts.missing + self.photos.missing > 0
    }

    pub(super) fn name_missing(&mut self, missing: Vec<MissingEntry>) {
        self.own_entries.missing += missing.len() as u64;
        let room = MOST_NAMED.saturating_sub(self.missing_entries.len());
        self.missing_entries.extend(missing.into_iter().take(room));
    }

    /// The center has sent what it has: what was missing and came is not missing any more.
    pub(super) fn recount(
        &mut self,
        is_here: impl Fn(EntryId) -> Result<bool, LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut gone = Vec::with_capacity(self.missing_entries.len());
        for entry in std::mem::take(&mut self.missing_entries) {
            match entry.id.map(&is_here).transpose()? {
                Some(true) => {
                    self.own_entries.missing -= 1;
                    self.own_entries.at_center += 1;
                }
                _ => gone.push(entry),
            }
        }
        self.missing_entries = gone;
        Ok(())
    }

    /// The report that stands in this folder.
    ///
    /// # Errors
    /// `NewerFormat` where a newer program wrote it.
    pub fn read(folder: &Path) -> Result<Option<RepairReport>, LedgerError> {
        let text = match fs::read(folder.join(FILE)) {
            Ok(text) => text,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        match serde_json::from_slice::<Versioned>(&text) {
            Ok(told) if told.version > REPORT_VERSION => Err(Code::NewerFormat.into()),
            // A report that does not read is no reason to keep anybody out.
            _ => Ok(serde_json::from_slice(&text).ok()),
        }
    }

    /// Keeps it, whole or not at all.
    pub fn write(&self, folder: &Path) -> Result<(), LedgerError> {
        let text = serde_json::to_vec_pretty(self).map_err(|_| LedgerError::Coded(Code::Internal))?;
        let fresh = folder.join("repair-report.json.new");
        let mut file = File::create(&fresh)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&fresh, folder.join(FILE))?;
        Ok(folders::sync(folder)?)
    }
}
