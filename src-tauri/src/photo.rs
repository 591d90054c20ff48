//! Photos for the screens, under `photo://localhost/<digest>`: read from the encrypted ledger, kept nowhere.

use bangban_desk::Office;
use bangban_model::Digest;
use std::sync::Arc;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

/// Answers a request for a photo.
pub fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let office = context.app_handle().state::<Arc<Office>>().inner().clone();
    let digest = Digest::parse(request.uri().path().trim_start_matches('/'));
    tauri::async_runtime::spawn_blocking(move || {
        let found = digest.and_then(|digest| office.photo(digest).ok());
        responder.respond(match found {
            Some((bytes, kind)) => reply(StatusCode::OK, kind, bytes),
            None => reply(StatusCode::NOT_FOUND, "text/plain", Vec::new()),
        });
    });
}

fn reply(status: StatusCode, kind: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let built = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body);
    built.unwrap_or_else(|_| Response::new(Vec::new()))
}
