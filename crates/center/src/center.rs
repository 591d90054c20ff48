//! The center: its folder, its identity, its store and its clock, in one handle that tasks share.

use crate::error::CenterError;
use crate::form::Shelf;
use crate::identity::{DataFolder, Identity, NewCenter, TlsPem};
use crate::photos::PhotoShelf;
use crate::store::embedded::EmbeddedStore;
use crate::store::{Now, Store};
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::clock::Clock;
use bangban_model::division::Divisions;
use bangban_model::{Code, StreamId};
use bangban_sync::tls::SpkiPin;
use bangban_sync::{CenterIdentity, Village};
use std::sync::Arc;

/// A center at work. Clones share it.
#[derive(Clone)]
pub struct Center {
    inner: Arc<Inner>,
}

struct Inner {
    folder: DataFolder,
    identity: Identity,
    public: CenterIdentity,
    tls_pins: Vec<SpkiPin>,
    signing: SigningKey,
    opening: OpeningKey,
    divisions: Divisions,
    photos: PhotoShelf,
    store: Box<dyn Store>,
    clock: Arc<dyn Clock>,
    shelf: Shelf,
}

impl Center {
    /// Makes a center in this folder and opens it.
    pub fn init(
        folder: DataFolder,
        new: &NewCenter,
        tls: Option<TlsPem>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CenterError> {
        Identity::make(&folder, new, tls)?;
        Self::open(folder, clock)
    }

    /// Opens the center in this folder.
    pub fn open(folder: DataFolder, clock: Arc<dyn Clock>) -> Result<Self, CenterError> {
        let mut identity = Identity::read(&folder)?;
        if identity.complete(&folder)? {
            tracing::warn!("keys were made in the folder offline: take them off this machine");
        }
        let store = Box::new(EmbeddedStore::open(&folder)?);
        let inner = Inner {
            public: identity.public()?,
            tls_pins: match identity.tls {
                Some(_) => identity.tls_pins()?,
                None => Vec::new(),
            },
            signing: identity.signing_key()?,
            opening: identity.opening_key()?,
            divisions: folder.read_divisions()?,
            photos: PhotoShelf::new(folder.photos()),
            identity,
            folder,
            store,
            clock,
            shelf: Shelf::default(),
        };
        let center = Center { inner: Arc::new(inner) };
        // What a newer program wrote may be known by now (rule F5); what hinders that hinders nothing else.
        match center.store().judge_again(center.now()) {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "what a newer program wrote came into force"),
            Err(problem) => tracing::warn!(%problem, "what a newer program wrote was not judged again"),
        }
        Ok(center)
    }

    /// Finishes what a program that ended in the middle left: decided bundles are closed, parts of photos that nothing waits
    /// for go. To be called when the center begins to serve; what hinders it hinders nothing else.
    pub fn tidy_up(&self) {
        if let Err(problem) = self.close_decided_bundles() {
            tracing::warn!(%problem, "decided bundles were not closed");
        }
        if let Err(problem) = self.remove_erased_photos() {
            tracing::warn!(%problem, "files of erased photos were not removed");
        }
        if let Err(problem) = self.store().renew_sign_ins() {
            tracing::warn!(%problem, "sign-ins go on under the incarnations they had");
        }
        if let Err(problem) = self.sweep_partials().and_then(|_| self.sweep_early()) {
            tracing::warn!(%problem, "partial photos were not swept");
        }
        self.sweep_staging();
    }

    /// Where everything lies.
    pub fn folder(&self) -> &DataFolder {
        &self.inner.folder
    }

    /// Who the center is.
    pub fn identity(&self) -> &Identity {
        &self.inner.identity
    }

    /// What laptops know of it.
    pub fn public(&self) -> &CenterIdentity {
        &self.inner.public
    }

    /// What it keeps.
    pub fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    /// Its photos' folder.
    pub fn photos(&self) -> &PhotoShelf {
        &self.inner.photos
    }

    /// Its villages and their parents.
    pub fn divisions(&self) -> &Divisions {
        &self.inner.divisions
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.inner.shelf
    }

    /// Keys of the server that laptops are to trust: the present one and the next.
    pub fn tls_pins(&self) -> &[SpkiPin] {
        &self.inner.tls_pins
    }

    pub(crate) fn signing(&self) -> &SigningKey {
        &self.inner.signing
    }

    pub(crate) fn opening(&self) -> &OpeningKey {
        &self.inner.opening
    }

    /// The center's clock.
    pub fn now(&self) -> Now {
        self.inner.clock.now()
    }

    /// The village with this code, with its name.
    pub fn village(&self, code: &StreamId) -> Result<Village, CenterError> {
        let division = self
            .divisions()
            .find(code.as_str())
            .ok_or_else(|| CenterError::About(Code::VillageUnknown, code.to_string()))?;
        Ok(Village { code: code.clone(), name: division.short_name() })
    }

    /// Does what blocks away from the tasks that must not.
    pub async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Center) -> Result<T, CenterError> + Send + 'static,
    ) -> Result<T, CenterError> {
        let center = self.clone();
        tokio::task::spawn_blocking(move || act(&center)).await.map_err(|_| CenterError::Stopped)?
    }
}
