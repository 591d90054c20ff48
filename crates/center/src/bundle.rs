//! 一件事: the cases of a bundle are decided side by side; with the last one the bundle is closed.

use crate::center::Center;
use crate::error::CenterError;
use crate::staff::SignIn;
use bangban_model::body::{Body, BundleClosed};
use bangban_model::bundle::{is_bundle, parts_of};
use bangban_model::document::{Document, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, SubjectId};

/// Whether nothing more is to be decided of a case.
fn is_done(document: &Document) -> bool {
    let stage = document.case.as_ref().map(|file| file.stage);
    matches!(stage, Some(Stage::Confirmed | Stage::Withdrawn | Stage::Closed))
}

impl Center {
    /// Closes the bundle that a case belongs to, once every case of it is decided. Whether it did.
    pub(crate) fn close_bundle_of(&self, sign_in: &SignIn, case: SubjectId) -> Result<bool, CenterError> {
        let Some(line) = self.store().case(&sign_in.staff.scope, case)? else { return Ok(false) };
        let bundle = line.document.case.as_ref().and_then(|file| file.bundle);
        bundle.map_or(Ok(false), |bundle| self.close_bundle(sign_in, bundle))
    }

    /// Closes a bundle none of whose cases is still to be decided. Whether it did.
    pub(crate) fn close_bundle(&self, sign_in: &SignIn, bundle: SubjectId) -> Result<bool, CenterError> {
        let scope = &sign_in.staff.scope;
        let Some(parent) = self.store().case(scope, bundle)? else { return Ok(false) };
        if !is_bundle(&parent.document) {
            return Ok(false);
        }
        for (part, _) in parts_of(&parent.document) {
            let part = self.store().case(scope, part)?;
            if !part.is_some_and(|part| is_done(&part.document)) {
                return Ok(false);
            }
        }
        let mut closed = false;
        self.store().write_on_case(sign_in, bundle, self.now(), &mut |document| {
            // Two offices may decide the last two at once: whoever comes second finds it closed.
            closed = !is_done(document);
            Ok(if closed { vec![closing(document)] } else { Vec::new() })
        })?;
        Ok(closed)
    }
}

fn closing(document: &Document) -> NewEntry {
    NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::BundleClosed(BundleClosed {}),
    }
}
