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
    /// An official due list.
    DueList,
    /// The pension office's list of who is certified.
    OfficialList,
    /// A sheet from above, to be filled.
    FormSheet,
    /// A batch file to write.
    Batch,
    /// A workbook to write.
    Ledger,
    /// A file that answers a question, or one of these to write.
    File,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// A folder.
    Folder,
}

/// What is offered first; what a file really is, desk finds out.
const FILES: &[&str] = &[
    "pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "wps", "et", "dps", "txt", "csv", "jpg", "jpeg",
    "png", "webp", "mp3", "m4a", "aac", "amr", "ogg", "opus", "wav", "flac", "mp4", "3gp", "webm", "mov",
];
const SOUNDS: &[&str] = &["mp3", "m4a", "aac", "amr", "ogg", "oga", "opus", "wav", "flac"];
const FILMS: &[&str] = &["mp4", "m4v", "3gp", "3g2", "webm", "mov"];

impl What {
    fn key(self) -> &'static str {
        match self {
            What::Receipt => "choose.receipt",
            What::Roster => "choose.roster",
            What::DueList => "choose.due_list",
            What::OfficialList => "choose.official_list",
            What::FormSheet => "choose.form_sheet",
            What::Batch => "choose.batch",
            What::Ledger => "choose.ledger",
            What::File => "choose.file",
            What::Audio => "choose.audio",
            What::Video => "choose.video",
            What::Folder => "choose.folder",
        }
    }

    fn kind(self) -> (&'static str, &'static [&'static str]) {
        match self {
            What::Receipt | What::Batch => ("kind.bangban", &["bangban"]),
            What::Roster | What::DueList | What::OfficialList | What::FormSheet => {
                ("kind.sheet", &["xlsx", "xls", "ods", "csv"])
            }
            What::Ledger => ("kind.xlsx", &["xlsx"]),
            What::File => ("kind.file", FILES),
            What::Audio => ("kind.audio", SOUNDS),
            What::Video => ("kind.video", FILMS),
            What::Folder => ("kind.file", &[]),
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
    if matches!(what, What::Folder) {
        let mut dialog = window.dialog().file().set_parent(&window).set_title(words.say(what.key(), &[]));
        // GTK begins among the files of late, where no folder can be chosen, not even one whose path is typed.
        if cfg!(target_os = "linux")
            && let Some(user) = directories::UserDirs::new()
        {
            dialog = dialog.set_directory(user.home_dir());
        }
        return Ok(ask(dialog, Asked::Folder).await.map(|path| office.offer_file(&path)));
    }
    let key = if save && matches!(what, What::File) { "choose.save_file" } else { what.key() };
    let mut dialog = window.dialog().file().set_parent(&window).set_title(words.say(key, &[]));
    // A file that is saved has an ending of its own.
    let own = name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_owned());
    let own = own.filter(|_| save && matches!(what, What::File));
    dialog = match &own {
        Some(ending) => dialog.add_filter(words.say(kind, &[]), &[ending]),
        None => dialog.add_filter(words.say(kind, &[]), endings),
    };
    if let Some(name) = name.filter(|_| save) {
        dialog = dialog.set_file_name(name);
    }
    let ending = own.as_deref().or(endings.first().copied());
    let chosen = ask(dialog, if save { Asked::NewFile } else { Asked::File }).await;
    Ok(chosen.map(|path| office.offer_file(&with_ending(path, save, ending))))
}

/// What a dialog asks for.
enum Asked {
    File,
    NewFile,
    Folder,
}

async fn ask(dialog: FileDialogBuilder<tauri::Wry>, asked: Asked) -> Option<PathBuf> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let done = move |chosen: Option<tauri_plugin_dialog::FilePath>| {
        // Whoever asked may be gone: the window closed.
        let _ = answer.send(chosen.and_then(|chosen| chosen.into_path().ok()));
    };
    match asked {
        Asked::File => dialog.pick_file(done),
        Asked::NewFile => dialog.save_file(done),
        Asked::Folder => dialog.pick_folder(done),
    }
    answered.await.ok().flatten()
}

/// A file to write gets its ending where the person left it out.
fn with_ending(path: PathBuf, save: bool, ending: Option<&str>) -> PathBuf {
    match (save, path.extension(), ending) {
        (true, None, Some(ending)) => path.with_extension(ending),
        _ => path,
    }
}
