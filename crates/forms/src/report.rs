//! Mistakes gathered while a workbook is compiled, in words an official understands.

use crate::error::{EvalError, FormError, FormErrorCode};
use crate::references::Misuse;
use crate::workbook::cell_name;

/// The most mistakes worth telling of one workbook.
const MAX_TOLD: usize = 200;

/// A cell of a sheet, row and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    pub(crate) row: u32,
    pub(crate) column: u32,
}

/// The mistakes and warnings of one workbook.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) errors: Vec<FormError>,
    pub(crate) warnings: Vec<FormError>,
}

impl Report {
    pub(crate) fn error(&mut self, sheet: &str, cell: Cell, code: FormErrorCode, zh: &str, en: &str) {
        let error = located(sheet, cell, code, zh, en);
        // A cell with one mistake is told of once for each kind.
        if self.errors.len() < MAX_TOLD && !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    pub(crate) fn warning(&mut self, sheet: &str, cell: Cell, code: FormErrorCode, zh: &str, en: &str) {
        if self.warnings.len() < MAX_TOLD {
            self.warnings.push(located(sheet, cell, code, zh, en));
        }
    }

    /// A mistake in an expression.
    pub(crate) fn misuse(&mut self, sheet: &str, cell: Cell, misuse: &Misuse) {
        let (code, zh, en) = describe(misuse);
        self.error(sheet, cell, code, &zh, &en);
    }
}

fn located(sheet: &str, cell: Cell, code: FormErrorCode, zh: &str, en: &str) -> FormError {
    FormError {
        sheet: sheet.to_owned(),
        cell: cell_name(cell.row, cell.column),
        code,
        message_zh: zh.to_owned(),
        message_en: en.to_owned(),
    }
}

/// What the parser misses, in Chinese.
fn syntax_in_chinese(what: &str) -> &'static str {
    match what {
        "an operator is missing here" => "这里缺少运算符",
        "a closing bracket is missing" => "缺少右括号“)”",
        "a closing square bracket is missing" => "缺少右方括号“]”",
        "a comma or a closing bracket is missing" => "缺少逗号“,”或右括号“)”",
        "a closing quotation mark is missing" => "引号没有成对",
        "a closing brace is missing" => "${ 后面缺少“}”",
        "a name in braces is missing after $" => "$ 后面应为 {字段名}",
        "a value, a name or a function is missing here" => "这里缺少数值、字段名或函数",
        _ => "写法不对",
    }
}

fn describe(misuse: &Misuse) -> (FormErrorCode, String, String) {
    let evaluation = match misuse {
        Misuse::Ambiguous(name) => {
            return (
                FormErrorCode::AmbiguousName,
                format!("有多个字段叫“{name}”，无法确定 ${{{name}}} 指哪一个，请改名"),
                format!(
                    "several questions are named {name}: ${{{name}}} could mean any of them; rename them"
                ),
            );
        }
        Misuse::Evaluation(error) => error,
    };
    let en = evaluation.to_string();
    match evaluation {
        EvalError::Syntax { at, what } => (
            FormErrorCode::BadExpression,
            format!("公式写法有误：第 {at} 个字符处，{}", syntax_in_chinese(what)),
            en,
        ),
        EvalError::FullWidthSymbol { at, symbol } => (
            FormErrorCode::FullWidthSymbol,
            format!("公式第 {at} 个字符是全角符号“{symbol}”，请改用英文（半角）符号"),
            en,
        ),
        EvalError::UnknownFunction { name } => {
            (FormErrorCode::UnknownFunction, format!("没有“{name}”这个函数"), en)
        }
        EvalError::ArgumentCount { name, given } => {
            (FormErrorCode::ArgumentCount, format!("函数“{name}”的参数个数不对（写了 {given} 个）"), en)
        }
        EvalError::UnknownName { name } => {
            (FormErrorCode::UnknownName, format!("表单里没有“{name}”这个字段"), en)
        }
        EvalError::BadRegex => (FormErrorCode::BadRegex, "正则表达式无法使用".to_owned(), en),
        EvalError::BadArgument { function } => {
            (FormErrorCode::BadExpression, format!("函数“{function}”不能用这样的参数"), en)
        }
        EvalError::NoSuchDate => (FormErrorCode::BadExpression, "日期或时间不存在".to_owned(), en),
        EvalError::TooLarge | EvalError::TooManySteps => {
            (FormErrorCode::BadExpression, "公式太长或嵌套太深".to_owned(), en)
        }
    }
}
