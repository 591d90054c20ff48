//! Whom the laptop speaks to, and whom not.

use crate::small_center::*;
use bangban_center::http::Limits;
use bangban_center::tls::TlsIdentity;
use bangban_model::Digest;
use bangban_sync::SyncError;
use bangban_sync::client::{HttpCenter, Patience};
use bangban_sync::tls::{SpkiPin, client_config};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ServerConfig, version};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector};

async fn ask_with(address: &str, pins: &[SpkiPin]) -> Option<SyncError> {
    let client = HttpCenter::new(address, pins, Patience::default()).unwrap();
    ask(&client, GOOD, 1).await.1
}

#[tokio::test]
async fn only_a_pinned_key_is_trusted() {
    let served = Served::start().await;
    let address = served.address.to_string();
    let (pin, other) = (served.tls.pin().unwrap(), SpkiPin(Digest::of(b"other")));
    for pins in [vec![], vec![other]] {
        let error = ask_with(&address, &pins).await;
        assert!(matches!(error, Some(SyncError::NotTrusted)), "{error:?}");
    }
    assert!(served.center.entries.lock().unwrap().is_empty(), "nothing was sent to a stranger");
    assert!(ask_with(&address, &[other, pin]).await.is_none(), "the next key stands beside the present one");
}

/// Answers every handshake with this configuration, and nothing behind it.
async fn answer_handshakes(config: ServerConfig) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read_u8().await;
            }
        }
    });
    address
}

#[derive(Debug)]
struct Borrowed(Arc<CertifiedKey>);

impl ResolvesServerCert for Borrowed {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[tokio::test]
async fn the_pinned_certificate_without_its_private_key_is_worth_nothing() {
    let (real, thief) = (TlsIdentity::make().unwrap(), TlsIdentity::make().unwrap());
    let certificate = CertificateDer::from_pem_slice(real.certificate_pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(thief.key_pem().as_bytes()).unwrap();
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Borrowed(Arc::new(CertifiedKey::new(vec![certificate], key)))));
    let address = answer_handshakes(config).await;
    let error = ask_with(&address, &[real.pin().unwrap()]).await;
    assert!(matches!(error, Some(SyncError::NotTrusted)), "{error:?}");
}

#[tokio::test]
async fn tls_1_2_is_refused_by_both_ends() {
    let served = Served::start().await;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let old = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&version::TLS12])
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let stream = TcpStream::connect(served.address).await.unwrap();
    let name = ServerName::try_from("center.invalid").unwrap();
    let error = TlsConnector::from(Arc::new(old)).connect(name, stream).await.unwrap_err();
    assert!(error.to_string().contains("ProtocolVersion"), "{error}");

    let certificate = CertificateDer::from_pem_slice(served.tls.certificate_pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(served.tls.key_pem().as_bytes()).unwrap();
    let old = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let error = ask_with(&answer_handshakes(old).await, &[served.tls.pin().unwrap()]).await;
    assert!(matches!(error, Some(SyncError::Unreachable(_))), "{error:?}");
}

#[tokio::test]
async fn a_session_is_resumed_only_with_the_key_that_was_pinned() {
    let served = Served::start().await;
    let config = Arc::new(client_config(&[served.tls.pin().unwrap()]).unwrap());
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let stream = TcpStream::connect(served.address).await.unwrap();
        let name = ServerName::try_from("center.invalid").unwrap();
        let mut stream = TlsConnector::from(Arc::clone(&config)).connect(name, stream).await.unwrap();
        kinds.push(stream.get_ref().1.handshake_kind().unwrap());
        // The ticket comes behind the handshake, before the answer to any request.
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        stream.read_u8().await.unwrap();
    }
    assert_eq!(kinds, [rustls::HandshakeKind::Full, rustls::HandshakeKind::Resumed]);
    // The same address, another center behind it: the old session helps nobody.
    let other = Served::start().await;
    let stream = TcpStream::connect(other.address).await.unwrap();
    let name = ServerName::try_from("center.invalid").unwrap();
    assert!(TlsConnector::from(config).connect(name, stream).await.is_err());
}

#[tokio::test]
async fn where_nobody_listens_or_something_else_answers_the_center_is_unreachable() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let pin = SpkiPin(Digest::of(b"pin"));
    assert!(matches!(ask_with(&address, &[pin]).await, Some(SyncError::Unreachable(_))));
    assert!(matches!(ask_with("name.invalid:8443", &[pin]).await, Some(SyncError::Unreachable(_))));
    for address in ["", "nowhere", "host:99999", ":80", "a b:80"] {
        assert!(HttpCenter::new(address, &[pin], Patience::default()).is_err(), "{address}");
    }

    let portal = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = portal.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = portal.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 302 Found\r\n\r\n").await;
        }
    });
    assert!(matches!(ask_with(&address, &[pin]).await, Some(SyncError::Unreachable(_))));
}

#[tokio::test]
async fn who_does_not_shake_hands_in_time_is_left() {
    let hand = Duration::from_millis(200);
    let served = Served::start_within(Limits { handshake: hand, connections: 1, ..Limits::default() }).await;
    let mut mute = TcpStream::connect(served.address).await.unwrap();
    let closed = timeout(Duration::from_secs(20), mute.read_u8()).await.unwrap();
    assert!(closed.is_err(), "the center closed");
    assert!(ask(&served.client(), GOOD, 1).await.1.is_none(), "and its one place is free again");

    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let patience = Patience { handshake: hand, ..Patience::default() };
    let mute = served.client_at(listener.local_addr().unwrap(), patience);
    assert!(matches!(ask(&mute, GOOD, 1).await.1, Some(SyncError::Unreachable(_))));
}
