//! Functions on the files that come with a form, and digests.

use super::{Outcome, argument};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::syntax::Expr;
use crate::value::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// `pulldata('file', 'column', 'key column', key)`: the cell in the first row that has the key; nothing without one.
pub(super) fn pulldata(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = |at: usize| run.text(argument(arguments, at, "pulldata")?, focus);
    let (file, column, key_column, key) = (text(0)?, text(1)?, text(2)?, text(3)?);
    let stem = file.strip_suffix(".csv").unwrap_or(&file);
    let Some(list) = run.model.lists.iter().find(|list| list.name == stem) else {
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
    let bytes = match run.text(argument(arguments, 1, "digest")?, focus)?.as_str() {
        "SHA-256" => Sha256::digest(text.as_bytes()).to_vec(),
        "SHA-384" => Sha384::digest(text.as_bytes()).to_vec(),
        "SHA-512" => Sha512::digest(text.as_bytes()).to_vec(),
        _ => return Err(wrong),
    };
    let encoding = match arguments.get(2) {
        Some(given) => run.text(given, focus)?,
        None => "base64".to_owned(),
    };
    match encoding.as_str() {
        "hex" => Ok(Value::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect())),
        "base64" => Ok(Value::Text(to_base64(&bytes))),
        _ => Err(wrong),
    }
}

fn to_base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            let filled = place <= chunk.len();
            out.push(if filled { LETTERS.get(letter).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_filled_up() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(to_base64(text.as_bytes()), wanted);
        }
    }
}
