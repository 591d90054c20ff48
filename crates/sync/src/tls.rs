//! TLS as the laptop speaks it: version 1.3 only, to a key it was given at enrolment, and to no other.
//!
//! No certificate authority and no name counts: the server must hold the private key of a pinned public key. Early
//! data (0-RTT) is never sent, because it could be replayed. A session may be resumed: its secret comes from a
//! handshake in which the pin was checked, and a change of pins begins with an empty session store.

use bangban_keys::spki_pin;
use bangban_model::{Digest, planted};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme, version};
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;

/// The pin of a TLS key: SHA-256 of its certificate's SubjectPublicKeyInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpkiPin(pub Digest);

impl SpkiPin {
    /// The pin of the key in this certificate (DER), if it is one.
    pub fn of_certificate(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = ParsedCertificate::try_from(certificate).ok()?;
        Some(SpkiPin(Digest(spki_pin(&parsed.subject_public_key_info()))))
    }
}

/// The client's side of TLS, pinned to these keys: the present one and, beside it, the next. With no pin nothing is
/// trusted.
pub fn client_config(pins: &[SpkiPin]) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = PinnedKey { pins: pins.to_vec(), provider: Arc::clone(&provider) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.enable_early_data = false;
    // The name would stand readable in the first packet, and the server has but one certificate.
    config.enable_sni = false;
    Ok(config)
}

/// Draws from the source of randomness once. The first draw of a thread takes some 35 ms, for its seed is gathered from the
/// clock's jitter: it has that time while the network answers, not after it did.
#[cfg(feature = "client")]
pub(crate) fn draw_once() {
    // What fails here fails in the handshake too, and is told there.
    let _ = aws_lc_rs::default_provider().secure_random.fill(&mut [0; 32]);
}

/// Whether a failed handshake failed because the other end does not hold a pinned key.
pub fn is_not_trusted(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented))
}

#[derive(Debug)]
struct PinnedKey {
    pins: Vec<SpkiPin>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match SpkiPin::of_certificate(end_entity) {
            Some(pin) if self.pins.contains(&pin) || planted::out("no_pin_check") => {
                Ok(ServerCertVerified::assertion())
            }
            Some(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
            None => Err(CertificateError::BadEncoding.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.2 is not spoken".into()))
    }

    /// That the other end holds the private key of the pinned certificate, which everybody can show, is proven here.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
