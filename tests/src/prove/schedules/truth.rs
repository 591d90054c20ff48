//! What was written, by whom, having seen what: kept apart from all that the programs keep, and compared at the end.

use crate::checks::{Held, hold};
use bangban_model::document::Document;
use bangban_model::{EntryId, SubjectId};
use serde_json::Value;
use std::collections::BTreeSet;

/// An entry that was acknowledged.
pub struct Kept {
    /// The entry.
    pub entry: EntryId,
    /// What it is about.
    pub subject: SubjectId,
    /// Who wrote it.
    pub by: &'static str,
    /// Copies were put back, and with what they took the place of its last bytes went: nobody can bring it back. It may come
    /// all the same, with a post that was long under way.
    pub gone: bool,
}

/// A value that somebody wrote with such an entry.
pub struct Written {
    /// The entry.
    pub entry: EntryId,
    /// The person.
    pub subject: SubjectId,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Value,
    /// The entries on this person that lay before the writer.
    pub seen: BTreeSet<EntryId>,
}

/// All of it.
#[derive(Default)]
pub struct Truth {
    /// In the order of writing.
    pub kept: Vec<Kept>,
    /// In the order of writing.
    pub written: Vec<Written>,
}

impl Truth {
    /// Of one subject: every acknowledged entry is there, and every value that nobody replaced knowingly holds its field or
    /// stands in an open conflict. What is gone is asked for no more, and replaces nothing.
    pub fn holds_in(&self, document: &Document) -> Held {
        let there = entries_of(document);
        for one in self.kept.iter().filter(|one| one.subject == document.subject && !one.gone) {
            hold(there.contains(&one.entry), || format!("entry {} of {} is lost", one.entry, one.by))?;
        }
        let about: Vec<&Written> = self
            .written
            .iter()
            .filter(|one| one.subject == document.subject && there.contains(&one.entry))
            .collect();
        for one in &about {
            let replaced =
                about.iter().any(|later| later.field == one.field && later.seen.contains(&one.entry));
            if replaced {
                continue;
            }
            let held = document.value(&one.field) == Some(&one.value);
            let open = document.conflicts.iter().filter(|conflict| conflict.field == one.field);
            let open = open.flat_map(|conflict| &conflict.contenders).any(|other| other.value == one.value);
            hold(held || open, || {
                format!("{} = {} (entry {}) vanished without a conflict", one.field, one.value, one.entry)
            })?;
        }
        Ok(())
    }

    /// Every subject that something was written about.
    pub fn subjects(&self) -> BTreeSet<SubjectId> {
        self.kept.iter().map(|one| one.subject).collect()
    }
}

/// The entries in force on a subject, those that only the center sees too.
pub fn entries_of(document: &Document) -> BTreeSet<EntryId> {
    let center = document.center.iter().flat_map(|center| &center.history);
    document.history.iter().chain(center).map(|line| line.entry).collect()
}
