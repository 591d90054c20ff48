//! The system's own file dialogs. The screens get a token for what was chosen; paths stay on this side.

use crate::door::Refusal;
use bangban_desk::Office;
use bangban_desk::office::ChosenFile;
use bangban_model::words::{Language, Words};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

/// What a file is for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A receipt file from the township.
    Receipt,
    /// A roster.
    Roster,
    /// A batch file to write.
    Batch,
    /// A workbook to write.
    Ledger,
}

impl What {
    fn key(self) -> &'static str {
        match self {
            What::Receipt => "choose.receipt",
            What::Roster => "choose.roster",
            What::Batch => "choose.batch",
            What::Ledger => "choose.ledger",
        }
    }

    fn kind(self) -> (&'static str, &'static [&'static str]) {
        match self {
            What::Receipt | What::Batch => ("kind.bangban", &["bangban"]),
            What::Roster => ("kind.sheet", &["xlsx", "xls", "ods", "csv"]),
            What::Ledger => ("kind.xlsx", &["xlsx"]),
        }
    }
}

/// The window's own words; those of the screens stand with the screens.
pub fn words(language: Language) -> Words {
    Words::read(&[match language {
        Language::Chinese => include_str!("../../i18n/window.zh-CN.json"),
        Language::English => include_str!("../../i18n/window.en.json"),
    }])
}

/// Asks for a file; none where the person chose none.
#[tauri::command]
pub async fn choose(
    window: WebviewWindow,
    office: State<'_, Arc<Office>>,
    what: What,
    save: bool,
    name: Option<String>,
) -> Result<Option<ChosenFile>, Refusal> {
    let words = words(office.preferences().language());
    let (kind, endings) = what.kind();
    let mut dialog = window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title(words.say(what.key(), &[]))
        .add_filter(words.say(kind, &[]), endings);
    if let Some(name) = name.filter(|_| save) {
        dialog = dialog.set_file_name(name);
    }
    let chosen = ask(dialog, save).await;
    Ok(chosen.map(|path| office.offer_file(&with_ending(path, save, endings))))
}

async fn ask(dialog: FileDialogBuilder<tauri::Wry>, save: bool) -> Option<PathBuf> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let done = move |chosen: Option<tauri_plugin_dialog::FilePath>| {
        // Whoever asked may be gone: the window closed.
        let _ = answer.send(chosen.and_then(|chosen| chosen.into_path().ok()));
    };
    if save {
        dialog.save_file(done)
    } else {
        dialog.pick_file(done)
    }
    answered.await.ok().flatten()
}

/// A file to write gets its ending where the person left it out.
fn with_ending(path: PathBuf, save: bool, endings: &[&str]) -> PathBuf {
    match (save, path.extension(), endings.first()) {
        (true, None, Some(ending)) => path.with_extension(ending),
        _ => path,
    }
}
