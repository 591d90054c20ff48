//! One raw upload over TLS, to measure an exchange against: the same link, the same TLS, a cold start, no protocol.

use super::dial::Patience;
use crate::protocol::SyncError;
use crate::tls::{SpkiPin, client_config};
use bangban_model::Code;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long it takes to dial "host:port", to post so many bytes to `/sync/v1/raw`, and to hear that they arrived.
pub async fn raw_upload(address: &str, pins: &[SpkiPin], size_bytes: u64) -> Result<Duration, SyncError> {
    let cut = |error: std::io::Error| SyncError::Cut(error.to_string());
    let config = client_config(pins).map_err(|error| SyncError::Local(Code::Internal, error.to_string()))?;
    let name = ServerName::try_from("raw.invalid").map_err(|_| SyncError::Broken("a name"))?;
    let patience = Patience::default();
    let begun = Instant::now();
    let stream = timeout(patience.connect, TcpStream::connect(address))
        .await
        .map_err(|_| SyncError::Unreachable("no connection in time".into()))?
        .map_err(|error| SyncError::Unreachable(error.to_string()))?;
    stream.set_nodelay(true).map_err(cut)?;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(cut)?;
    let head = format!("POST /sync/v1/raw HTTP/1.1\r\nHost: raw\r\nContent-Length: {size_bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.map_err(cut)?;
    // Noise, so that no link on the way makes it smaller.
    let piece = noise();
    let mut left = size_bytes;
    while left > 0 {
        let size = usize::try_from(left).unwrap_or(piece.len()).min(piece.len());
        stream.write_all(piece.get(..size).unwrap_or_default()).await.map_err(cut)?;
        left -= size as u64;
    }
    stream.flush().await.map_err(cut)?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.map_err(cut)?;
    match &status {
        b"HTTP/1.1 200" => Ok(begun.elapsed()),
        _ => Err(SyncError::Broken("the raw upload was refused")),
    }
}

fn noise() -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let words = (0..8 * 1024).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    });
    words.flat_map(u64::to_le_bytes).collect()
}
