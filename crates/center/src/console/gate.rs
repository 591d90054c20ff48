//! The gate: where requests may come from (origin, host, cookie), and the headers that every answer carries.

use super::Console;
use super::api::refuse;
use crate::error::CenterError;
use crate::session::Session;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use bangban_model::{Code, planted};

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// For what came from outside and is only to be kept.
pub(super) const SANDBOX: &str = "default-src 'none'; sandbox";
/// A browser sends it with what it fetches by itself, so that nobody stays signed in who went away.
pub(super) const QUIET: &str = "x-bangban-quiet";

/// Through which listener a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The HTTPS listener that laptops use too.
    Tls,
    /// Plain HTTP on this machine, perhaps with a proxy before it.
    Loopback,
}

/// A console and the door it is reached by.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) console: Console,
    pub(super) door: Door,
}

impl Gate {
    fn origin(&self) -> Option<&str> {
        self.console.inner.settings.origin.as_deref()
    }
}

/// Every request of the console passes here, and every answer.
pub(super) async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response =
        match check_host(&gate, request.headers()).and_then(|()| check_site(request.headers(), is_api)) {
            Ok(()) => next.run(request).await,
            Err(problem) => refuse("gate", &problem),
        };
    let headers = response.headers_mut();
    // What is only to be kept may do nothing at all, if a browser opens it after all.
    let strict = headers.get(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == SANDBOX);
    let mut say = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    if !strict {
        say(CONTENT_SECURITY_POLICY, POLICY);
    }
    say(X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(REFERRER_POLICY, "no-referrer");
    say(X_FRAME_OPTIONS, "DENY");
    say(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    say(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if is_api {
        say(CACHE_CONTROL, "no-store");
    }
    response
}

/// What an address of the API that does not exist says.
pub(super) async fn no_such_route() -> Response {
    refuse("none", &CenterError::About(Code::BadInput, "route".into()))
}

fn text(headers: &HeaderMap, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// On the loopback listener the host has to be this machine (a name that somebody else's DNS points here is not), or
/// the one the proxy serves.
fn check_host(gate: &Gate, headers: &HeaderMap) -> Result<(), CenterError> {
    if gate.door == Door::Tls || planted::out("any_host") {
        return Ok(());
    }
    let host = text(headers, HOST).unwrap_or_default();
    let is_port = |port: &str| {
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
    };
    let here = ["127.0.0.1", "localhost", "[::1]"];
    let is_here = here.iter().any(|name| host.strip_prefix(name).is_some_and(is_port));
    let is_proxied =
        gate.origin().and_then(|origin| origin.split_once("://")).is_some_and(|(_, served)| served == host);
    if is_here || is_proxied { Ok(()) } else { Err(CenterError::About(Code::NotAllowed, "host".into())) }
}

/// Browsers say themselves whose page a request is from.
fn check_site(headers: &HeaderMap, is_api: bool) -> Result<(), CenterError> {
    match text(headers, "sec-fetch-site") {
        Some("same-site" | "cross-site") if is_api && !planted::out("any_origin") => {
            Err(CenterError::About(Code::NotAllowed, "origin".into()))
        }
        _ => Ok(()),
    }
}

/// What changes anything comes from a page of this console: browsers name the origin with every POST.
pub(super) fn check_same_origin(gate: &Gate, headers: &HeaderMap) -> Result<(), CenterError> {
    let origin = text(headers, ORIGIN).unwrap_or_default();
    let host = text(headers, HOST).unwrap_or_default();
    let scheme = if gate.door == Door::Tls { "https" } else { "http" };
    let own = origin.split_once("://").is_some_and(|(said, served)| said == scheme && served == host);
    let proxied = gate.origin().is_some_and(|served| served == origin);
    if own || proxied || planted::out("any_origin") {
        Ok(())
    } else {
        Err(CenterError::About(Code::NotAllowed, "origin".into()))
    }
}

/// Whether browsers reach this gate by HTTPS alone.
fn is_secure(gate: &Gate) -> bool {
    gate.door == Door::Tls || gate.origin().is_some_and(|origin| origin.starts_with("https://"))
}

fn cookie_name(gate: &Gate) -> &'static str {
    if is_secure(gate) { "__Host-bangban" } else { "bangban" }
}

/// The cookie that gives the browser a sign-in, or takes it away.
pub(super) fn cookie(gate: &Gate, token: Option<&str>) -> Option<HeaderValue> {
    let secure = if is_secure(gate) { "; Secure" } else { "" };
    let ends = if token.is_some() { "" } else { "; Max-Age=0" };
    let text = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}",
        cookie_name(gate),
        token.unwrap_or_default()
    );
    HeaderValue::from_str(&text).ok().map(|mut value| {
        value.set_sensitive(true);
        value
    })
}

/// Who the browser is signed in as. Blocks.
pub(super) fn session_of(gate: &Gate, headers: &HeaderMap) -> Result<Session, CenterError> {
    let name = cookie_name(gate);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let token = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(key, token)| (key == name).then_some(token));
    let token = token.ok_or(CenterError::Coded(Code::NotSignedIn))?;
    let active = !headers.contains_key(QUIET);
    gate.console.center().session(token, gate.console.inner.settings.idle_minutes, active)
}
