//! The laptop's end of the protocol: [`SyncProtocol`] over HTTP/1.1 and TLS on a kept-alive connection.
//!
//! A request takes a connection that waits, or dials. The connection is kept when the answer was read to its end,
//! and closed at once in every other case: nothing is sent any more to a center that said no.

#[cfg(feature = "bench")]
mod bench;
mod body;
mod dial;

#[cfg(feature = "bench")]
pub use bench::raw_upload;
pub use dial::Patience;

use crate::link::Traffic;
use crate::messages::{
    EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept, Recovered,
};
use crate::protocol::{Answer, PhotoFrames, PhotoLines, Post, Recovery, SyncError, SyncProtocol, Token};
use crate::signed::Signed;
use crate::tls::{SpkiPin, client_config};
use crate::wire::{self, ByteStream, LIFE_HEADER};
use bangban_model::{Code, IncarnationId};
use body::{Outgoing, RequestBody};
use bytes::Bytes;
use dial::{Dialer, Line};
use futures_util::StreamExt;
use futures_util::stream::{once, poll_fn};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};

/// No JSON reply is larger (bytes).
const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// So many connections wait for the next request at most; further ones are closed.
const MOST_IDLE: usize = 4;

type Idle = Arc<Mutex<Vec<Line>>>;

/// A center, reached by HTTP.
pub struct HttpCenter {
    dialer: Dialer,
    /// The connections that wait for the next request.
    idle: Idle,
    traffic: Traffic,
}

impl fmt::Debug for HttpCenter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpCenter").field("address", &self.dialer.address()).finish_non_exhaustive()
    }
}

/// What a center says instead of an answer.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// A request on its way: the answer's head has come.
struct Asked {
    line: Line,
    response: Response<Incoming>,
    outgoing: Outgoing,
}

impl HttpCenter {
    /// A center at "host:port" that holds one of these keys. Nothing is dialled yet.
    pub fn new(address: &str, pins: &[SpkiPin], patience: Patience) -> Result<Self, SyncError> {
        let config =
            client_config(pins).map_err(|error| SyncError::Local(Code::Internal, error.to_string()))?;
        let traffic = Traffic::default();
        let dialer = Dialer::new(address, Arc::new(config), patience, traffic.clone())?;
        Ok(HttpCenter { dialer, idle: Arc::default(), traffic })
    }

    /// Bytes put on the wire so far by all connections, TLS and HTTP included; for a progress display.
    pub fn sent_bytes(&self) -> u64 {
        self.traffic.sent_bytes()
    }

    /// Bytes that came from the wire so far.
    pub fn received_bytes(&self) -> u64 {
        self.traffic.received_bytes()
    }

    async fn ask(
        &self,
        path: &'static str,
        token: Option<&Token>,
        content: &'static str,
        body: ByteStream,
    ) -> Result<Asked, SyncError> {
        self.ask_of(path, token, None, content, body).await
    }

    async fn ask_of(
        &self,
        path: &'static str,
        token: Option<&Token>,
        life: Option<IncarnationId>,
        content: &'static str,
        body: ByteStream,
    ) -> Result<Asked, SyncError> {
        let (body, outgoing) = RequestBody::new(body);
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = hyper::Uri::from_static(path);
        let headers = request.headers_mut();
        headers.insert(HOST, header_value(self.dialer.address())?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
        if let Some(token) = token {
            let mut value = header_value(&format!("Bearer {}", token.0))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(life) = life {
            headers.insert(LIFE_HEADER, header_value(&life.to_string())?);
        }
        let (line, response) = self.send(request, &outgoing).await?;
        if response.status() != StatusCode::OK {
            // The line goes with this scope, and with it whatever was still to be sent.
            return Err(read_refusal(response).await);
        }
        Ok(Asked { line, response, outgoing })
    }

    /// Sends on a waiting connection; where that one was closed meanwhile and took nothing, on a new one.
    async fn send(
        &self,
        mut request: Request<RequestBody>,
        outgoing: &Outgoing,
    ) -> Result<(Line, Response<Incoming>), SyncError> {
        if let Some(mut line) = self.take_idle() {
            match line.send(request).await {
                Ok(response) => return Ok((line, response)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(outgoing.fault_or(SyncError::Cut(error.into_error().to_string()))),
                },
            }
        }
        let mut line = self.dialer.dial().await?;
        match line.send(request).await {
            Ok(response) => Ok((line, response)),
            Err(error) => Err(outgoing.fault_or(SyncError::Cut(error.into_error().to_string()))),
        }
    }

    fn take_idle(&self) -> Option<Line> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|line| line.is_fresh(self.dialer.patience().idle));
        idle.pop()
    }

    async fn ask_json<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &'static str,
        token: Option<&Token>,
        question: &Q,
    ) -> Result<A, SyncError> {
        let text = serde_json::to_vec(question)
            .map_err(|_| SyncError::Local(Code::Internal, "a request cannot be written".into()))?;
        let body = once(async move { Ok(Bytes::from(text)) }).boxed();
        let asked = self.ask(path, token, "application/json", body).await?;
        let text = asked.collect(&self.idle).await?;
        wire::decode_reply(&text)
    }
}

impl Asked {
    /// The bytes of the answer as they come. When they have ended well, the connection waits for the next request.
    fn into_bytes(self, idle: Idle) -> ByteStream {
        let Asked { line, response, outgoing } = self;
        let mut incoming = response.into_body();
        let mut line = Some(line);
        poll_fn(move |cx| {
            if line.is_none() {
                return Poll::Ready(None);
            }
            loop {
                return match ready!(Pin::new(&mut incoming).poll_frame(cx)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(bytes) => Poll::Ready(Some(Ok(bytes))),
                        Err(_trailers) => continue,
                    },
                    Some(Err(error)) => {
                        line = None;
                        Poll::Ready(Some(Err(outgoing.fault_or(SyncError::Cut(error.to_string())))))
                    }
                    None => {
                        if let Some(mut line) = line.take()
                            && outgoing.is_whole()
                        {
                            line.rest();
                            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                            if idle.len() < MOST_IDLE {
                                idle.push(line);
                            }
                        }
                        Poll::Ready(outgoing.take_fault().map(Err))
                    }
                };
            }
        })
        .boxed()
    }

    async fn collect(self, idle: &Idle) -> Result<Vec<u8>, SyncError> {
        let mut bytes = self.into_bytes(Arc::clone(idle));
        let mut whole = Vec::new();
        while let Some(piece) = bytes.next().await {
            whole.extend_from_slice(&piece?);
            if whole.len() > MAX_REPLY_BYTES {
                return Err(SyncError::Broken("a reply is longer than allowed"));
            }
        }
        Ok(whole)
    }
}

impl SyncProtocol for HttpCenter {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        self.ask_json("/sync/v1/enrol", None, &request).await
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        self.ask_json("/sync/v1/escrow", Some(token), &deposit).await
    }

    async fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, SyncError> {
        self.ask_json("/sync/v1/life", Some(token), &life).await
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        let body = wire::encode_post(post)?;
        let asked = self.ask("/sync/v1/exchange", Some(token), "application/zstd", body).await?;
        Ok(wire::decode_answer(asked.into_bytes(Arc::clone(&self.idle))))
    }

    async fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        let body = wire::encode_frames(frames);
        let (path, content) = ("/sync/v1/photos", "application/octet-stream");
        let asked = self.ask_of(path, Some(token), life, content, body).await?;
        Ok(wire::decode_photo_lines(asked.into_bytes(Arc::clone(&self.idle))))
    }

    async fn recover(&self, token: &Token, recovery: Recovery) -> Result<Recovered, SyncError> {
        let body = wire::encode_recovery(recovery)?;
        let asked = self.ask("/sync/v1/recover", Some(token), "application/zstd", body).await?;
        let text = asked.collect(&self.idle).await?;
        wire::decode_reply(&text)
    }
}

fn header_value(text: &str) -> Result<HeaderValue, SyncError> {
    HeaderValue::from_str(text).map_err(|_| {
        SyncError::Local(Code::BadInput, "an address or token has characters that it cannot have".into())
    })
}

async fn read_refusal(response: Response<Incoming>) -> SyncError {
    let body = http_body_util::Limited::new(response.into_body(), MAX_REPLY_BYTES);
    let Ok(text) = body.collect().await else {
        return SyncError::Cut("the connection was cut within a refusal".into());
    };
    let Ok(refusal) = serde_json::from_slice::<Refusal>(&text.to_bytes()) else {
        return SyncError::Broken("a refusal cannot be read");
    };
    let known = Code::ALL.iter().find(|code| code.as_str() == refusal.code);
    known.map_or(SyncError::Broken("a refusal with an unknown code"), |code| SyncError::told(*code))
}
