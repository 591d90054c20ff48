//! Files, sounds and films that answer a question: known by their bytes, and kept before anything names them.

use crate::case_draft::{CaseDraft, photos_of};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::photo::{KeptPhoto, NewPhoto, keep_photo};
use bangban_forms::Kind;
use bangban_model::photo::PhotoField;
use bangban_model::{Code, Digest, SubjectId};
use bangban_photos::{
    Attached, FileKind, Limits, MAX_FILM_BYTES, MAX_PAPER_BYTES, Use, fitting_name, fitting_picture_name,
    kind_of,
};
use std::fs::File;
use std::io::Read;
use std::path::Path;

const MIB: u64 = 1024 * 1024;

/// The most that an answer to such a question may have, in bytes.
fn most_bytes(asked: Kind) -> u64 {
    if asked == Kind::Audio { MAX_PAPER_BYTES } else { MAX_FILM_BYTES }
}

fn too_large(most_bytes: u64) -> DeskError {
    DeskError::new(Code::FileTooLarge).with("most_mib", most_bytes / MIB)
}

/// Reads a file that was chosen, up to one byte more than is ever taken in.
pub fn read_file(file: &Path) -> Result<NewPhoto, DeskError> {
    let mut bytes = Vec::new();
    let most = MAX_FILM_BYTES.max(Limits::default().max_input_bytes as u64);
    File::open(file)?.take(most + 1).read_to_end(&mut bytes)?;
    let name = crate::file::name_of(file);
    Ok(NewPhoto { slot: None, bytes, name })
}

/// Keeps a file for the question at `path`, durable. A picture goes the pictures' way: only its pixels are kept.
///
/// # Errors
/// `FileNotTaken` for what this kind of question does not take, `FileTooLarge`; of pictures those of [`keep_photo`].
pub fn keep_file(desk: &Desk, path: &str, asked: Kind, new: &NewPhoto) -> Result<KeptPhoto, DeskError> {
    let size_bytes = new.bytes.len() as u64;
    if size_bytes > most_bytes(asked) {
        return Err(too_large(most_bytes(asked)));
    }
    let kind = match kind_of(&new.bytes) {
        Some(Attached::File(kind)) if takes(asked, kind) => kind,
        Some(Attached::Picture) if asked == Kind::File => return keep_picture(desk, path, new),
        _ => return Err(Code::FileNotTaken.into()),
    };
    if size_bytes > kind.most_bytes() {
        return Err(too_large(kind.most_bytes()));
    }
    let digest = desk.ledger().put_photo(&new.bytes, desk.clock.now())?;
    let field = PhotoField {
        slot: path.to_owned(),
        size_bytes,
        source: "file".to_owned(),
        name: Some(fitting_name(&new.name, &kind)),
        media: Some(kind.media.to_owned()),
        ..PhotoField::default()
    };
    Ok(KeptPhoto { digest, field, retake: false })
}

fn takes(asked: Kind, kind: FileKind) -> bool {
    match asked {
        Kind::Audio => kind.used == Use::Sound,
        Kind::Video => kind.used == Use::Film,
        _ => asked == Kind::File,
    }
}

fn keep_picture(desk: &Desk, path: &str, new: &NewPhoto) -> Result<KeptPhoto, DeskError> {
    let mut kept = keep_photo(desk, path, &new.bytes)?;
    let drawn = desk.ledger().photo(kept.digest)?.ok_or(Code::PhotoUnknown)?;
    kept.field.name = Some(fitting_picture_name(&new.name, &drawn));
    Ok(kept)
}

/// Writes a file that a case holds to where she said.
///
/// # Errors
/// `PhotoThinned` where it left this laptop for good reason; `PhotoUnknown` where neither the case nor its draft holds it, or its bytes are not on this laptop.
pub fn save_file(desk: &Desk, case: SubjectId, digest: Digest, to: &Path) -> Result<(), DeskError> {
    let bytes = {
        let ledger = desk.ledger();
        let drafted = CaseDraft::find(&ledger, case)?.is_some_and(|draft| draft.photos.contains_key(&digest));
        let recorded = desk::document(&ledger, case)?;
        if !drafted && !recorded.is_some_and(|document| photos_of(&document).contains_key(&digest)) {
            return Err(Code::PhotoUnknown.into());
        }
        match ledger.photo(digest)? {
            Some(bytes) => bytes,
            None if ledger.is_thinned(digest)? => return Err(Code::PhotoThinned.into()),
            None => return Err(Code::PhotoUnknown.into()),
        }
    };
    write_in_place(to, &bytes)
}
