//! An XLSForm workbook in, validated answers out. Pure: bytes, values and a [`Context`] in, values out.
//!
//! [`Form::read`] compiles a workbook; [`Session`] fills one in; [`check_answers`] runs answers from outside through
//! the form again; [`eval_expression`] evaluates a single expression.

mod attachments;
mod bind;
mod changes;
mod checked;
mod choices;
mod citizen_id;
mod columns;
mod compile;
mod context;
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
mod moment;
mod offer;
mod parameters;
mod pattern;
mod place;
mod question_type;
mod references;
mod repeats;
mod report;
mod row;
mod session;
mod settings;
mod settle;
mod shuffle;
mod survey;
mod syntax;
mod token;
mod value;
mod verdict;
mod workbook;

pub use changes::{Changes, ChoiceView, NodeChange, NodeView, Problem, Renumbered};
pub use checked::{Checked, check_answers};
pub use context::{Calendar, Context};
pub use error::{EvalError, FormError, FormErrorCode, Refusal};
pub use form::{Form, Kind};
pub use form_view::{FormView, ItemView};
pub use moment::Moment;
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
