//! The server's TLS key at the command line.

use super::print::Printer;
use bangban_center::{Center, CenterError};
use bangban_keys::Zeroizing;
use bangban_model::Code;
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Puts the key that lay offline in the place of the present one.
pub(super) fn replace(center: &Center, out: &Printer, key: &Path, staff: &str) -> Result<(), CenterError> {
    let text = Zeroizing::new(fs::read_to_string(key).map_err(|problem| match problem.kind() {
        ErrorKind::InvalidData => CenterError::Coded(Code::OfflineKeyWrong),
        _ => problem.into(),
    })?);
    center.replace_tls(&center.sign_in(staff)?, &text)?;
    let offline = center.folder().offline().display().to_string();
    out.show(&json!({"replaced": true, "offline": offline}), || {
        vec![out.say("tls.replaced", &[]), out.say("tls.next", &[("folder", &offline)])]
    });
    Ok(())
}
