//! An XLSForm workbook in, validated answers out. Pure: bytes, values and a [`Context`] in, values out.
//!
//! [`Form::read`] compiles a workbook; [`Session`] fills one in; [`check_answers`] runs answers from outside through
//! the form again; [`eval_expression`] evaluates a single expression.
//!
//! A workbook becomes a form as pyxform makes it one, a session does what the ODK XForms specification says. Where the
//! ODK engines (JavaRosa, Web Forms, Enketo) dispute, this is decided:
//!
//! - **What is not asked** is blank where its value is read or compared, and left out where nodes are counted, summed or
//!   joined (JavaRosa). Its value is kept and comes back with the question.
//! - **`sum`, `min`, `max`** follow XPath 1.0: a blank answer makes them NaN, which as an answer is none; the sum of
//!   nothing is 0. `coalesce(${n}, 0)` in the rows is the way round.
//! - **`${name}` in a predicate** means the row under test (JavaRosa), unless the formula stands in such a row itself.
//! - **`regex`** fits the whole text (JavaRosa); `\d` and `\w` are the plain ASCII ones.
//! - **A choice that a filter takes away** empties the answer and comes back with the choice (Web Forms). Answers that
//!   come from outside are not emptied but told as a problem.
//! - **Answers to a multiple select** stand in the list's order; a rank names everything on offer.
//! - **A blank number of rows** keeps the rows that are there; a row that is added begins without rows in the repeats
//!   within it.
//! - **A default formula** runs once, and once for each new row. **A triggered formula** runs when its trigger's value
//!   differs from the last one seen; of several, those above first.
//! - **`position(..)`** is the position among siblings of the same name: 1 for a group.
//! - **A half is rounded** away from zero, dates that do not exist have no value, a number computed for a date is days
//!   since 1970, one computed for a whole number loses its fraction.
//! - **`randomize`** gives the order that JavaRosa and Web Forms give for a seed; without one it lasts for the session.
//! - **A text missing in a language** is shown in the default one, not as `-`.
//! - **Cycles** are refused, a question that computes from itself among them; choices and triggers may name each other.
//!
//! [`Form::merge`] makes one form of several items' (a bundle, 一件事); [`Form::answers_for`] gives each its own back:
//!
//! - **Each workbook is compiled alone**, then the models are joined. `${name}` is bound by then, so that it means the
//!   item's own question; paths stay as they are.
//! - **Every item is asked as its own form would ask it.** A node knows which items ask it; a condition is evaluated as
//!   its item sees the form: other items' questions are not there, what it does not ask is blank to it. A question is
//!   shown while any ticked item asks it, required when any of those requires it, acceptable when it is for all.
//! - **Common is** what has the same path and type, and the same choices in the same order with the same labels. A label
//!   or hint is the first workbook's. Choices pass the filters of all items that ask; a lock holds when all lock.
//! - **A formula, trigger or number of rows that differs** is refused, as is a common formula whose questions are asked
//!   under other conditions in another item: each would compute another value. A differing default is merely proposed.
//! - **Notes with other texts** at one path are both shown, the later under another name: they have no answer.
//! - **Lists and files of one name** are one where their content is the same, else each item finds its own.
//! - **The order** is the first workbook's; what another has besides comes before what both have next.
//! - **Values given while an item was ticked** come back with it, like those of any question that is not asked.

mod attachments;
mod bind;
mod changes;
mod checked;
mod choices;
mod citizen_id;
mod columns;
mod compile;
mod context;
mod digest;
mod error;
mod evaluate;
mod files;
mod form;
mod form_view;
mod functions;
mod gather;
mod graph;
mod grow;
mod instance;
mod judge;
mod merge;
mod moment;
mod named;
mod naming;
mod offer;
mod parameters;
mod pattern;
mod place;
mod question_type;
mod references;
mod repeats;
mod report;
mod row;
mod rules;
mod session;
mod settings;
mod settle;
mod shown;
mod shuffle;
mod survey;
mod syntax;
mod token;
mod trigger;
mod value;
mod verdict;
mod workbook;

pub use changes::{Changes, ChoiceView, NodeChange, NodeView, Problem, Renumbered};
pub use checked::{Checked, check_answers};
pub use context::{Calendar, Context};
pub use error::{EvalError, FormError, FormErrorCode, Refusal};
pub use form::{Form, Kind};
pub use form_view::{FormView, ItemView};
pub use merge::{Bundle, MAX_BUNDLE_BYTES, MAX_PARTS, Part, Saving, TICK_LIST};
pub use moment::Moment;
pub use named::{MAX_RULE_BYTES, Rule};
pub use repeats::RepeatState;
pub use session::{MAX_ROWS, Session};
pub use value::{NodeSet, Value};
pub use workbook::{MAX_UNPACKED_BYTES, MAX_WORKBOOK_BYTES};

/// Evaluates a single expression that stands on its own, without a form.
///
/// # Errors
/// The expression cannot be read, or has no value.
pub fn eval_expression(expression: &str, context: &Context) -> Result<Value, EvalError> {
    let expr = syntax::parse(expression)?;
    let (model, tree) = (form::Model::default(), instance::Tree::default());
    let tools = context::Tools::new(context.seed, session::MAX_STEPS_PER_ACT);
    evaluate::Evaluator::new(&model, &tree, context, &tools, 0).run(&expr, instance::NodeRef::Nothing)
}
