//! `bangban form`: an official's workbook checked, tried and begun. Needs no ledger and no PIN.

mod check;
mod eval;
mod line;
mod play;
mod template;
mod workbook;
mod world;

use crate::args::Form;
use crate::print::Printer;
use bangban_desk::DeskError;
use std::process::ExitCode;

/// Runs one of the form commands.
pub fn run_form(out: &Printer, verb: Form) -> Result<ExitCode, DeskError> {
    match verb {
        Form::Check { file } => check::check_form(out, &file),
        Form::Eval => eval::eval_lines(out),
        Form::Play { file, now, tz } => play::play_form(out, &file, now.as_deref(), tz.as_deref()),
        Form::New { file } => template::write_template(out, &file),
    }
}
