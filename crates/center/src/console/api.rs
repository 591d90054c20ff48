//! How a JSON route is declared and served: who may, what goes in, what comes out, and how an error becomes an answer.

use super::Console;
use super::gate::{self, Gate};
use crate::center::Center;
use crate::error::CenterError;
use crate::session::Session;
use crate::staff::SignIn;
use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bangban_model::typescript::Script;
use bangban_model::words::Language;
use bangban_model::{Code, planted};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;

/// No JSON request is larger (bytes): 200 remarks of 2000 characters fit in.
const MAX_JSON_BYTES: usize = 2 * 1024 * 1024;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Whoever comes.
    Anyone,
    /// Whoever is signed in, also with a password that has to be changed first.
    SignedIn,
    /// Every staff member.
    Staff,
    /// Who accepts.
    Accept,
    /// Who confirms.
    Confirm,
    /// Who accepts or confirms: a case's clock is theirs.
    Tend,
    /// Who settles quarantine.
    Settle,
    /// Who looks over what was done.
    Oversee,
    /// Who administers.
    Administer,
}

impl Right {
    /// Whether somebody who is signed in so may; says why not.
    pub(super) fn check(self, session: &Session) -> Result<(), CenterError> {
        let role = session.sign_in.staff.role;
        if session.must_change && !matches!(self, Right::Anyone | Right::SignedIn) {
            return Err(Code::MustChangePassword.into());
        }
        let may = match self {
            Right::Anyone | Right::SignedIn | Right::Staff => true,
            Right::Accept => role.accepts(),
            Right::Confirm => role.confirms(),
            Right::Tend => role.accepts() || role.confirms(),
            Right::Settle => role.settles(),
            Right::Oversee => role.oversees(),
            Right::Administer => role.administers(),
        };
        if may || planted::out("any_role") {
            Ok(())
        } else {
            Err(CenterError::About(Code::NotAllowed, role.as_str().to_owned()))
        }
    }
}

/// One request, as an act sees it.
pub(super) struct Call {
    pub(super) console: Console,
    pub(super) language: Language,
    session: Option<Session>,
    gate: Gate,
    cookie: Option<HeaderValue>,
}

impl Call {
    pub(super) fn center(&self) -> &Center {
        self.console.center()
    }

    pub(super) fn session(&self) -> Result<&Session, CenterError> {
        self.session.as_ref().ok_or(CenterError::Coded(Code::NotSignedIn))
    }

    pub(super) fn sign_in(&self) -> Result<&SignIn, CenterError> {
        Ok(&self.session()?.sign_in)
    }

    pub(super) fn scope(&self) -> Result<&str, CenterError> {
        Ok(&self.sign_in()?.staff.scope)
    }

    /// From now on the browser holds this sign-in.
    pub(super) fn enter(&mut self, token: &str, session: Session) {
        self.cookie = gate::cookie(&self.gate, Some(token));
        self.session = Some(session);
    }

    /// The password is the person's own now.
    pub(super) fn password_changed(&mut self) {
        if let Some(session) = &mut self.session {
            session.must_change = false;
        }
    }

    /// From now on the browser holds none.
    pub(super) fn leave(&mut self) {
        self.cookie = gate::cookie(&self.gate, None);
        self.session = None;
    }
}

/// A JSON route as the TypeScript contract shows it.
pub struct RouteShape {
    /// `<noun>/<verb>`
    pub path: &'static str,
    /// Who may.
    pub right: Right,
    /// TypeScript of its arguments.
    pub args: fn(&Script) -> String,
    /// TypeScript of its answer.
    pub reply: fn(&Script) -> String,
    /// Declares what both name.
    pub declare: fn(&mut Script),
}

/// JSON routes and their shapes, declared together.
#[derive(Default)]
pub(super) struct Api {
    pub(super) router: Router<Gate>,
    pub(super) shapes: Vec<RouteShape>,
}

impl Api {
    pub(super) fn post<A, R>(
        mut self,
        path: &'static str,
        right: Right,
        act: fn(&mut Call, A) -> Result<R, CenterError>,
    ) -> Self
    where
        A: DeserializeOwned + TS + Send + 'static,
        R: Serialize + TS + Send + 'static,
    {
        let serve = move |State(gate): State<Gate>, request: Request| async move {
            match run(gate, request, right, act).await {
                Ok((reply, cookie)) => {
                    let mut response = Json(reply).into_response();
                    if let Some(cookie) = cookie {
                        response.headers_mut().insert(SET_COOKIE, cookie);
                    }
                    response
                }
                Err(problem) => refuse(path, &problem),
            }
        };
        self.router = self.router.route(&format!("/api/{path}"), post(serve));
        self.shapes.push(RouteShape {
            path,
            right,
            args: Script::name::<A>,
            reply: Script::name::<R>,
            declare: |script| {
                script.add::<A>();
                script.add::<R>();
            },
        });
        self
    }
}

async fn run<A, R>(
    gate: Gate,
    request: Request,
    right: Right,
    act: fn(&mut Call, A) -> Result<R, CenterError>,
) -> Result<(R, Option<HeaderValue>), CenterError>
where
    A: DeserializeOwned + Send + 'static,
    R: Send + 'static,
{
    let (parts, body) = request.into_parts();
    gate::check_same_origin(&gate, &parts.headers)?;
    let json = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if json.is_none_or(|json| json.split(';').next().map(str::trim) != Some("application/json")) {
        return Err(CenterError::About(Code::BadInput, "content-type".into()));
    }
    let args = read_args(body).await?;
    let console = gate.console.clone();
    // Looking at a password costs much: whoever comes waits his turn without holding up those at work.
    let _place = match right {
        Right::Anyone => Some(console.inner.doorstep.acquire().await.map_err(|_| CenterError::Stopped)?),
        _ => None,
    };
    let language = language_of(&parts.headers);
    let center = console.center();
    center
        .blocking(move |_| {
            let session = match right {
                Right::Anyone => None,
                _ => Some(gate::session_of(&gate, &parts.headers)?),
            };
            if let Some(session) = &session {
                right.check(session)?;
            }
            let mut call = Call { console: gate.console.clone(), language, session, gate, cookie: None };
            let reply = act(&mut call, args)?;
            Ok((reply, call.cookie))
        })
        .await
}

async fn read_args<A: DeserializeOwned>(body: Body) -> Result<A, CenterError> {
    let bytes = to_bytes(body, MAX_JSON_BYTES).await.map_err(|_| CenterError::Coded(Code::BadInput))?;
    // What cannot be read may be personal: the detail says nothing of it.
    serde_json::from_slice(&bytes).map_err(|_| CenterError::About(Code::BadInput, "json".into()))
}

/// Chinese, unless the browser asks for English first.
pub(super) fn language_of(headers: &HeaderMap) -> Language {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::choose(asked, None)
}

/// The body of a refusal.
#[derive(Serialize)]
struct Refusal<'a> {
    code: Code,
    detail: &'a str,
}

/// An error as the browser gets it: what failed inside is for the log.
pub(super) fn refuse(route: &str, problem: &CenterError) -> Response {
    let code = problem.code();
    let status = status_of(code);
    if status.is_server_error() {
        tracing::error!(route, problem = %problem, "a request failed");
    } else {
        tracing::info!(route, code = code.as_str(), "refused");
    }
    (status, Json(Refusal { code, detail: problem.detail().unwrap_or_default() })).into_response()
}

fn status_of(code: Code) -> StatusCode {
    match code {
        Code::NotSignedIn => StatusCode::UNAUTHORIZED,
        Code::LockedOut => StatusCode::TOO_MANY_REQUESTS,
        Code::WrongPassword | Code::MustChangePassword | Code::NotAllowed | Code::LaptopRefused => {
            StatusCode::FORBIDDEN
        }
        Code::CaseUnknown
        | Code::BatchUnknown
        | Code::StaffUnknown
        | Code::LaptopUnknown
        | Code::PersonUnknown
        | Code::PhotoUnknown
        | Code::ItemUnknown => StatusCode::NOT_FOUND,
        Code::CaseStage
        | Code::RevisionOutdated
        | Code::CaseNotImported
        | Code::NewerRecord
        | Code::NameTaken
        | Code::FormUnchanged
        | Code::ItemKnown
        | Code::AnswersInvalid
        | Code::NothingMissing
        | Code::NoticeNeedsReason
        | Code::BundleClosesItself
        | Code::ConflictMoved
        | Code::PhotoHere
        | Code::HistoryDiffers => StatusCode::CONFLICT,
        Code::BadInput | Code::WeakPassword | Code::VillageUnknown => StatusCode::BAD_REQUEST,
        Code::NotABatch
        | Code::BatchDamaged
        | Code::BatchNotForUs
        | Code::NewerFormat
        | Code::FormBroken
        | Code::NotAWorkbook
        | Code::DueHeadings
        | Code::CertifiedHeadings
        | Code::NewItemIncomplete
        | Code::CardBroken
        | Code::CalendarBroken
        | Code::ProtocolBroken => StatusCode::UNPROCESSABLE_ENTITY,
        Code::BatchTooLarge | Code::FormTooLarge | Code::SheetTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
