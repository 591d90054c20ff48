//! What differs between two revisions of a case: answers, photos, papers and how it is handled, by path. Pure.

use crate::body::FieldSet;
use crate::document::Document;
use crate::handling::HANDLING_PREFIX;
use crate::paper::PAPER_PREFIX;
use crate::photo::PHOTO_PREFIX;
use serde_json::Value;
use std::collections::BTreeSet;

/// Answers of a form stand under this prefix.
pub const ANSWER_PREFIX: &str = "/data/";

/// One answer, photo or paper that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `/data/…`, `photo/<digest>`, `paper/<material>` or `handling/<field>`.
    pub path: String,
    /// What it was; none where it was not there.
    pub before: Option<Value>,
    /// What it is; none where it is gone.
    pub after: Option<Value>,
}

/// The answers, photos and papers of a case as its document has them.
pub fn values_of(document: &Document) -> FieldSet {
    let shown = |path: &str| {
        [ANSWER_PREFIX, PHOTO_PREFIX, PAPER_PREFIX, HANDLING_PREFIX]
            .iter()
            .any(|prefix| path.starts_with(prefix))
    };
    let fields = document.fields.iter().filter(|(path, field)| shown(path) && !field.held.value.is_null());
    fields.map(|(path, field)| (path.clone(), field.held.value.clone())).collect()
}

/// What differs from `before` to `after`, by path.
pub fn differences(before: &FieldSet, after: &FieldSet) -> Vec<Difference> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| Difference {
            path: path.clone(),
            before: before.get(path).cloned(),
            after: after.get(path).cloned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn sets() -> impl Strategy<Value = FieldSet> {
        proptest::collection::btree_map(
            "/data/[a-c]",
            (0..3u8).prop_map(|value| json!(value.to_string())),
            0..4,
        )
    }

    proptest! {
        #[test]
        fn what_differs_turns_one_revision_into_the_other(before in sets(), after in sets()) {
            let mut turned = before.clone();
            for difference in differences(&before, &after) {
                prop_assert_eq!(before.get(&difference.path), difference.before.as_ref());
                match difference.after {
                    Some(value) => turned.insert(difference.path, value),
                    None => turned.remove(&difference.path),
                };
            }
            prop_assert_eq!(turned, after);
        }
    }
}
