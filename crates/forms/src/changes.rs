//! What a session tells its screen: the state of every node, and exactly what a change changed.

use crate::form::Kind;
use crate::place::read_places;
use crate::value::{read_number, write_number};
use serde::Serialize;
use std::collections::BTreeMap;

/// A choice on offer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChoiceView {
    /// The value to answer with.
    pub name: String,
    /// The label in the session's language.
    pub label: String,
    /// The files to show beside it, by kind, as [`NodeView::media`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<String, String>,
}

/// One node of a session as it now stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// The absolute path; rows carry their number.
    pub path: String,
    /// The path of the group or row that holds the node.
    pub parent: String,
    /// What the node is.
    pub kind: Kind,
    /// The label with values filled in; the name where there is none.
    pub label: String,
    /// The hint with values filled in.
    pub hint: String,
    /// The appearance as written in the workbook.
    pub appearance: String,
    /// The answer, empty when there is none.
    pub value: String,
    /// Whether the node is asked at present.
    pub relevant: bool,
    /// Whether an answer must be given.
    pub required: bool,
    /// Whether the answer cannot be changed by hand.
    pub read_only: bool,
    /// What is wrong with the answer that was given.
    pub problem: Option<String>,
    /// The choices on offer, for selects.
    pub choices: Option<Vec<ChoiceView>>,
    /// The parameters as written in the workbook, by name.
    pub parameters: BTreeMap<String, String>,
    /// The files to show beside the label, by kind: `image`, `big-image`, `audio`, `video`.
    pub media: BTreeMap<String, String>,
    /// Help that is shown on demand, with values filled in.
    pub guidance: String,
    /// Whether the form gives a label; without one, `label` is the name or empty.
    pub has_label: bool,
    /// Which row this is, from 1, for rows of repeats.
    pub row: Option<usize>,
}

impl NodeView {
    /// The value as the ODK engines show it: nothing while the node is not asked, decimals and places with a point.
    #[must_use]
    pub fn odk_value(&self) -> String {
        let pointed = |number: &str| {
            let value = read_number(number);
            let text = write_number(value);
            if !value.is_finite() || text.contains('.') { text } else { format!("{text}.0") }
        };
        match self.kind {
            _ if !self.relevant || self.value.is_empty() => {
                if self.relevant {
                    self.value.clone()
                } else {
                    String::new()
                }
            }
            Kind::Decimal if read_number(&self.value).is_finite() => pointed(&self.value),
            Kind::Geopoint | Kind::Geotrace | Kind::Geoshape if read_places(&self.value).is_some() => {
                let places = self
                    .value
                    .split(';')
                    .map(|place| place.split_whitespace().map(pointed).collect::<Vec<_>>().join(" "));
                places.collect::<Vec<_>>().join(";")
            }
            _ => self.value.clone(),
        }
    }
}

/// What changed at one node; what did not change is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NodeChange {
    /// The node's path after the change.
    pub path: String,
    /// Whether it is now asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevant: Option<bool>,
    /// Whether an answer must now be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Whether it can now not be changed by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is now wrong with the answer; `Some(None)`: nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Option<String>>,
    /// The choices now on offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<ChoiceView>>,
    /// The new label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The new hint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The new help that is shown on demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// The files now to show beside the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<BTreeMap<String, String>>,
}

/// A row whose number changed because one before it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renumbered {
    /// Its path before.
    pub from: String,
    /// Its path now.
    pub to: String,
}

/// Everything that one act changed, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The nodes that changed, in document order, new rows not among them.
    pub changed: Vec<NodeChange>,
    /// The rows that came, as paths; ask `nodes()` for what they hold.
    pub added: Vec<String>,
    /// The rows that went, as the paths they had.
    pub removed: Vec<String>,
    /// The rows that stayed under another number.
    pub renumbered: Vec<Renumbered>,
}

impl Changes {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }

    /// The change at a path.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&NodeChange> {
        self.changed.iter().find(|change| change.path == path)
    }
}

/// Something that hinders submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The node's path.
    pub path: String,
    /// What is wrong, in the session's language; never holds the answer itself unless the form's author wrote so.
    pub message: String,
    /// The same in each language of the form, by the language's code (`zh`), or its name where it has none.
    pub messages: BTreeMap<String, String>,
}
