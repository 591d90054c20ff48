//! 一件事: the cases of a bundle are decided side by side; with the last one the bundle is closed.

use crate::center::Center;
use crate::error::CenterError;
use crate::staff::SignIn;
use bangban_model::body::{Body, BundleClosed};
use bangban_model::bundle::{is_bundle, parts_of};
use bangban_model::document::{Document, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::ids::StaffId;
use bangban_model::{Actor, Audience, SubjectId};
use std::collections::BTreeSet;

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

    fn undecided_bundles(&self) -> Result<Vec<Document>, CenterError> {
        let mut items = BTreeSet::new();
        for scope in self.store().form_scopes()?.into_iter().chain([String::new()]) {
            let catalogue = self.catalogue_in(&scope)?;
            let bundles = catalogue.items().filter(|item| item.card.bundle.is_some());
            items.extend(bundles.map(|item| item.card.code.clone()));
        }
        let mut bundles = Vec::new();
        for item in items {
            bundles.extend(self.store().undecided_of(&item)?.into_iter().filter(is_bundle));
        }
        Ok(bundles)
    }

    /// Closes the bundles whose last decision stands, but not their closing: the program ended between the two. The
    /// closing is said by whoever acted last on them; where she has left, the next act on the bundle closes it.
    pub(crate) fn close_decided_bundles(&self) -> Result<(), CenterError> {
        for bundle in self.undecided_bundles()? {
            let parts = parts_of(&bundle).map(|(part, _)| self.store().case("", part));
            let parts: Vec<Document> = parts
                .filter_map(Result::transpose)
                .map(|part| part.map(|line| line.document))
                .collect::<Result<_, _>>()?;
            if !parts.iter().all(is_done) {
                continue;
            }
            let last = parts.iter().chain([&bundle]).flat_map(staff_acts).max();
            let Some((_, staff)) = last else { continue };
            match self.sign_in(&staff.to_string()) {
                Ok(sign_in) => {
                    self.close_bundle(&sign_in, bundle.subject)?;
                }
                Err(problem) => {
                    tracing::info!(bundle = %bundle.subject, %problem, "a decided bundle stays open")
                }
            }
        }
        Ok(())
    }
}

/// Who of the staff acted on a case, and where in the stream.
fn staff_acts(document: &Document) -> impl Iterator<Item = (u64, StaffId)> {
    let own = document.center.iter().flat_map(|center| &center.history);
    document.history.iter().chain(own).filter_map(|line| match line.by {
        Actor::Staff(staff) => Some((line.position?, staff)),
        _ => None,
    })
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
