//! Which materials are asked for now, and why the others are not.

use crate::facts::Facts;
use crate::item_card::ItemCard;
use crate::item_parts::Material;
use crate::item_words::{Obtained, PaperKind};
use bangban_forms::{Context, Rule};
use bangban_model::handling::{AUTHORITY, Handling, Mode};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The answers of a form by the questions' names, those of several rows together.
pub type Answers = BTreeMap<String, Vec<String>>;

/// How a material stands for this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// It must be handed in.
    Required,
    /// It may be handed in.
    Optional,
    /// Its `when` does not hold at present.
    NotNow,
    /// 部门共享: the office has it from another department.
    Shared,
    /// 电子证照: the office looks the licence up.
    ELicense,
    /// 告知承诺: a promise stands instead.
    Promise,
}

impl Ask {
    /// Whether anything is asked of the person.
    #[must_use]
    pub fn is_asked(self) -> bool {
        matches!(self, Ask::Required | Ask::Optional)
    }
}

/// The answers by name, of answers by path: `/data/household/members[2]/income` is one of `income`.
#[must_use]
pub fn answers_by_name(answers: &BTreeMap<String, String>) -> Answers {
    let mut named = Answers::new();
    for (path, value) in answers {
        let last = path.rsplit('/').next().unwrap_or_default();
        let name = last.split('[').next().unwrap_or_default();
        named.entry(name.to_owned()).or_default().push(value.clone());
    }
    named
}

/// Every material of an item with how it stands. `when` names the form's questions first, then the facts; one that cannot be
/// read or has no value counts as holding, so that rather too much is asked for than a paper forgotten.
#[must_use]
pub fn materials_asked<'a>(
    card: &'a ItemCard,
    answers: &Answers,
    facts: &Facts,
    context: &Context,
) -> Vec<(&'a Material, Ask)> {
    let ask = |material: &Material| {
        if material.when.as_deref().is_some_and(|when| !holds(when, answers, facts, context)) {
            return Ask::NotNow;
        }
        match material.obtained {
            Obtained::Shared => Ask::Shared,
            Obtained::ELicense => Ask::ELicense,
            Obtained::Promise => Ask::Promise,
            Obtained::Ask if material.required => Ask::Required,
            Obtained::Ask => Ask::Optional,
        }
    };
    card.materials.iter().map(|material| (material, ask(material))).collect()
}

/// 代办服务委托书: what the agent needs who acts for somebody.
static AUTHORITY_PAPER: LazyLock<Material> = LazyLock::new(|| Material {
    id: AUTHORITY.to_owned(),
    name: "代办服务委托书（委托人签名或按指印）".to_owned(),
    name_en: Some("Written authority, signed or with a fingerprint".to_owned()),
    required: true,
    picture: true,
    kind: Some(PaperKind::Original),
    ..Material::default()
});

/// The written authority as a material.
#[must_use]
pub fn authority_paper() -> &'static Material {
    &AUTHORITY_PAPER
}

/// The written authority, where this way of handling needs one (民法典 165).
#[must_use]
pub fn authority_asked(handling: &Handling) -> Option<(&'static Material, Ask)> {
    (handling.mode == Some(Mode::Act)).then(|| (authority_paper(), Ask::Required))
}

/// In a case that belongs to a bundle: what the bundle's card gets otherwise than from the person is asked of nobody.
#[must_use]
pub fn spared_by<'a>(asked: Vec<(&'a Material, Ask)>, bundle: &ItemCard) -> Vec<(&'a Material, Ask)> {
    let otherwise = |id: &str| {
        let own = bundle.materials.iter().find(|material| material.id == id)?;
        match own.obtained {
            Obtained::Ask => None,
            Obtained::Shared => Some(Ask::Shared),
            Obtained::ELicense => Some(Ask::ELicense),
            Obtained::Promise => Some(Ask::Promise),
        }
    };
    let ask = |(material, ask): (&'a Material, Ask)| match otherwise(&material.id) {
        Some(spared) if ask.is_asked() => (material, spared),
        _ => (material, ask),
    };
    asked.into_iter().map(ask).collect()
}

/// Whether nothing is missing of a material.
#[must_use]
pub fn is_there(material: &Material, pictured: bool, seen: bool) -> bool {
    pictured || (seen && !material.picture)
}

/// Of the materials of a case, those that must be handed in and are missing: no picture of it lies there, and where none is
/// asked for the original was not looked at either.
pub fn lacking<'a>(
    asked: impl IntoIterator<Item = (&'a Material, Ask)>,
    pictured: impl Fn(&str) -> bool,
    seen: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &'a Material> {
    let lacks = move |(material, ask): &(&Material, Ask)| {
        *ask == Ask::Required && !is_there(material, pictured(&material.id), seen(&material.id))
    };
    asked.into_iter().filter(lacks).map(|(material, _)| material)
}

fn holds(when: &str, answers: &Answers, facts: &Facts, context: &Context) -> bool {
    let value = |name: &str| match answers.get(name) {
        Some(values) => values.clone(),
        None => facts.value(name).into_iter().collect(),
    };
    Rule::read(when).and_then(|rule| rule.holds(context, value)).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Household, Person};
    use chrono::DateTime;

    fn ask(material: &str, answers: &[(&str, &str)], person: &Person) -> Ask {
        let head = "code = \"X\"\nname = \"某\"\nshort_name = \"某\"\ndepartment = \"民政\"\n";
        let card = ItemCard::read(&format!("{head}[[materials]]\nid = \"m\"\nname = \"材料\"\n{material}"))
            .expect("a card");
        let now = DateTime::parse_from_rfc3339("2026-11-26T10:00:00+08:00").expect("a moment");
        let facts = Facts::of(person, &Household::default(), now.date_naive());
        let answers = answers.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
        let asked = materials_asked(&card, &answers_by_name(&answers), &facts, &Context::at(now));
        asked[0].1
    }

    #[test]
    fn a_material_is_asked_for_or_says_why_not() {
        let born = |text: &str| Person { birth: text.parse().ok(), ..Person::default() };
        let (child, adult) = (born("2015-01-01"), born("1980-01-01"));
        let proxy = "required = true\nwhen = \"${applies_for_other} = 'yes'\"";
        let guardian = "required = true\nwhen = \"${age} < 16\"";
        for (material, answers, person, expected) in [
            ("required = true", &[] as &[_], &adult, Ask::Required),
            ("", &[], &adult, Ask::Optional),
            ("required = true\nobtained = \"shared\"", &[], &adult, Ask::Shared),
            ("required = true\nobtained = \"e_license\"", &[], &adult, Ask::ELicense),
            ("required = true\nobtained = \"promise\"", &[], &adult, Ask::Promise),
            (proxy, &[("/data/applies_for_other", "yes")], &adult, Ask::Required),
            (proxy, &[("/data/applies_for_other", "no")], &adult, Ask::NotNow),
            (proxy, &[], &adult, Ask::NotNow),
            (guardian, &[], &child, Ask::Required),
            (guardian, &[], &adult, Ask::NotNow),
            (guardian, &[("/data/person/age", "15")], &adult, Ask::Required),
            (
                "when = \"${disabled} = 'yes'\"",
                &[("/data/m[1]/disabled", "no"), ("/data/m[2]/disabled", "yes")],
                &adult,
                Ask::Optional,
            ),
            ("obtained = \"shared\"\nwhen = \"${age} < 16\"", &[], &adult, Ask::NotNow),
            ("required = true\nwhen = \"${age} <\"", &[], &adult, Ask::Required),
        ] {
            assert_eq!(ask(material, answers, person), expected, "{material} {answers:?}");
        }
        assert!(Ask::Optional.is_asked() && !Ask::Promise.is_asked());
    }
}
