//! What an act told must be exactly what it changed: the nodes before and after are compared whole.

use bangban_forms::{Changes, NodeChange, NodeView, Session};
use std::collections::BTreeMap;

/// All nodes by path.
pub type Views = BTreeMap<String, NodeView>;

pub fn views(session: &Session) -> Views {
    session.nodes().into_iter().map(|view| (view.path.clone(), view)).collect()
}

/// Whether a path is another or lies below it.
fn is_under(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The nodes of before, rows that went left out and those that moved up under their new paths.
fn moved(before: Views, changes: &Changes) -> Views {
    let stays = |path: &str| !changes.removed.iter().any(|gone| is_under(path, gone));
    let kept = before.into_iter().filter(|(path, _)| stays(path));
    let renamed = kept.map(|(path, view)| {
        let row = changes.renumbered.iter().find(|row| is_under(&path, &row.from));
        (row.map_or(path.clone(), |row| path.replacen(&row.from, &row.to, 1)), view)
    });
    renamed.collect()
}

/// What is wrong with what an act told.
pub fn untold(before: Views, after: &Views, changes: &Changes) -> Vec<String> {
    let before = moved(before, changes);
    let mut wrong = Vec::new();
    for (path, view) in after {
        let told = changes.at(path);
        match before.get(path) {
            Some(old) => {
                let wanted = difference(old, view);
                if wanted.as_ref() != told {
                    wrong.push(format!("{path}: told {told:?}, changed {wanted:?}"));
                }
            }
            None if changes.added.iter().any(|row| is_under(path, row)) => {}
            None => wrong.push(format!("{path}: came and was not told")),
        }
    }
    wrong.extend(
        before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("{path}: went untold")),
    );
    wrong
}

fn difference(old: &NodeView, new: &NodeView) -> Option<NodeChange> {
    let change = NodeChange {
        path: new.path.clone(),
        relevant: (old.relevant != new.relevant).then_some(new.relevant),
        required: (old.required != new.required).then_some(new.required),
        read_only: (old.read_only != new.read_only).then_some(new.read_only),
        value: (old.value != new.value).then(|| new.value.clone()),
        problem: (old.problem != new.problem).then(|| new.problem.clone()),
        choices: (old.choices != new.choices).then(|| new.choices.clone().unwrap_or_default()),
        label: (old.label != new.label).then(|| new.label.clone()),
        hint: (old.hint != new.hint).then(|| new.hint.clone()),
        guidance: (old.guidance != new.guidance).then(|| new.guidance.clone()),
        media: (old.media != new.media).then(|| new.media.clone()),
    };
    let nothing = NodeChange { path: new.path.clone(), ..NodeChange::default() };
    (change != nothing).then_some(change)
}
