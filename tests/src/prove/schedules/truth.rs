//! What was written, by whom, having seen what: kept apart from all that the programs keep, and compared at the end.

use crate::checks::{Held, hold};
use bangban_model::document::Document;
use bangban_model::{EntryId, SubjectId};
use serde_json::Value;
use std::collections::BTreeSet;

/// A value that an agent wrote and that was acknowledged.
pub struct Written {
    /// Whose laptop.
    pub laptop: usize,
    /// The entry.
    pub entry: EntryId,
    /// The person.
    pub subject: SubjectId,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Value,
    /// The entries on this person that lay before her.
    pub seen: BTreeSet<EntryId>,
}

/// All of it.
#[derive(Default)]
pub struct Truth {
    /// In the order of writing.
    pub written: Vec<Written>,
}

impl Truth {
    /// Of one person: every acknowledged entry is there, and every value that nobody replaced knowingly holds its field or
    /// stands in an open conflict.
    pub fn holds_in(&self, document: &Document) -> Held {
        let there: BTreeSet<EntryId> = document.history.iter().map(|line| line.entry).collect();
        let about: Vec<&Written> =
            self.written.iter().filter(|one| one.subject == document.subject).collect();
        for one in &about {
            hold(there.contains(&one.entry), || {
                format!("{} = {} of laptop {} is lost", one.field, one.value, one.laptop)
            })?;
            let replaced =
                about.iter().any(|later| later.field == one.field && later.seen.contains(&one.entry));
            if replaced {
                continue;
            }
            let held = document.value(&one.field) == Some(&one.value);
            let open = document.conflicts.iter().filter(|conflict| conflict.field == one.field);
            let open = open.flat_map(|conflict| &conflict.contenders).any(|other| other.value == one.value);
            hold(held || open, || {
                format!("{} = {} of laptop {} vanished without a conflict", one.field, one.value, one.laptop)
            })?;
        }
        Ok(())
    }
}
