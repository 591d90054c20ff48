//! A workbook on disk read within bounds.

use bangban_desk::DeskError;
use bangban_forms::{Form, FormError, MAX_WORKBOOK_BYTES};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Compiles the workbook at a path.
///
/// # Errors
/// The file cannot be read. Mistakes in the form are the inner result.
pub fn read_form(file: &Path) -> Result<Result<Form, Vec<FormError>>, DeskError> {
    // One byte more than the bound is enough to be refused for it.
    let bytes = read_at_most(file, MAX_WORKBOOK_BYTES as u64 + 1)?;
    Ok(Form::read(&bytes))
}

fn read_at_most(file: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
