//! Duplicates and lost photos at the center: staff say that two records are one person (rule E5), or that a photo will never
//! come (rule X4).

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_model::body::{Body, PhotoLost};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::settling::LONGEST_REASON_CHARS;
use bangban_model::{Audience, Code, Digest, SubjectId, joining};
use serde::Deserialize;

impl Center {
    /// Who may be the same person as this resident: of the same number, or of the same name in the household.
    pub fn alike(&self, sign_in: &SignIn, resident: SubjectId) -> Result<Vec<Document>, CenterError> {
        let (store, scope) = (self.store(), sign_in.staff.scope.as_str());
        let document = store.resident(scope, resident)?.ok_or(Code::PersonUnknown)?;
        let number = document.text("id_number");
        let mut found = match number.is_empty() {
            true => Vec::new(),
            false => store.residents_with_numbers(scope, &[number])?.into_iter().flatten().collect(),
        };
        let household = store.household_of(scope, document.subject)?;
        found.extend(household.into_iter().filter(|other| other.text("name") == document.text("name")));
        let mut alike: Vec<Document> = Vec::new();
        for other in found {
            let joinable = other.subject != document.subject
                && other.same_as.is_none()
                && other.stream == document.stream
                && alike.iter().all(|known| known.subject != other.subject);
            if joinable {
                alike.push(other);
            }
        }
        Ok(alike)
    }

    /// Joins two records of one person; see [`joining::joining`].
    pub fn join_people(
        &self,
        sign_in: &SignIn,
        one: SubjectId,
        same: SubjectId,
        from_same: &[String],
    ) -> Result<Written, CenterError> {
        require(sign_in, |role: Role| role.accepts() || role.confirms())?;
        let (store, scope) = (self.store(), sign_in.staff.scope.as_str());
        let other = store.resident(scope, same)?.ok_or(Code::PersonUnknown)?;
        store.write_on_resident(sign_in, one, self.now(), &mut |document| {
            Ok(joining::joining(document, &other, from_same)?)
        })
    }

    /// Declares a photo of a case lost: nobody asks for it any more; should it come after all, it is taken.
    pub fn declare_lost(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        digest: Digest,
        reason: &str,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::accepts)?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON_CHARS {
            return Err(CenterError::About(Code::BadInput, "reason".into()));
        }
        let here = self.store().verified_photos_of(case)?;
        if here.contains(&digest) {
            return Err(Code::PhotoHere.into());
        }
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            if document.newer {
                return Err(Code::NewerRecord.into());
            }
            let named = document.value(&photo_path(digest)).ok_or(Code::PhotoUnknown)?;
            let thumb = PhotoField::deserialize(named).ok().and_then(|field| field.thumb);
            let gone = [Some(digest), thumb.filter(|thumb| !here.contains(thumb))].into_iter().flatten();
            let lost = gone.filter(|digest| !document.lost_photos.contains(digest));
            Ok(lost
                .map(|digest| NewEntry {
                    stream: document.stream.clone(),
                    subject: document.subject,
                    audience: Audience::All,
                    saw: document.newest_seen(),
                    body: Body::PhotoLost(PhotoLost { digest, reason: reason.to_owned() }),
                })
                .collect())
        })
    }
}
