//! Which answers are numbers that a screen masks until somebody asks for them.

use bangban_forms::NodeView;
use bangban_model::mask::{mask_bank_number, mask_identity, mask_middle, mask_phone};

/// What kind of number a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// An identity number.
    Identity,
    /// A telephone number.
    Phone,
    /// A bank account or card.
    Account,
    /// Something else that the form's author wants masked.
    Other,
}

impl Number {
    /// By the question's name, the last part of its path: `/data/person/id_number`, `/data/household/member[2]/member_id`.
    pub fn asked_by(path: &str) -> Option<Number> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&["id_number", "_id"]) {
            Some(Number::Identity)
        } else if ends(&["phone", "contact"]) {
            Some(Number::Phone)
        } else if ends(&["account", "card_number"]) {
            Some(Number::Account)
        } else {
            None
        }
    }

    /// By the question's appearance, as the form's author wrote it (`id-number`, `phone`, `bank-card`, `masked`); where it says
    /// nothing, by the question's name.
    pub fn asked_as(path: &str, appearance: &str) -> Option<Number> {
        let said = appearance.split_whitespace().find_map(|word| match word {
            "id-number" => Some(Number::Identity),
            "phone" => Some(Number::Phone),
            "bank-card" => Some(Number::Account),
            "masked" => Some(Number::Other),
            _ => None,
        });
        said.or_else(|| Number::asked_by(path))
    }

    /// The number that a question asks for.
    pub fn of(node: &NodeView) -> Option<Number> {
        Number::asked_as(&node.path, &node.appearance)
    }

    /// What of it may stand on a screen.
    pub fn mask(self, value: &str) -> String {
        match self {
            Number::Identity => mask_identity(value),
            Number::Phone => mask_phone(value),
            Number::Account => mask_bank_number(value),
            Number::Other => mask_middle(value, 0, 2),
        }
    }
}

/// An answer to this question as it may stand on a screen.
pub fn shown_of(node: &NodeView, value: &str) -> String {
    Number::of(node).map_or_else(|| value.to_owned(), |number| number.mask(value))
}

/// An answer to a question that is no longer known, as it may stand on a screen.
pub fn shown(path: &str, value: &str) -> String {
    Number::asked_by(path).map_or_else(|| value.to_owned(), |number| number.mask(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_of_the_catalogue_that_asks_for_a_number_is_known() {
        let catalogue = crate::Catalogue::built_in().expect("the catalogue");
        let mut unmasked = Vec::new();
        for item in catalogue.all() {
            let Ok(form) = item.form() else { continue };
            for asked in form.view().items {
                let label = asked.label.values().cloned().collect::<Vec<_>>().join(" / ");
                let personal = ["身份证号", "电话", "账号", "卡号", "残疾人证号"]
                    .iter()
                    .any(|word| label.contains(word));
                let answered = matches!(asked.kind, bangban_forms::Kind::Text | bangban_forms::Kind::Integer);
                if personal && answered && Number::asked_as(&asked.path, &asked.appearance).is_none() {
                    unmasked.push(format!("{} {} {label}", item.card.code, asked.path));
                }
            }
        }
        assert!(unmasked.is_empty(), "numbers that no screen masks: {unmasked:#?}");
        for (appearance, masked) in [
            ("id-number", "4207**********002X"),
            ("w2 masked", "****************2X"),
            ("", "42070419480315002X"),
        ] {
            let number = Number::asked_as("/data/sfz", appearance);
            let shown =
                number.map_or("42070419480315002X".to_owned(), |number| number.mask("42070419480315002X"));
            assert_eq!(shown, masked, "{appearance}");
        }
        assert_eq!(shown("/data/household/member[2]/member_id", "42070419480315002X"), "4207**********002X");
        assert_eq!(shown("/data/person/name", "余桂英"), "余桂英");
    }
}
