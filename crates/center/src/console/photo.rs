//! A picture, to whoever has an entry in scope that names it.

use super::api::{Right, refuse};
use super::gate::{Gate, session_of};
use crate::error::CenterError;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bangban_model::{Code, Digest};

/// GET /api/photo/<digest>
pub(super) async fn show(
    State(gate): State<Gate>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let found = center.blocking(move |center| {
        let session = session_of(&gate, &headers)?;
        Right::Staff.check(&session)?;
        let digest =
            Digest::parse(&digest).ok_or_else(|| CenterError::About(Code::BadInput, "photo".into()))?;
        if !center.store().may_see_photo(&session.sign_in.staff.scope, digest)? {
            return Err(CenterError::About(Code::CaseUnknown, "photo".into()));
        }
        Ok(std::fs::read(center.photos().place(digest))?)
    });
    match found.await {
        Ok(bytes) => {
            let headers = [(CONTENT_TYPE, kind_of(&bytes)), (CONTENT_DISPOSITION, "inline")];
            (headers, Body::from(bytes)).into_response()
        }
        Err(problem) => refuse("photo", &problem),
    }
}

/// By its first bytes; what is no picture is never shown as anything.
fn kind_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "application/octet-stream",
    }
}
