//! 一件事: a case of several items. It names its parts in fields; each part is a case of its own, decided by itself.

use crate::document::Document;
use crate::ids::SubjectId;

/// Fields whose path begins so are the cases of a bundle; the rest of the path is the case, the value its item's code.
pub const PART_PREFIX: &str = "part/";

/// The path of a part's field.
#[must_use]
pub fn part_path(case: SubjectId) -> String {
    format!("{PART_PREFIX}{case}")
}

/// The cases of a bundle with their items' codes; those taken out again are not among them.
pub fn parts_of(document: &Document) -> impl Iterator<Item = (SubjectId, &str)> {
    document.under(PART_PREFIX).filter_map(|(rest, value)| Some((rest.parse().ok()?, value.as_str()?)))
}

/// Whether a case is a bundle.
#[must_use]
pub fn is_bundle(document: &Document) -> bool {
    parts_of(document).next().is_some()
}
