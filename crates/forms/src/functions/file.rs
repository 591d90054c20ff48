//! Functions on the files that come with a form, and digests.

use super::{Outcome, argument};
use crate::digest;
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::syntax::Expr;
use crate::value::Value;

/// `pulldata('file', 'column', 'key column', key)`: the cell in the first row that has the key; nothing without one.
pub(super) fn pulldata(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = |at: usize| run.text(argument(arguments, at, "pulldata")?, focus);
    let (file, column, key_column, key) = (text(0)?, text(1)?, text(2)?, text(3)?);
    let stem = file.strip_suffix(".csv").unwrap_or(&file);
    let Some(list) = run.find_list(stem).and_then(|list| run.model.lists.get(list)) else {
        // The name may be an answer, which no error may repeat.
        return Err(EvalError::BadArgument { function: "pulldata" });
    };
    let (Some(column), Some(key_column)) = (list.column(&column), list.column(&key_column)) else {
        return Ok(Value::text(""));
    };
    run.charge(list.choices.len() / 16)?;
    let row = (0..list.choices.len()).find(|row| list.cell(*row, key_column) == key && !key.is_empty());
    Ok(Value::text(row.map_or("", |row| list.cell(row, column))))
}

/// `digest(text, 'SHA-256', 'hex')`; in base64 where nothing else is asked for.
pub(super) fn digest(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let wrong = EvalError::BadArgument { function: "digest" };
    let text = run.text(argument(arguments, 0, "digest")?, focus)?;
    let algorithm = run.text(argument(arguments, 1, "digest")?, focus)?;
    run.charge(text.len() / 16)?;
    let Some(bytes) = digest::digest(&text, &algorithm) else { return Err(wrong) };
    let encoding = match arguments.get(2) {
        Some(given) => run.text(given, focus)?,
        None => "base64".to_owned(),
    };
    match encoding.as_str() {
        "hex" => Ok(Value::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect())),
        "base64" => Ok(Value::Text(digest::to_base64(&bytes))),
        _ => Err(wrong),
    }
}

/// `base64-decode(text)`: the text that base64 stands for.
pub(super) fn base64_decode(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = run.text(argument(arguments, 0, "base64-decode")?, focus)?;
    Ok(Value::Text(String::from_utf8_lossy(&digest::from_base64(&text)).into_owned()))
}
