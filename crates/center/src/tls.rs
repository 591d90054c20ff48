//! TLS as the center speaks it: version 1.3 only, with a certificate of its own making, known by its key.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::auditing::ActNote;
use bangban_keys::Zeroizing;
use bangban_model::Digest;
use bangban_sync::tls::SpkiPin;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::version::TLS13;
use std::fmt;
use std::sync::Arc;

/// Laptops look at the key alone; the name is for a person who looks at the certificate.
const COMMON_NAME: &str = "Bangban center";

/// A certificate and its private key. The key is a secret: it is wiped from memory when dropped.
pub struct TlsIdentity {
    certificate_pem: String,
    key_pem: Zeroizing<String>,
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsIdentity(…)")
    }
}

/// Why a certificate cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum TlsProblem {
    /// Making it failed.
    #[error("a certificate cannot be made: {0}")]
    Making(#[from] rcgen::Error),
    /// What was stored is not a certificate with its key.
    #[error("not a certificate with its key")]
    Unreadable,
    /// The two do not fit each other, or TLS does not take them.
    #[error("TLS does not take the certificate: {0}")]
    Unusable(#[from] rustls::Error),
}

impl TlsIdentity {
    /// A new P-256 key with a certificate signed by itself.
    pub fn make() -> Result<Self, TlsProblem> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, COMMON_NAME);
        // The pin is what ends a key's life; a date would only lock a township out.
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2120, 1, 1);
        let certificate_pem = params.self_signed(&key)?.pem();
        Ok(TlsIdentity { certificate_pem, key_pem: Zeroizing::new(key.serialize_pem()) })
    }

    /// The identity in these two PEM texts.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, TlsProblem> {
        let certificate_pem = certificate_pem.to_owned();
        let identity = TlsIdentity { certificate_pem, key_pem: Zeroizing::new(key_pem.to_owned()) };
        identity.server_config()?;
        Ok(identity)
    }

    /// The certificate, for storage.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key, to be stored where only the center reads.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// What laptops pin.
    pub fn pin(&self) -> Result<SpkiPin, TlsProblem> {
        SpkiPin::of_certificate(&self.certificate()?).ok_or(TlsProblem::Unreadable)
    }

    fn certificate(&self) -> Result<CertificateDer<'static>, TlsProblem> {
        CertificateDer::from_pem_slice(self.certificate_pem.as_bytes()).map_err(|_| TlsProblem::Unreadable)
    }

    /// The server's side of TLS: version 1.3 only, sessions resumed by ticket, no early data.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>, TlsProblem> {
        let key =
            PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes()).map_err(|_| TlsProblem::Unreadable)?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate()?], key)?;
        config.max_early_data_size = 0;
        // Tickets keep nothing at the center, however many laptops there are.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        config.send_tls13_tickets = 1;
        Ok(Arc::new(config))
    }
}

impl Center {
    /// Puts the next TLS key in the place of the present one. Laptops know its pin already; they learn the one after it with
    /// their next receipt.
    pub fn replace_tls(&self, sign_in: &SignIn, kept_offline: &str) -> Result<(), CenterError> {
        require(sign_in, Role::administers)?;
        let mut identity = self.identity().clone();
        identity.replace_tls(self.folder(), kept_offline)?;
        self.store().note_act(
            &ActNote {
                streams: &[],
                staff: Some(sign_in.staff.id),
                act: "tls_replaced",
                about: "",
                digest: Digest::ZERO,
            },
            self.now(),
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_identity_survives_storage_with_its_pin() {
        let made = TlsIdentity::make().unwrap();
        let again = TlsIdentity::from_pem(made.certificate_pem(), made.key_pem()).unwrap();
        assert_eq!(made.pin().unwrap(), again.pin().unwrap());
        assert_ne!(made.pin().unwrap(), TlsIdentity::make().unwrap().pin().unwrap());
        assert!(!format!("{made:?}").contains("PRIVATE"));
    }

    #[test]
    fn a_certificate_with_the_key_of_another_is_refused() {
        let (one, other) = (TlsIdentity::make().unwrap(), TlsIdentity::make().unwrap());
        assert!(TlsIdentity::from_pem(one.certificate_pem(), other.key_pem()).is_err());
        assert!(TlsIdentity::from_pem("", other.key_pem()).is_err());
        assert!(TlsIdentity::from_pem(one.certificate_pem(), "").is_err());
    }
}
