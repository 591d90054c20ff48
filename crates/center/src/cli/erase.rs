//! 删除个人信息 at the command line.

use super::args::EraseArgs;
use super::print::Printer;
use bangban_center::store::{Erased, ErasureAsk};
use bangban_center::{Center, CenterError};
use bangban_model::body::ErasureReason;
use bangban_model::{Code, SubjectId};
use serde_json::json;

/// Without `--yes` it only tells what would go.
pub(super) fn run_erase(center: &Center, out: &Printer, args: &EraseArgs) -> Result<(), CenterError> {
    let subject: SubjectId =
        args.id.parse().map_err(|_| CenterError::About(Code::PersonUnknown, "id".into()))?;
    let reason: ErasureReason = serde_json::from_value(json!(args.reason))
        .map_err(|_| CenterError::About(Code::BadInput, "reason".into()))?;
    let sign_in = center.sign_in(&args.staff)?;
    let erased = match args.yes {
        true => {
            let ask = ErasureAsk { subject, whole_person: args.whole_person, reason, note: &args.note };
            center.erase(&sign_in, &ask)?
        }
        false => center.erasure_of(&sign_in, subject, args.whole_person)?,
    };
    let Erased { subjects, cases, entries, photos } = erased;
    out.show(
        &json!({"erased": args.yes, "subjects": subjects, "cases": cases, "entries": entries, "photos": photos}),
        || {
            let facts = [cases, entries, photos].map(|count| count.to_string());
            let words = [("cases", facts[0].as_str()), ("entries", &facts[1]), ("photos", &facts[2])];
            vec![out.say(if args.yes { "erase.done" } else { "erase.would" }, &words)]
        },
    );
    Ok(())
}
