//! What a workbook's model says, carried over into the merged form: items, lists and languages by their new numbers.

use super::source::Source;
use crate::form::{ChoiceList, ChoiceSource, Item, Piece, Rules, Start, Texts};
use crate::syntax::{Call, Expr, Path, Reference, Step, Test};

impl Source {
    fn target(&self, item: usize) -> Option<usize> {
        self.items.get(item).copied()
    }

    pub(super) fn carry_expr(&self, mut expr: Expr) -> Expr {
        self.rewrite(&mut expr);
        expr
    }

    fn rewrite(&self, expr: &mut Expr) {
        match expr {
            Expr::Number(_) | Expr::Text(_) => {}
            Expr::Negate(inner) => self.rewrite(inner),
            Expr::Arithmetic(first, rest) => {
                self.rewrite(first);
                rest.iter_mut().for_each(|(_, right)| self.rewrite(right));
            }
            Expr::And(parts) | Expr::Or(parts) => parts.iter_mut().for_each(|part| self.rewrite(part)),
            Expr::Compare(left, _, right) | Expr::Union(left, right) => {
                self.rewrite(left);
                self.rewrite(right);
            }
            Expr::Call(Call { arguments, .. }) => arguments.iter_mut().for_each(|one| self.rewrite(one)),
            Expr::Reference(reference) | Expr::LastSaved(reference) => self.rewrite_reference(reference),
            Expr::Path(path) => self.rewrite_path(path),
            Expr::Filter { base, predicates, steps } => {
                self.rewrite(base);
                predicates.iter_mut().for_each(|predicate| self.rewrite(predicate));
                self.rewrite_steps(steps);
            }
        }
    }

    fn rewrite_reference(&self, reference: &mut Reference) {
        reference.target = reference.target.and_then(|target| self.target(target));
    }

    /// The root may have a name of the author's, which the other workbooks do not know.
    fn rewrite_path(&self, path: &mut Path) {
        if let Some(Step { test: Test::Name(name), .. }) = path.steps.first_mut().filter(|_| path.absolute)
            && !self.model.root.is_empty()
            && *name == self.model.root
        {
            "data".clone_into(name);
        }
        self.rewrite_steps(&mut path.steps);
    }

    fn rewrite_steps(&self, steps: &mut [Step]) {
        steps.iter_mut().flat_map(|step| &mut step.predicates).for_each(|predicate| self.rewrite(predicate));
    }

    fn carry_option(&self, expr: Option<&Expr>) -> Option<Expr> {
        expr.cloned().map(|expr| self.carry_expr(expr))
    }

    pub(super) fn carry_texts(&self, texts: &Texts) -> Texts {
        let mut carried = Texts::default();
        for (language, pieces) in &texts.by_language {
            let Some(language) = self.languages.get(*language) else { continue };
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Plain(text) => Piece::Plain(text.clone()),
                Piece::Value(expr) => Piece::Value(self.carry_expr(expr.clone())),
            });
            carried.by_language.entry(*language).or_insert_with(|| pieces.collect());
        }
        carried
    }

    fn carry_rules(&self, rules: &Rules) -> Rules {
        Rules {
            parts: self.part,
            relevant: self.carry_option(rules.relevant.as_ref()),
            required: self.carry_option(rules.required.as_ref()),
            required_message: self.carry_texts(&rules.required_message),
            read_only: self.carry_option(rules.read_only.as_ref()),
            constraint: self.carry_option(rules.constraint.as_ref()),
            constraint_message: self.carry_texts(&rules.constraint_message),
            choice_filter: self.carry_option(rules.choice_filter.as_ref()),
        }
    }

    /// Where an item's choices come from; the columns of a list are found by their names.
    fn carry_source(&self, source: ChoiceSource, lists: &[ChoiceList]) -> Option<ChoiceSource> {
        match source {
            ChoiceSource::Answers { question } => {
                Some(ChoiceSource::Answers { question: self.target(question)? })
            }
            ChoiceSource::List { list, value, label } => {
                let own = self.model.lists.get(list)?;
                let number = *self.lists.get(list)?;
                let merged = lists.get(number)?;
                let column = |at: usize| merged.column(own.columns.get(at)?);
                Some(ChoiceSource::List { list: number, value: column(value)?, label: column(label)? })
            }
        }
    }

    /// An item with its place left as it was, and everything else as the merged form numbers it.
    pub(super) fn carry_item(&self, item: &Item, lists: &[ChoiceList]) -> Item {
        Item {
            source: item.source.and_then(|source| self.carry_source(source, lists)),
            seed: self.carry_option(item.seed.as_ref()),
            label: self.carry_texts(&item.label),
            hint: self.carry_texts(&item.hint),
            guidance: self.carry_texts(&item.guidance),
            media: item.media.iter().map(|(name, texts)| (*name, self.carry_texts(texts))).collect(),
            rules: self.carry_rules(&item.rules),
            members: self.part,
            calculation: self.carry_option(item.calculation.as_ref()),
            triggers: item.triggers.iter().filter_map(|target| self.target(*target)).collect(),
            triggered: self.carry_option(item.triggered.as_ref()),
            repeat_count: self.carry_option(item.repeat_count.as_ref()),
            start: item.start.clone().map(|start| match start {
                Start::Computed(expr) => Start::Computed(self.carry_expr(expr)),
                other => other,
            }),
            ..item.clone()
        }
    }
}
