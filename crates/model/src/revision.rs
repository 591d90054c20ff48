//! What differs between two revisions of a case: fields and photos, by path. Pure.

use crate::document::Document;
use crate::photo::PHOTO_PREFIX;
use serde_json::Value;
use std::collections::BTreeSet;

/// Answers of a form stand under this prefix.
pub const ANSWER_PREFIX: &str = "/data/";

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `/data/…` or `photo/<digest>`.
    pub path: String,
    /// What it was; none where it was not there.
    pub before: Option<Value>,
    /// What it is; none where it is gone.
    pub after: Option<Value>,
}

/// The answers and photos that differ from `before` to `after`, by path.
pub fn differences(before: &Document, after: &Document) -> Vec<Difference> {
    let paths_of = |document: &Document| -> Vec<String> {
        let shown = |path: &&String| path.starts_with(ANSWER_PREFIX) || path.starts_with(PHOTO_PREFIX);
        document.fields.keys().filter(shown).cloned().collect()
    };
    let paths: BTreeSet<String> = paths_of(before).into_iter().chain(paths_of(after)).collect();
    paths
        .into_iter()
        .filter_map(|path| {
            let (was, is) = (before.value(&path).cloned(), after.value(&path).cloned());
            (was != is).then_some(Difference { path, before: was, after: is })
        })
        .collect()
}
