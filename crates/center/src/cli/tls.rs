//! The server's TLS key at the command line.

use super::offline::read_text;
use super::print::Printer;
use bangban_center::{Center, CenterError};
use serde_json::json;
use std::path::Path;

/// Puts the key that lay offline in the place of the present one.
pub(super) fn replace(center: &Center, out: &Printer, key: &Path, staff: &str) -> Result<(), CenterError> {
    center.replace_tls(&center.sign_in(staff)?, &read_text(key)?)?;
    let offline = center.folder().offline().display().to_string();
    out.show(&json!({"replaced": true, "offline": offline}), || {
        vec![out.say("tls.replaced", &[]), out.say("tls.next", &[("folder", &offline)])]
    });
    Ok(())
}
