//! Every route of the console on one page, and who may use it. The TypeScript contract comes from this list.

use super::api::Right::{Accept, Administer, Anyone, Confirm, Oversee, Settle, SignedIn, Staff, Tend};
use super::api::{Api, RouteShape};
use super::gate::{self, Gate};
use super::{
    audit, batch, case, death, due, due_list, erase, event, form, guide, handover, item, joining, laptop,
    open, page, photo, quarantine, recovery, register, roll, session, staff, standing, status, upload,
};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// `POST /api/<noun>/<verb>`, JSON in and out.
fn api() -> Api {
    Api::default()
        .post("session/sign_in", Anyone, session::sign_in)
        .post("session/me", SignedIn, session::me)
        .post("session/sign_out", SignedIn, session::sign_out)
        .post("session/change_password", SignedIn, session::change_password)
        .post("status/show", Staff, status::show)
        .post("batch/list", Staff, batch::list)
        .post("batch/show", Staff, batch::show)
        .post("batch/import", Accept, batch::import)
        .post("batch/undo", Accept, batch::undo)
        .post("upload/list", Settle, upload::list)
        .post("upload/begin", Settle, upload::begin)
        .post("upload/take", Settle, upload::take)
        .post("upload/discard", Settle, upload::discard)
        .post("case/list", Staff, case::list)
        .post("case/show", Staff, case::show)
        .post("case/reveal", Staff, case::reveal)
        .post("case/compare", Staff, case::compare)
        .post("case/accept", Accept, case::accept)
        .post("case/return", Accept, case::send_back)
        .post("case/confirm", Confirm, case::confirm)
        .post("case/notice", Accept, standing::notice)
        .post("case/pause", Tend, standing::pause)
        .post("case/resume", Tend, standing::resume)
        .post("case/settle", Tend, open::settle)
        .post("case/reveal_value", Staff, open::reveal)
        .post("case/lose_photo", Accept, joining::lose_photo)
        .post("case/alike", Tend, joining::alike)
        .post("case/join", Tend, joining::join)
        .post("case/benefit", Confirm, standing::benefit)
        .post("case/death", Confirm, standing::death)
        .post("death/list", Staff, death::list)
        .post("death/verify", Confirm, death::verify)
        .post("person/erasure", Administer, erase::preview)
        .post("person/erase", Administer, erase::erase)
        .post("due/list", Staff, due::list)
        .post("due/preview", Tend, due_list::preview)
        .post("due/import", Tend, due_list::import)
        .post("radar/list", Staff, due::radar)
        .post("item/list", Staff, item::list)
        .post("guide/list", Staff, guide::list)
        .post("guide/show", Staff, guide::show)
        .post("guide/edit", Staff, guide::edit)
        .post("guide/begin", Administer, guide::begin)
        .post("guide/check", Administer, guide::check)
        .post("guide/publish", Administer, guide::publish)
        .post("guide/withdraw", Administer, guide::withdraw)
        .post("guide/again", Administer, guide::again)
        .post("calendar/show", Staff, guide::calendar)
        .post("calendar/publish", Administer, guide::publish_calendar)
        .post("calendar/again", Administer, guide::calendar_again)
        .post("form/list", Staff, form::list)
        .post("form/bring", Administer, form::bring)
        .post("form/try", Administer, form::try_out)
        .post("form/publish", Administer, form::publish)
        .post("register/list", Staff, register::list)
        .post("register/lines", Staff, register::lines)
        .post("register/roll", Staff, roll::show)
        .post("handover/list", Staff, handover::list)
        .post("handover/show", Staff, handover::show)
        .post("laptop/list", Staff, laptop::list)
        .post("laptop/code", Administer, laptop::code)
        .post("laptop/assign", Administer, laptop::assign)
        .post("laptop/revoke", Administer, laptop::revoke)
        .post("audit/list", Oversee, audit::list)
        .post("staff/list", Administer, staff::list)
        .post("staff/add", Administer, staff::add)
        .post("staff/set_password", Administer, staff::set_password)
        .post("staff/close", Administer, staff::close)
        .post("recovery/show", Staff, recovery::show)
        .post("recovery/confirm", Administer, recovery::confirm)
        .post("recovery/close", Administer, recovery::close)
        .post("quarantine/list", Staff, quarantine::list)
        .post("quarantine/release", Settle, quarantine::release)
        .post("quarantine/settle", Settle, quarantine::settle)
        .post("quarantine/release_gap", Settle, quarantine::release_gap)
}

/// Everything else: bytes in, bytes out.
pub(super) fn router(gate: Gate) -> Router {
    api()
        .router
        .route("/api/upload/piece/{upload}/{at}", post(upload::piece)) // Settle
        .route("/api/batch/receipt/{receipt}", get(upload::receipt)) // Settle
        .route("/api/photo/{digest}", get(photo::show)) // Staff
        .route("/api/case/file/{case}/{digest}", get(photo::download)) // Staff
        .route("/api/form/media/{digest}", get(form::media)) // Staff
        .route("/api/form/workbook/{item}", get(form::workbook)) // Staff
        .route("/api/event/stream", get(event::stream)) // Staff
        .route("/api/{*rest}", axum::routing::any(gate::no_such_route))
        .fallback(page::serve)
        .layer(from_fn_with_state(gate.clone(), gate::guard))
        .with_state(gate)
}

/// The JSON routes as declared.
pub fn shapes() -> Vec<RouteShape> {
    api().shapes
}
