//! What stands in quarantine and behind gaps, for a person to settle.

use super::api::Call;
use super::label::village;
use super::message::{
    Gap, GapArgs, Nothing, Positioned, QuarantineView, QuarantinedEntry, QuarantinedRecord, RecordArgs,
    SettleArgs,
};
use crate::error::CenterError;
use crate::store::SettleAsk;
use crate::store::embedded::refusal;

/// Records and gaps in scope.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<QuarantineView, CenterError> {
    let store = call.center().store();
    let records = store.quarantined(call.scope()?)?;
    let writers: Vec<_> = records.iter().map(|record| record.by).collect();
    let names = store.names_of(&writers)?;
    let records = records.into_iter().map(|record| QuarantinedRecord {
        record: record.record,
        village: village(call, record.stream.as_str()),
        by: names.get(&record.by).cloned().unwrap_or_default(),
        reason: refusal::text(record.reason).to_owned(),
        can_release: refusal::is_pardonable(record.reason),
        entries: record
            .entries
            .into_iter()
            .map(|(seq, kind, subject)| QuarantinedEntry { seq, kind, subject })
            .collect(),
    });
    let gaps = store.gaps(call.scope()?)?.into_iter().map(|gap| {
        Ok(Gap {
            incarnation: gap.life,
            agents: store.agents_of(gap.life)?,
            missing_from: gap.missing_from,
            held: gap.held,
        })
    });
    Ok(QuarantineView { gaps: gaps.collect::<Result<_, CenterError>>()?, records: records.collect() })
}

/// Lets a record go on.
pub(super) fn release(call: &mut Call, args: RecordArgs) -> Result<Positioned, CenterError> {
    Ok(Positioned { positioned: call.center().release_record(call.sign_in()?, args.record)? })
}

/// Settles a record that is not to come into force.
pub(super) fn settle(call: &mut Call, args: SettleArgs) -> Result<(), CenterError> {
    let ask = SettleAsk { record: args.record, how: args.how, note: &args.note };
    call.center().settle_record(call.sign_in()?, &ask)
}

/// Lets what waits behind a gap go on without what is missing.
pub(super) fn release_gap(call: &mut Call, args: GapArgs) -> Result<Positioned, CenterError> {
    Ok(Positioned { positioned: call.center().release_gap(call.sign_in()?, args.incarnation)? })
}
