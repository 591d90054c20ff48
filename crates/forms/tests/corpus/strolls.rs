//! Each form of the corpus is answered at random, always the same way: whatever is done, an act tells exactly what it
//! changed, and the center comes to the same answers.

use crate::steps::{untold, views};
use crate::text::{FormText, names};
use crate::trace::{center_disagrees, context_of, read};
use bangban_forms::{Kind, NodeView, Session};
use std::collections::BTreeMap;

const STROLLS: u64 = 4;
const ACTS: usize = 40;

/// What is answered where nothing is on offer.
const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "3",
    "17",
    "66",
    "-5",
    "2.5",
    "y",
    "n",
    "yes",
    "OK",
    "余桂英",
    "王五",
    "42070419480315002X",
    "420704193403150034",
    "6217001234567890122",
    "13900000000",
    "2026-11-20",
    "2027-01-01",
    "2026-02-30",
    "14:30",
    "2026-11-21T14:30:00.000+08:00",
    "30.39 114.89",
    "two words",
];

/// A small generator, so that every run strolls the same way.
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    pub fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

#[test]
fn forms_answered_at_random_tell_what_changes_and_the_center_agrees() {
    let mut wrong = Vec::new();
    for name in names("good") {
        let text = FormText::read("good", &name);
        for seed in 0..STROLLS {
            let found = stroll(&text, seed);
            wrong.extend(found.into_iter().map(|what| format!("{name}, stroll {seed}, {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn stroll(text: &FormText, seed: u64) -> Vec<String> {
    let (form, context) = (read(text), context_of(text));
    let mut session = Session::new(&form, &context, &BTreeMap::new());
    let mut chance = Chance::seeded(seed.wrapping_mul(977) + 1);
    let mut done = Vec::new();
    let mut taken = 0;
    for _ in 0..ACTS {
        let before = views(&session);
        // Mostly where an answer may be given, sometimes anywhere.
        let anywhere = chance.below(8) == 0;
        let open = |node: &&NodeView| node.row.is_some() || is_open(node);
        let nodes: Vec<&NodeView> = before.values().filter(|node| anywhere || open(node)).collect();
        let node = (*chance.of(&nodes)).clone();
        let (act, changes) = step(&mut session, &mut chance, &node);
        done.push(act);
        let Ok(changes) = changes else { continue };
        taken += 1;
        let wrong = untold(before, &views(&session), &changes);
        if !wrong.is_empty() {
            return vec![format!("after {}: {}", done.join("; "), wrong.join("; "))];
        }
    }
    assert!(taken > 5, "{}: of {ACTS} acts only {taken} were taken", text.name);
    let wrong = center_disagrees(&form, &context, &session);
    wrong.into_iter().map(|what| format!("after {}: {what}", done.join("; "))).collect()
}

pub fn is_open(node: &NodeView) -> bool {
    node.relevant && !node.read_only && node.kind.has_value() && node.kind != Kind::Calculate
}

pub type Done = Result<bangban_forms::Changes, bangban_forms::Refusal>;

pub fn step(session: &mut Session, chance: &mut Chance, node: &NodeView) -> (String, Done) {
    if let Some(row) = node.row {
        let repeat = node.path.rsplit_once('[').unwrap().0.to_owned();
        return if chance.below(2) == 0 {
            (format!("+ {repeat}"), session.add_repeat(&repeat))
        } else {
            (format!("- {repeat}[{row}]"), session.remove_repeat(&node.path))
        };
    }
    if chance.below(25) == 0 {
        let languages = session.form().languages().to_vec();
        let language = if languages.is_empty() { String::new() } else { chance.of(&languages).clone() };
        return (format!("@ {language}"), session.set_language(&language));
    }
    let offered = node.choices.as_deref().unwrap_or_default();
    let value = match offered.len() {
        0 => (*chance.of(VALUES)).to_owned(),
        count => {
            let first = &offered[chance.below(count)].name;
            let second = &offered[chance.below(count)].name;
            match chance.below(4) {
                0 => String::new(),
                1 => format!("{first} {second}"),
                _ => first.clone(),
            }
        }
    };
    (format!("= {} {value}", node.path), session.answer(&node.path, &value))
}
