//! Keys that lie offline, read from the files that a person brings.

use bangban_center::CenterError;
use bangban_keys::{OpeningKey, Zeroizing};
use bangban_model::Code;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The text of such a file. What is no text is no key.
pub(super) fn read_text(file: &Path) -> Result<Zeroizing<String>, CenterError> {
    let text = fs::read_to_string(file).map_err(|problem| match problem.kind() {
        ErrorKind::InvalidData => CenterError::Coded(Code::OfflineKeyWrong),
        _ => problem.into(),
    })?;
    Ok(Zeroizing::new(text))
}

/// The township's offline key; lines that begin with # are remarks.
pub(super) fn read_escrow_key(file: &Path) -> Result<OpeningKey, CenterError> {
    let text = read_text(file)?;
    let secret = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let key = OpeningKey::from_secret_text(secret.unwrap_or_default());
    key.map_err(|_| CenterError::Coded(Code::OfflineKeyWrong))
}
