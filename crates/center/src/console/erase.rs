//! 删除个人信息: first what would go, then the act.

use super::api::Call;
use super::message::{EraseArgs, ErasureArgs, ErasureView};
use crate::error::CenterError;
use crate::store::{Erased, ErasureAsk};

/// What would go.
pub(super) fn preview(call: &mut Call, args: ErasureArgs) -> Result<ErasureView, CenterError> {
    Ok(view(&call.center().erasure_of(call.sign_in()?, args.id, args.whole_person)?))
}

/// Erases; what went.
pub(super) fn erase(call: &mut Call, args: EraseArgs) -> Result<ErasureView, CenterError> {
    let ask = ErasureAsk {
        subject: args.id,
        whole_person: args.whole_person,
        reason: args.reason,
        note: &args.note,
    };
    Ok(view(&call.center().erase(call.sign_in()?, &ask)?))
}

fn view(erased: &Erased) -> ErasureView {
    ErasureView { cases: erased.cases, entries: erased.entries, photos: erased.photos }
}
