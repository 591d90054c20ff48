//! Every route of the protocol, and how an error becomes an answer.

use super::alive::{WORD_EVERY, alive_answer, alive_photos, late_answer, late_reply};
use super::incoming::Incoming;
use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, State};
use axum::http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bangban_model::Code;
use bangban_sync::wire::{self, ByteStream, LIFE_HEADER};
use bangban_sync::{SyncError, SyncProtocol, Token};
use futures_util::stream::once;
use futures_util::{FutureExt, StreamExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// No enrolment and no escrow deposit is larger (bytes).
const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// Enrolment and escrow deposit come whole within this: whoever sends a byte now and then holds no place.
const READ_FOR: Duration = Duration::from_secs(60);

/// The routes of the protocol.
pub fn router<P: SyncProtocol + 'static>(center: Arc<P>) -> Router {
    let routes = Router::new()
        .route("/sync/v1/enrol", post(enrol::<P>))
        .route("/sync/v1/escrow", post(escrow::<P>))
        .route("/sync/v1/life", post(life::<P>))
        .route("/sync/v1/exchange", post(exchange::<P>))
        .route("/sync/v1/photos", post(photos::<P>))
        .route("/sync/v1/recover", post(recover::<P>));
    #[cfg(feature = "bench")]
    let routes = routes.route("/sync/v1/raw", post(raw));
    routes.layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES)).with_state(center)
}

async fn enrol<P: SyncProtocol>(State(center): State<Arc<P>>, request: Request<Body>) -> Response {
    let answer = async { center.enrol(read_json(request).await?).await };
    reply("enrol", answer.await.map(Json))
}

async fn escrow<P: SyncProtocol>(State(center): State<Arc<P>>, request: Request<Body>) -> Response {
    let answer = async {
        let token = token_of(request.headers())?;
        center.admit(&token).await?;
        center.deposit_escrow(&token, read_json(request).await?).await
    };
    reply("escrow", answer.await.map(Json))
}

async fn life<P: SyncProtocol>(State(center): State<Arc<P>>, request: Request<Body>) -> Response {
    let answer = async {
        let token = token_of(request.headers())?;
        center.admit(&token).await?;
        center.present_life(&token, read_json(request).await?).await
    };
    reply("life", answer.await.map(Json))
}

async fn exchange<P: SyncProtocol + 'static>(
    State(center): State<Arc<P>>,
    request: Request<Body>,
) -> Response {
    let token = token_of(request.headers());
    let incoming = Incoming::new(request.into_body());
    let bytes = incoming.bytes();
    let mut work = async move {
        // Unpacking takes memory: strangers are turned away first.
        let token = token?;
        center.admit(&token).await?;
        let post = wire::decode_post(bytes).await?;
        center.exchange(&token, post).await
    }
    .boxed();
    let answer = match timeout(WORD_EVERY, &mut work).await {
        Ok(answer) => answer,
        // From here on a refusal is a line of the answer.
        Err(_) => Ok(late_answer(work)),
    };
    let answer = answer.and_then(|answer| wire::encode_answer(alive_answer(answer, incoming.clone())));
    stream_out("exchange", "application/zstd", answer, incoming)
}

async fn photos<P: SyncProtocol>(State(center): State<Arc<P>>, request: Request<Body>) -> Response {
    let token = token_of(request.headers());
    let life = request.headers().get(LIFE_HEADER).and_then(|life| life.to_str().ok()?.parse().ok());
    let incoming = Incoming::new(request.into_body());
    let answer = async {
        let frames = wire::decode_frames(incoming.bytes());
        let lines = center.send_photos(&token?, life, frames).await?;
        Ok(wire::encode_photo_lines(alive_photos(lines, incoming.clone())))
    };
    let answer = answer.await;
    stream_out("photos", "application/jsonl", answer, incoming)
}

async fn recover<P: SyncProtocol + 'static>(
    State(center): State<Arc<P>>,
    request: Request<Body>,
) -> Response {
    let token = token_of(request.headers());
    let incoming = Incoming::new(request.into_body());
    let bytes = incoming.bytes();
    let mut work = async move {
        let token = token?;
        center.admit(&token).await?;
        let recovery = wire::decode_recovery(bytes).await?;
        center.recover(&token, recovery).await
    }
    .boxed();
    match timeout(WORD_EVERY, &mut work).await {
        Ok(Ok(recovered)) => Json(recovered).into_response(),
        Ok(Err(error)) => {
            tokio::spawn(incoming.drop_rest());
            refuse("recover", &error)
        }
        Err(_) => {
            let late = late_reply(work, incoming.clone());
            stream_out("recover", "application/json", Ok(late), incoming)
        }
    }
}

/// Reads a body of any size to nowhere.
#[cfg(feature = "bench")]
async fn raw(request: Request<Body>) -> StatusCode {
    let mut bytes = request.into_body().into_data_stream();
    while let Some(piece) = bytes.next().await {
        if piece.is_err() {
            return StatusCode::BAD_REQUEST;
        }
    }
    StatusCode::OK
}

fn token_of(headers: &HeaderMap) -> Result<Token, SyncError> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer "));
    token.map(|token| Token(token.to_owned())).ok_or(SyncError::Refused(Code::LaptopRefused))
}

async fn read_json<T: DeserializeOwned>(request: Request<Body>) -> Result<T, SyncError> {
    let bytes = timeout(READ_FOR, Bytes::from_request(request, &())).await;
    let bytes = bytes.map_err(|_| SyncError::Broken("a request that does not come to its end"))?;
    let bytes = bytes.map_err(|_| SyncError::Broken("the body"))?;
    serde_json::from_slice(&bytes).map_err(|_| SyncError::Broken("a request cannot be read"))
}

fn reply(route: &'static str, answer: Result<impl IntoResponse, SyncError>) -> Response {
    answer.map_or_else(|error| refuse(route, &error), IntoResponse::into_response)
}

fn stream_out(
    route: &'static str,
    content: &'static str,
    answer: Result<ByteStream, SyncError>,
    incoming: Incoming,
) -> Response {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(error) => {
            tokio::spawn(incoming.drop_rest());
            return refuse(route, &error);
        }
    };
    let bytes = bytes.then(move |piece| async move {
        if let Err(error) = &piece {
            tracing::info!(route, code = error.code().as_str(), "an answer broke off");
            // An error ends the connection at once; what stands before it is to leave first.
            tokio::task::yield_now().await;
        }
        piece
    });
    // An answer that ended early, with a refusal as its last line, arrives only if what still comes is read.
    let bytes = bytes
        .chain(once(async move { drop(tokio::spawn(incoming.drop_rest())) }).filter_map(|()| async { None }));
    ([(CONTENT_TYPE, content)], Body::from_stream(bytes)).into_response()
}

/// The body of a refusal.
#[derive(Serialize)]
struct Refusal {
    code: Code,
    detail: String,
}

fn refuse(route: &'static str, error: &SyncError) -> Response {
    let code = error.code();
    let status = status_of(error);
    if status.is_server_error() {
        tracing::error!(route, %error, "an exchange failed");
    } else {
        tracing::info!(route, code = code.as_str(), "refused");
    }
    // What failed inside is for the log; whoever asked learns the code.
    let detail = match error {
        SyncError::Local(..) => String::new(),
        told => told.to_string(),
    };
    (status, [(CONNECTION, "close")], Json(Refusal { code, detail })).into_response()
}

fn status_of(error: &SyncError) -> StatusCode {
    match error {
        SyncError::Refused(Code::LaptopRefused) => StatusCode::UNAUTHORIZED,
        SyncError::Refused(Code::HistoryDiffers) => StatusCode::CONFLICT,
        SyncError::Refused(_) => StatusCode::FORBIDDEN,
        SyncError::Broken(_) | SyncError::OtherHistory | SyncError::Cut(_) => StatusCode::BAD_REQUEST,
        SyncError::Local(Code::DiskFull, _) => StatusCode::INSUFFICIENT_STORAGE,
        SyncError::Local(..)
        | SyncError::CenterFailed(_)
        | SyncError::Unreachable(_)
        | SyncError::NotTrusted => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bangban_model::IncarnationId;
    use bangban_sync::protocol::{PhotoFrames, PhotoLines};
    use bangban_sync::{
        Answer, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept, Post, Recovered,
        Recovery, Signed,
    };
    use futures_util::stream;
    use hyper::service::Service;
    use hyper_util::service::TowerToHyperService;

    /// Knows nobody, and must be asked nothing else.
    struct Closed;

    impl SyncProtocol for Closed {
        async fn enrol(&self, _: EnrolRequest) -> Result<EnrolReply, SyncError> {
            panic!("nothing whole was sent")
        }
        async fn deposit_escrow(
            &self,
            _: &Token,
            _: EscrowDeposit,
        ) -> Result<Signed<EscrowStored>, SyncError> {
            panic!("not before it is let in")
        }
        async fn admit(&self, _: &Token) -> Result<(), SyncError> {
            Err(SyncError::Refused(Code::LaptopRefused))
        }
        async fn present_life(&self, _: &Token, _: Signed<LifeBegun>) -> Result<Signed<LifeKept>, SyncError> {
            panic!("not before it is let in")
        }
        async fn exchange(&self, _: &Token, _: Post) -> Result<Answer, SyncError> {
            panic!("not before it is let in")
        }
        async fn send_photos(
            &self,
            _: &Token,
            _: Option<IncarnationId>,
            _: PhotoFrames,
        ) -> Result<PhotoLines, SyncError> {
            Err(SyncError::Refused(Code::LaptopRefused))
        }
        async fn recover(&self, _: &Token, _: Recovery) -> Result<Recovered, SyncError> {
            panic!("not before it is let in")
        }
    }

    async fn status_of_post(path: &str, body: Body) -> StatusCode {
        let request =
            Request::post(path).header(AUTHORIZATION, "Bearer stranger").body(body).unwrap_or_default();
        let service = TowerToHyperService::new(router(Arc::new(Closed)));
        service.call(request).await.map_or(StatusCode::IM_A_TEAPOT, |response| response.status())
    }

    #[tokio::test]
    async fn a_stranger_is_turned_away_before_anything_is_unpacked() {
        for path in
            ["/sync/v1/exchange", "/sync/v1/escrow", "/sync/v1/life", "/sync/v1/photos", "/sync/v1/recover"]
        {
            let status = status_of_post(path, Body::from("neither packed nor JSON")).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        }
        let never: stream::Pending<Result<Bytes, std::io::Error>> = stream::pending();
        let status = status_of_post("/sync/v1/exchange", Body::from_stream(never)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "nothing of the body is waited for");
    }

    #[tokio::test(start_paused = true)]
    async fn an_enrolment_that_drips_is_given_up() {
        // A byte every half minute: each by itself is in time.
        let drip = stream::unfold((), |()| async {
            tokio::time::sleep(READ_FOR / 2).await;
            Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ()))
        });
        let status = status_of_post("/sync/v1/enrol", Body::from_stream(drip)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}
