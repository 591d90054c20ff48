//! The functions of XPath 1.0 and ODK XForms, and those of the trade: each with its name and how many arguments it takes.

mod date;
mod file;
mod node;
mod number;
mod place;
mod text;
mod trade;

use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::syntax::Expr;
use crate::value::Value;

type Outcome = Result<Value, EvalError>;
type Run = fn(&Evaluator<'_>, &[Expr], Focus) -> Outcome;

/// One function.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) run: Run,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    pub(crate) fn check_count(&self, given: usize) -> Result<(), EvalError> {
        if (self.least..=self.most).contains(&given) {
            Ok(())
        } else {
            Err(EvalError::ArgumentCount { name: self.name, given })
        }
    }
}

const MANY: usize = usize::MAX;

const fn function(name: &'static str, least: usize, most: usize, run: Run) -> Function {
    Function { name, least, most, run }
}

/// Every function, in alphabetical order.
static FUNCTIONS: &[Function] = &[
    function("abs", 1, 1, number::abs),
    function("acos", 1, 1, number::acos),
    function("add-date", 2, 3, date::add_date),
    function("add-workdays", 2, 2, trade::add_workdays),
    function("area", 1, 1, place::area),
    function("asin", 1, 1, number::asin),
    function("atan", 1, 1, number::atan),
    function("atan2", 2, 2, number::atan2),
    function("base64-decode", 1, 1, file::base64_decode),
    function("boolean", 1, 1, node::boolean),
    function("boolean-from-string", 1, 1, node::boolean_from_string),
    function("ceiling", 1, 1, number::ceiling),
    function("checklist", 2, MANY, node::checklist),
    function("cn-id-age", 1, 2, trade::cn_id_age),
    function("cn-id-birthdate", 1, 1, trade::cn_id_birthdate),
    function("cn-id-sex", 1, 1, trade::cn_id_sex),
    function("cn-id-valid", 1, 1, trade::cn_id_valid),
    function("coalesce", 2, MANY, text::coalesce),
    function("concat", 0, MANY, text::concat),
    function("contains", 2, 2, text::contains),
    function("cos", 1, 1, number::cos),
    function("count", 1, 1, node::count),
    function("count-non-empty", 1, 1, node::count_non_empty),
    function("count-selected", 1, 1, text::count_selected),
    function("current", 0, 0, node::current),
    function("date", 1, 1, date::date),
    function("date-time", 1, 1, date::date),
    function("decimal-date-time", 1, 1, date::decimal_date_time),
    function("decimal-time", 1, 1, date::decimal_time),
    function("difference-in-months", 2, 2, date::difference_in_months),
    function("digest", 2, 3, file::digest),
    function("distance", 1, MANY, place::distance),
    function("ends-with", 2, 2, text::ends_with),
    function("exp", 1, 1, number::exp),
    function("exp10", 1, 1, number::exp10),
    function("false", 0, 0, node::never),
    function("floor", 1, 1, number::floor),
    function("format-date", 2, 2, date::format_date),
    function("format-date-time", 2, 2, date::format_date),
    function("geofence", 2, 2, place::geofence),
    function("id", 1, 1, node::id),
    function("if", 3, 3, node::choose),
    function("indexed-repeat", 3, 7, node::indexed_repeat),
    function("instance", 1, 1, node::instance),
    function("int", 1, 1, number::int),
    function("intersects", 1, 1, place::intersects),
    function("join", 1, MANY, text::join),
    function("jr:choice-name", 2, 2, node::choice_name),
    function("jr:itext", 1, 1, text::string),
    function("lang", 1, 1, node::lang),
    function("last", 0, 0, node::last),
    function("local-name", 0, 1, node::name),
    function("log", 1, 1, number::log),
    function("log10", 1, 1, number::log10),
    function("luhn-valid", 1, 1, trade::luhn_valid),
    function("mask", 1, 3, trade::mask),
    function("max", 1, MANY, number::max),
    function("min", 1, MANY, number::min),
    function("name", 0, 1, node::name),
    function("namespace-uri", 0, 1, node::namespace),
    function("normalize-space", 0, 1, text::normalize_space),
    function("not", 1, 1, node::not),
    function("now", 0, 0, date::now),
    function("number", 0, 1, number::number),
    function("once", 1, 1, node::once),
    function("pi", 0, 0, number::pi),
    function("position", 0, 1, node::position),
    function("pow", 2, 2, number::pow),
    function("pulldata", 4, 4, file::pulldata),
    function("random", 0, 0, number::random),
    function("randomize", 1, 2, node::randomize),
    function("regex", 2, 2, text::regex),
    function("round", 1, 2, number::round),
    function("selected", 2, 2, text::selected),
    function("selected-at", 2, 2, text::selected_at),
    function("sin", 1, 1, number::sin),
    function("sqrt", 1, 1, number::sqrt),
    function("starts-with", 2, 2, text::starts_with),
    function("string", 0, 1, text::string),
    function("string-length", 0, 1, text::string_length),
    function("substr", 2, 3, text::substr),
    function("substring", 2, 3, text::substring),
    function("substring-after", 2, 2, text::substring_after),
    function("substring-before", 2, 2, text::substring_before),
    function("sum", 1, 1, number::sum),
    function("tan", 1, 1, number::tan),
    function("time", 1, 1, date::time),
    function("today", 0, 0, date::today),
    function("translate", 3, 3, text::translate),
    function("true", 0, 0, node::always),
    function("uuid", 0, 1, text::uuid),
    function("weighted-checklist", 2, MANY, node::weighted_checklist),
    function("workdays-between", 2, 2, trade::workdays_between),
];

/// The function of that name.
pub(crate) fn find_function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by(|known| known.name.cmp(name)).ok().and_then(|at| FUNCTIONS.get(at))
}

/// The argument at a place; its presence is checked before a function runs.
fn argument<'a>(arguments: &'a [Expr], at: usize, function: &'static str) -> Result<&'a Expr, EvalError> {
    arguments.get(at).ok_or(EvalError::ArgumentCount { name: function, given: arguments.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_every_function_is_found() {
        for known in FUNCTIONS {
            assert!(find_function(known.name).is_some(), "{} stands in the wrong place", known.name);
        }
        assert!(find_function("nosuch").is_none());
    }
}
