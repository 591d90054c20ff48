//! A picture, to whoever has an entry in scope that names it; a file, to whoever may see the case, and only to keep.

use super::api::{Right, refuse};
use super::audit::note_seen;
use super::gate::{Gate, SANDBOX, session_of};
use crate::error::CenterError;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Code, Digest, SubjectId};
use serde::Deserialize;
use std::fmt::Write;

/// A name without an ending says nothing of what it is.
const NAMELESS: &str = "file.bin";

/// GET /api/photo/<digest>
pub(super) async fn show(
    State(gate): State<Gate>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let console = gate.console.clone();
    let found = center.blocking(move |center| {
        let session = session_of(&gate, &headers)?;
        Right::Staff.check(&session)?;
        let digest =
            Digest::parse(&digest).ok_or_else(|| CenterError::About(Code::BadInput, "photo".into()))?;
        if !center.store().may_see_photo(&session.sign_in.staff.scope, digest)? {
            return Err(CenterError::About(Code::CaseUnknown, "photo".into()));
        }
        let bytes = std::fs::read(center.photos().place(digest))?;
        if !console.has_seen(session.sign_in.life, digest) {
            let villages = center.store().villages_of_photo(&session.sign_in.staff.scope, digest)?;
            note_seen(center, &session.sign_in, &villages, "photo_shown", &digest.to_string())?;
            console.note_first_sight(session.sign_in.life, digest);
        }
        Ok(bytes)
    });
    match found.await {
        Ok(bytes) => {
            let Some(kind) = kind_of(&bytes) else { return to_keep(NAMELESS, bytes) };
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, "inline")], Body::from(bytes)).into_response()
        }
        Err(problem) => refuse("photo", &problem),
    }
}

/// GET /api/case/file/<case>/<digest>: a file that the case holds now, under its name.
pub(super) async fn download(
    State(gate): State<Gate>,
    Path((case, digest)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let found = center.blocking(move |center| {
        let session = session_of(&gate, &headers)?;
        Right::Staff.check(&session)?;
        let unknown = || CenterError::About(Code::CaseUnknown, "file".into());
        let case: SubjectId = case.parse().map_err(|_| unknown())?;
        let digest = Digest::parse(&digest).ok_or_else(unknown)?;
        let line = center.store().case(&session.sign_in.staff.scope, case)?.ok_or_else(unknown)?;
        let field = line.document.value(&photo_path(digest)).ok_or_else(unknown)?;
        let field = PhotoField::deserialize(field).map_err(|_| unknown())?;
        let here = center.store().verified_photos_of(case)?.contains(&digest);
        if !here {
            return Err(unknown());
        }
        let villages = [line.document.stream.clone()];
        note_seen(center, &session.sign_in, &villages, "file_taken", &digest.to_string())?;
        Ok((field.name.unwrap_or_else(|| NAMELESS.to_owned()), std::fs::read(center.photos().place(digest))?))
    });
    match found.await {
        Ok((name, bytes)) => to_keep(&name, bytes),
        Err(problem) => refuse("case/file", &problem),
    }
}

/// What came from outside is never opened by the console's own page: it goes into a file.
fn to_keep(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, disposition(name)),
        (CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
    ];
    (headers, Body::from(bytes)).into_response()
}

/// The name as RFC 6266 has it: by RFC 8187 (5987), and a plain one for who does not read that.
fn disposition(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => encoded.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
    let plain = ending.len() <= 8 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ending = if plain { ending } else { "bin" };
    format!("attachment; filename=\"file.{ending}\"; filename*=UTF-8''{encoded}")
}

/// By its first bytes; what is no picture is never shown as anything.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_header_ends_neither_the_quotes_nor_the_line() {
        assert_eq!(
            disposition("残疾证明.pdf"),
            "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%AE%8B%E7%96%BE%E8%AF%81%E6%98%8E.pdf"
        );
        let told = disposition("a\"; x=\r\nSet-Cookie: a.p\"df");
        assert!(!told.contains(['\r', '\n']) && told.matches('"').count() == 2, "{told}");
    }
}
