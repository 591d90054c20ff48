//! What a select has on offer: its list filtered and in order, or the answers in a repeat; and what of the answer stays.

use crate::changes::ChoiceView;
use crate::evaluate::Focus;
use crate::form::{ChoiceList, ChoiceSource, Item, Kind};
use crate::instance::NodeRef;
use crate::session::Session;
use crate::shuffle::{seed_of_number, seed_of_text, shuffle};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The choices on offer where they are not simply a whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Choices of the list, by number, in the order to show.
    Rows(Vec<usize>),
    /// The answers that questions in a repeat have.
    Answers(Vec<String>),
}

impl Session {
    /// Looks anew at what is on offer, and what of the answer it lets stand.
    pub(crate) fn offer_choices(&mut self, slot: usize, node: usize) {
        let Some(state) = self.states.get(node) else { return };
        let mut seed = state.lasting_seed;
        if seed == 0 && self.item(node).is_some_and(|item| item.shuffled) {
            seed = self.tools.chance.next() | 1;
        }
        let offered = self.find_offer(node, seed);
        self.change(node, |state| {
            state.offered = offered;
            state.lasting_seed = seed;
        });
        let told = self.told_labels(node);
        self.change(node, |state| state.told = told);
        // What is taken over or comes from outside is judged as it is, not silently made to fit.
        if self.resuming || !self.work.may_turn(slot, node) {
            return;
        }
        let kept = self.states.get(node).and_then(|state| state.answered.clone());
        let answered = kept.unwrap_or_else(|| self.tree.value(node).to_owned());
        let fitting = self.fit_to_offer(node, &answered);
        let lacks = fitting != answered;
        self.change(node, |state| state.answered = lacks.then_some(answered));
        self.set_value(node, fitting);
    }

    /// What is on offer at a select; none: the whole list.
    pub(crate) fn find_offer(&self, node: usize, lasting_seed: u64) -> Option<Offer> {
        let item = self.item(node)?;
        match item.source? {
            ChoiceSource::Answers { question } => {
                Some(Offer::Answers(self.given_answers(node, item, question)))
            }
            ChoiceSource::List { .. } if !item.has_filter() && !item.shuffled => None,
            ChoiceSource::List { list, .. } => {
                let count = self.model().lists.get(list)?.choices.len();
                let rows = self.let_through(node, item, list, count);
                Some(Offer::Rows(if item.shuffled {
                    self.shuffled(node, item, rows, lasting_seed)
                } else {
                    rows
                }))
            }
        }
    }

    fn let_through(&self, node: usize, item: &Item, list: usize, count: usize) -> Vec<usize> {
        let lets_through = |choice: &usize| {
            let focus = Focus {
                node: NodeRef::Choice(list, *choice),
                origin: NodeRef::Live(node),
                position: choice + 1,
                size: count,
            };
            self.passes_filters(node, item, focus)
        };
        (0..count).filter(lets_through).collect()
    }

    /// Whether the filters of all parts that ask let something through.
    fn passes_filters(&self, node: usize, item: &Item, focus: Focus) -> bool {
        item.sides_in(self.asked(node)).all(|rules| {
            let Some(filter) = &rules.choice_filter else { return true };
            let run = self.evaluator().seen_by(rules.parts);
            run.eval(filter, focus).is_ok_and(|value| value.to_boolean())
        })
    }

    fn shuffled(&self, node: usize, item: &Item, rows: Vec<usize>, lasting_seed: u64) -> Vec<usize> {
        let Some(seed) = &item.seed else { return shuffle(rows, (lasting_seed >> 1).cast_signed()) };
        let value = self.evaluator_at(node).run(seed, NodeRef::Live(node)).unwrap_or(Value::Number(f64::NAN));
        let number = value.to_number(self.context.zone());
        let seed = if number.is_nan() { seed_of_text(&value.to_text()) } else { seed_of_number(number) };
        shuffle(rows, seed)
    }

    /// The answers to a question in a repeat, for whose rows the filter holds.
    fn given_answers(&self, node: usize, item: &Item, question: usize) -> Vec<String> {
        let model = self.model();
        // Outside of repeats there is one answer to choose from.
        let repeat = model.repeat_above(question).unwrap_or(0);
        let anchor = self.tree.anchor(model, node, repeat);
        let rows = self.tree.instances_under(model, anchor, repeat);
        let size = rows.len();
        // What one of the asking parts does not ask is no answer to it.
        let asking = self.asked(node) & item.members;
        let mut answers = Vec::new();
        for (at, row) in rows.into_iter().enumerate() {
            let focus =
                Focus { node: NodeRef::Live(row), origin: NodeRef::Live(node), position: at + 1, size };
            if !self.passes_filters(node, item, focus) {
                continue;
            }
            let found = self.tree.instances_under(model, row, question);
            let asked = |id: &usize| self.is_relevant(*id) && self.asked(*id) & asking == asking;
            let given = found.into_iter().filter(asked).map(|id| self.tree.value(id));
            answers.extend(given.filter(|value| !value.is_empty()).map(str::to_owned));
        }
        answers
    }

    /// The choices on offer at a select, as a screen shows them.
    pub(crate) fn choices(&self, node: usize) -> Option<Vec<ChoiceView>> {
        self.choices_in(node, self.language)
    }

    /// The labels of a list in which values are filled in.
    pub(crate) fn told_labels(&self, node: usize) -> Option<Vec<String>> {
        let told = self.model().list_of(self.tree.item_of(node)).is_some_and(ChoiceList::has_values);
        let choices = if told { self.choices(node) } else { None };
        choices.map(|choices| choices.into_iter().map(|choice| choice.label).collect())
    }

    /// The choices on offer, told in a language.
    pub(crate) fn choices_in(&self, node: usize, language: usize) -> Option<Vec<ChoiceView>> {
        let item = self.item(node).filter(|item| item.kind.is_select())?;
        let offered = self.states.get(node)?.offered.as_ref();
        let (number, value, label) = match (item.source?, offered) {
            (ChoiceSource::List { list, value, label }, _) => (list, value, label),
            (ChoiceSource::Answers { .. }, Some(Offer::Answers(answers))) => {
                let view = |answer: &String| ChoiceView {
                    name: answer.clone(),
                    label: answer.clone(),
                    ..ChoiceView::default()
                };
                return Some(answers.iter().map(view).collect());
            }
            (ChoiceSource::Answers { .. }, _) => return Some(Vec::new()),
        };
        let list = self.model().lists.get(number)?;
        let mut run = self.evaluator();
        run.language = language;
        let view = |at: usize| ChoiceView {
            name: list.cell(at, value).to_owned(),
            label: run.choice_text(number, at, label, NodeRef::Live(node)),
            media: list.media_of(at, language),
        };
        Some(match offered {
            Some(Offer::Rows(rows)) => rows.iter().map(|at| view(*at)).collect(),
            _ => (0..list.choices.len()).map(view).collect(),
        })
    }

    /// The names on offer in their order, and those that the list has but does not offer.
    fn names_at<'s>(&'s self, node: usize, value: &'s str) -> Option<(Vec<&'s str>, BTreeSet<&'s str>)> {
        let item = self.item(node)?;
        let offered = self.states.get(node)?.offered.as_ref();
        match (item.source?, offered) {
            (ChoiceSource::Answers { .. }, offered) => {
                let answers =
                    if let Some(Offer::Answers(answers)) = offered { answers.as_slice() } else { &[] };
                let names: Vec<&str> = answers.iter().map(String::as_str).collect();
                // An answer that was taken back or whose row went is gone.
                let chosen = std::iter::once(value).chain(value.split_whitespace());
                let gone = chosen.filter(|name| !names.contains(name)).collect();
                Some((names, gone))
            }
            (ChoiceSource::List { list, value, .. }, offered) => {
                let list = self.model().lists.get(list)?;
                let all = 0..list.choices.len();
                let Some(Offer::Rows(rows)) = offered else {
                    return Some((all.map(|at| list.cell(at, value)).collect(), BTreeSet::new()));
                };
                let names: Vec<&str> = rows.iter().map(|at| list.cell(*at, value)).collect();
                let kept: BTreeSet<&str> = names.iter().copied().collect();
                let others = all.map(|at| list.cell(at, value)).filter(|name| !kept.contains(name));
                Some((names, others.collect()))
            }
        }
    }

    /// An answer as what is on offer lets it stand: choices that the filter has taken away are left out, those of a
    /// multiple select stand in the list's order, and a rank names all that is on offer. Names that the list does not
    /// have at all stay: they are a mistake to show.
    pub(crate) fn fit_to_offer(&self, node: usize, value: &str) -> String {
        let kind = self.item(node).map(|item| item.kind);
        if value.is_empty() || !kind.is_some_and(Kind::is_select) {
            return value.to_owned();
        }
        let Some((names, gone)) = self.names_at(node, value) else { return value.to_owned() };
        if kind == Some(Kind::SelectOne) {
            return if gone.contains(value) { String::new() } else { value.to_owned() };
        }
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            places.entry(name).or_insert(at);
        }
        let mut kept: Vec<&str> = value.split_whitespace().filter(|name| !gone.contains(name)).collect();
        let unique: BTreeSet<&str> = kept.iter().copied().collect();
        let known = unique.len() == kept.len() && kept.iter().all(|name| places.contains_key(name));
        if known && kind == Some(Kind::Rank) {
            kept.extend(names.iter().filter(|name| !unique.contains(*name)));
        } else if known {
            kept.sort_by_key(|name| places.get(name));
        }
        kept.join(" ")
    }

    /// Whether a select's answer is made of choices on offer, none of them twice.
    pub(crate) fn choices_stand(&self, node: usize, kind: Kind, value: &str) -> bool {
        let Some((names, _)) = self.names_at(node, value) else { return true };
        if kind == Kind::SelectOne {
            return names.contains(&value);
        }
        let offered: BTreeSet<&str> = names.iter().copied().collect();
        let chosen: Vec<&str> = value.split_whitespace().collect();
        let unique: BTreeSet<&str> = chosen.iter().copied().collect();
        unique.len() == chosen.len() && chosen.iter().all(|name| offered.contains(name))
    }
}
