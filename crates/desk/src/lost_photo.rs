//! A photo that will never come (rule X4): a person says so, and nobody asks for it any more.

use crate::case_draft::photos_of;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_model::body::PhotoLost;
use bangban_model::entry::NewEntry;
use bangban_model::settling::LONGEST_REASON_CHARS;
use bangban_model::{Audience, Body, Code, Digest, SubjectId};

/// Declares a photo of a recorded case lost, its thumbnail with it where that is gone too.
///
/// # Errors
/// `PhotoUnknown` where the case does not name it, `PhotoHere` where its bytes lie on this laptop and will be sent, `PhotoThinned` where the township has it, `BadInput`
/// without a reason.
pub fn declare_lost(desk: &Desk, case: SubjectId, digest: Digest, reason: &str) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "reason"));
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, case, Code::CaseUnknown)?;
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    let photos = photos_of(&document);
    let field = photos.get(&digest).ok_or(Code::PhotoUnknown)?;
    if ledger.photo(digest)?.is_some() {
        return Err(Code::PhotoHere.into());
    }
    if ledger.is_thinned(digest)? {
        return Err(Code::PhotoThinned.into());
    }
    let mut gone = vec![digest];
    if let Some(thumb) = field.thumb
        && ledger.photo(thumb)?.is_none()
    {
        gone.push(thumb);
    }
    let lost = gone.into_iter().filter(|digest| !document.lost_photos.contains(digest));
    let entries: Vec<NewEntry> = lost
        .map(|digest| NewEntry {
            stream: document.stream.clone(),
            subject: document.subject,
            audience: Audience::All,
            saw: document.newest_seen(),
            body: Body::PhotoLost(PhotoLost { digest, reason: reason.to_owned() }),
        })
        .collect();
    if !entries.is_empty() {
        ledger.record(desk.author(), entries, None)?;
    }
    ledger.forget_lost_photos()?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::bench::{bench, village};
    use bangban_ledger::{database, photo_row};
    use bangban_model::body::CaseOpened;
    use bangban_model::photo::{PhotoField, photo_path};
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn x4_a_photo_whose_bytes_are_gone_is_declared_lost_and_waits_for_nothing_any_more() {
        let bench = bench();
        let (case, now) = (SubjectId(Uuid::now_v7()), bench.desk.clock.now());
        let digest = bench.desk.ledger().put_photo(b"a picture", now).unwrap();
        let field = PhotoField { slot: "id_card".into(), size_bytes: 9, ..PhotoField::default() };
        let opened = CaseOpened {
            item: "SSC".into(),
            form_version: "1".into(),
            form_digest: Digest::of(b"form"),
            resident: SubjectId(Uuid::now_v7()),
            household: None,
            visit: None,
            bundle: None,
            catalogue: None,
            set: [(photo_path(digest), json!(field))].into(),
        };
        let entry = NewEntry {
            stream: village(),
            subject: case,
            audience: Audience::All,
            saw: None,
            body: Body::CaseOpened(opened),
        };
        bench.desk.ledger().record(bench.desk.author(), vec![entry], None).unwrap();
        let said = |reason| declare_lost(&bench.desk, case, digest, reason).unwrap_err().code;
        assert_eq!(said("硬盘坏了"), Code::PhotoHere, "what lies here is not lost");
        {
            let ledger = bench.desk.ledger();
            let photos =
                database::open(&ledger.folder().join("photos.db"), ledger.data_key(), &[database::PHOTOS]);
            photos.unwrap().execute("DELETE FROM photo_bytes", []).unwrap();
            assert!(ledger.photos_gone([digest]).unwrap().contains(&digest));
        }
        assert_eq!(said(" "), Code::BadInput, "a reason is asked for");
        let elsewhere = declare_lost(&bench.desk, case, Digest::of(b"another"), "硬盘坏了").unwrap_err();
        assert_eq!(elsewhere.code, Code::PhotoUnknown);
        declare_lost(&bench.desk, case, digest, "硬盘坏了").unwrap();
        let entries = bench.entries();
        declare_lost(&bench.desk, case, digest, "硬盘坏了").unwrap();
        assert_eq!(bench.entries(), entries, "said once");
        let ledger = bench.desk.ledger();
        assert_eq!(photo_row::count(ledger.entries(), "pending").unwrap(), 0);
        let document = crate::desk::document(&ledger, case).unwrap().unwrap();
        assert_eq!(document.lost_photos, [digest]);
    }
}
