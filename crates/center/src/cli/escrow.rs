//! 恢复码 at the command line: taken out at the server, opened where the offline key lies.

use super::args::Escrow;
use super::offline::read_escrow_key;
use super::print::Printer;
use bangban_center::escrow::open_for_recovery;
use bangban_center::{Center, CenterError};
use bangban_model::Code;
use serde_json::json;
use std::fs;
use std::path::Path;
use uuid::Uuid;

/// No such file is larger (bytes).
const LARGEST_FILE: u64 = 1024 * 1024;

/// Writes the newest sealed data key of a laptop to a file that is carried to the offline key.
pub(super) fn take(
    center: &Center,
    out: &Printer,
    laptop: Uuid,
    to: &Path,
    staff: &str,
) -> Result<(), CenterError> {
    let file = center.take_escrow(&center.sign_in(staff)?, laptop)?;
    let text = serde_json::to_vec_pretty(&file).map_err(|_| CenterError::Coded(Code::Internal))?;
    fs::write(to, text)?;
    let place = to.display().to_string();
    out.show(&json!({"laptop": laptop, "file": place, "stored_at": file.stored_at}), || {
        vec![out.say("escrow.taken", &[("file", &place), ("at", &file.stored_at)])]
    });
    Ok(())
}

/// Reads the recovery code out of such a file, or of a laptop's `keys.json`. Needs no center.
pub(super) fn open(out: &Printer, file: &Path, key: &Path) -> Result<(), CenterError> {
    let key = read_escrow_key(key)?;
    if fs::metadata(file)?.len() > LARGEST_FILE {
        return Err(Code::NotAnEscrow.into());
    }
    let found = open_for_recovery(&fs::read(file)?, &key)?;
    out.show(&json!({"laptop": found.laptop, "number": found.number, "code": found.groups}), || {
        let mut lines = vec![out.say("escrow.number", &[("number", &found.number)])];
        lines.push(out.say("escrow.code", &[]));
        lines.extend(found.groups.iter().enumerate().map(|(at, group)| format!("    {}.  {group}", at + 1)));
        lines.push(out.say("escrow.read", &[]));
        lines
    });
    Ok(())
}

/// One arm a command that needs a center.
pub(super) fn run_escrow(center: &Center, out: &Printer, verb: &Escrow) -> Result<(), CenterError> {
    match verb {
        Escrow::Take { laptop, to, staff } => take(center, out, *laptop, to, staff),
        Escrow::Open { file, key } => open(out, file, key),
    }
}
