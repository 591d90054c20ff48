//! F6 and "nobody's edit is lost", over generated histories, by an oracle that knows nothing of how folding works.

use crate::generated::{FIELDS, LAPTOPS, Step, World, steps};
use crate::writing::{fold_all, lineage_of};
use bangban_model::body::Body;
use bangban_model::document::{Contender, Document};
use bangban_model::entry::Entry;
use bangban_model::fold::{Standing, apply};
use bangban_model::{Actor, Audience, EntryId, IncarnationId};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A value that somebody wrote to a field.
struct Write<'a> {
    entry: &'a Entry,
    field: String,
    value: Value,
    /// What a settlement names.
    named: Vec<EntryId>,
    /// Whether it was written without knowing of the acceptance that stood before it.
    late: bool,
}

/// Everything the oracle needs to know about order: who stands where, who saw what.
struct Seen {
    positions: BTreeMap<EntryId, u64>,
}

impl Seen {
    fn of(told: &[(Entry, Option<u64>)]) -> Seen {
        let placed =
            told.iter().filter_map(|(entry, position)| position.map(|position| (entry.header.id, position)));
        Seen { positions: placed.collect() }
    }

    /// Whether the writer of `later` had seen `earlier`.
    fn knew(&self, later: &Entry, earlier: EntryId) -> bool {
        let saw = later.header.saw.and_then(|saw| self.positions.get(&saw));
        matches!((saw, self.positions.get(&earlier)), (Some(saw), Some(place)) if saw >= place)
    }
}

fn writes_of(entry: &Entry) -> Vec<(String, Value, Vec<EntryId>)> {
    if entry.header.audience == Audience::Center {
        return Vec::new();
    }
    match entry.body() {
        Ok(Some(Body::ConflictSettled(settled))) => vec![(settled.field, settled.value, settled.among)],
        Ok(Some(body)) => {
            let set = body.field_set().cloned().unwrap_or_default();
            set.into_iter().map(|(field, value)| (field, value, Vec::new())).collect()
        }
        _ => Vec::new(),
    }
}

fn contenders<'a>(document: &'a Document, field: &'a str) -> impl Iterator<Item = &'a Contender> {
    document.conflicts.iter().filter(move |one| one.field == field).flat_map(|one| &one.contenders)
}

fn late_changes<'a>(document: &'a Document, field: &'a str) -> impl Iterator<Item = &'a Contender> {
    document.late_changes.iter().filter(move |one| one.field == field).map(|one| &one.contender)
}

/// Whether the first is beaten by the second: their ledger wrote it before, in whichever of its lives (rule F2).
fn beaten_by(world: &World, one: &Entry, other: &Entry) -> bool {
    match one.header.incarnation == other.header.incarnation {
        // Staff have one life, and no copy of it is ever put back.
        true if !world.wrote_before(one.header.id, other.header.id) => {
            matches!(one.header.by, Actor::Staff(_)) && other.header.seq > one.header.seq
        }
        _ => world.wrote_before(one.header.id, other.header.id),
    }
}

/// Whether the first was refused, then written again by a life that knows nothing of the second, which the life before wrote
/// later: to the new life that is somebody else's (docs/protocol.md, Order). No entry in force tells where it stood first, so
/// that neither beats the other; but nothing may be lost, and all must fold alike.
fn order_is_not_told(world: &World, one: &Entry, other: &Entry) -> bool {
    one.header.incarnation.0 > other.header.incarnation.0
        && world.wrote_before(one.header.id, other.header.id)
}

/// Folds one by one and holds every step against the rules; answers the last document.
fn walk(world: &World, told: &[(Entry, Option<u64>)]) -> Result<Document, TestCaseError> {
    let seen = Seen::of(told);
    let lineage = lineage_of(told.iter().map(|(entry, _)| entry));
    let mut document = Document::new(world.subject, crate::writing::village());
    let mut writes: Vec<Write<'_>> = Vec::new();
    for (entry, position) in told {
        let before = document.clone();
        let time = position.map(crate::writing::received_at);
        apply(&mut document, Standing { entry, position: *position, received_at: time.as_deref() }, &lineage);
        let fitted = !document.noted.contains(&entry.header.id);
        let acceptance = before.case.as_ref().and_then(|case| case.acceptance.as_ref());
        let late = acceptance.is_some_and(|acceptance| !seen.knew(entry, acceptance.entry));
        let wrote = if fitted { writes_of(entry) } else { Vec::new() };
        for field in FIELDS {
            match wrote.iter().find(|(path, _, _)| path == field) {
                None => unchanged(&before, &document, field)?,
                Some((_, value, named)) => {
                    let write = Write {
                        entry,
                        field: field.into(),
                        value: value.clone(),
                        named: named.clone(),
                        late,
                    };
                    check_step(world, (&before, &document), &write, &writes, &seen)?;
                    writes.push(write);
                }
            }
        }
        nothing_is_lost(world, &document, &writes, &seen)?;
    }
    Ok(document)
}

fn unchanged(before: &Document, after: &Document, field: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(before.fields.get(field), after.fields.get(field));
    prop_assert!(contenders(before, field).eq(contenders(after, field)));
    prop_assert!(late_changes(before, field).eq(late_changes(after, field)));
    Ok(())
}

fn check_step(
    world: &World,
    (before, after): (&Document, &Document),
    write: &Write<'_>,
    earlier: &[Write<'_>],
    seen: &Seen,
) -> Result<(), TestCaseError> {
    let field = write.field.as_str();
    let header = &write.entry.header;
    if earlier.iter().any(|other| other.field == field && order_is_not_told(world, write.entry, other.entry))
    {
        return Ok(());
    }
    let held = |document: &Document| document.fields.get(field).map(|field| field.held.clone());
    if earlier.iter().any(|other| other.field == field && beaten_by(world, write.entry, other.entry)) {
        // F2: beaten by an own later one that stands before it.
        prop_assert_eq!(held(before), held(after));
        prop_assert!(contenders(before, field).eq(contenders(after, field)));
        return Ok(());
    }
    if write.late {
        // F4: never wins by itself.
        prop_assert_eq!(held(before), held(after), "a late change holds the field");
        let open = late_changes(after, field).any(|late| late.entry == header.id);
        prop_assert!(
            open || held(after).is_some_and(|held| held.value == write.value),
            "a late change is not open"
        );
        prop_assert!(contenders(before, field).eq(contenders(after, field)));
        return Ok(());
    }
    prop_assert_eq!(
        held(after).map(|held| held.entry),
        Some(header.id),
        "F3: the later position holds the field"
    );
    let is_staff = matches!(header.by, Actor::Staff(_));
    let own = |one: &&Contender| match is_staff {
        true => one.incarnation == header.incarnation,
        false => world.wrote_before(one.entry, header.id),
    };
    for open in contenders(before, field).filter(|one| !own(one)) {
        let stays = contenders(after, field).any(|one| one == open);
        prop_assert!(
            stays || write.named.contains(&open.entry) || open.value == write.value,
            "F3: settled by nobody"
        );
    }
    for open in late_changes(before, field).filter(|one| !own(one)) {
        let stays = late_changes(after, field).any(|one| one == open);
        prop_assert!(stays || write.named.contains(&open.entry), "F4: a late change settled by nobody");
    }
    if contenders(before, field).next().is_none() && contenders(after, field).next().is_some() {
        let against = contenders(after, field)
            .filter(|one| !own(one))
            .any(|one| one.value != write.value && !seen.knew(write.entry, one.entry));
        prop_assert!(against, "F3: a conflict with nothing unseen");
    }
    let values: Vec<&Value> = contenders(after, field).map(|one| &one.value).collect();
    prop_assert!(
        values.is_empty() || values.iter().any(|value| **value != write.value),
        "equal values conflict"
    );
    Ok(())
}

/// Every value written is held, or open, or equal to one that is, or was replaced by someone who knew it.
fn nothing_is_lost(
    world: &World,
    document: &Document,
    writes: &[Write<'_>],
    seen: &Seen,
) -> Result<(), TestCaseError> {
    for write in writes {
        let field = write.field.as_str();
        let held = document.fields.get(field).map(|field| &field.held);
        let mut shown =
            held.into_iter().chain(contenders(document, field)).chain(late_changes(document, field));
        let visible = shown.any(|one| one.entry == write.entry.header.id || one.value == write.value);
        let replaced = writes.iter().filter(|other| other.field == field).any(|other| {
            let knew = seen.knew(other.entry, write.entry.header.id)
                && other.entry.header.id != write.entry.header.id;
            beaten_by(world, write.entry, other.entry)
                || !other.late && (other.named.contains(&write.entry.header.id) || knew)
        });
        prop_assert!(visible || replaced, "a value was lost: {} of {:?}", write.value, write.entry.header.id);
        // And nothing that its own writer replaced is shown as open.
        for one in contenders(document, field).chain(late_changes(document, field)) {
            let beaten = one.entry == write.entry.header.id
                && writes.iter().any(|other| {
                    other.field == field
                        && !other.late
                        && beaten_by(world, write.entry, other.entry)
                        && !order_is_not_told(world, write.entry, other.entry)
                });
            prop_assert!(!beaten, "F2: a beaten value is open");
        }
    }
    Ok(())
}

fn runs() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn live(steps: &[Step]) -> Result<World, TestCaseError> {
    let mut world = World::new();
    for step in steps {
        world.take(step);
        for laptop in 0..LAPTOPS {
            let told = world.told_to(laptop);
            if !told.is_empty() {
                let folded = fold_all(world.subject, &told).to_bytes().unwrap();
                prop_assert_eq!(&world.kept_of(laptop), &folded, "F6: laptop {} after {:?}", laptop, step);
            }
        }
        if !world.stream.is_empty() {
            let folded = fold_all(world.subject, &world.told_at_center()).to_bytes().unwrap();
            prop_assert_eq!(&world.kept_at_center(), &folded, "F6: the center after {:?}", step);
        }
    }
    Ok(world)
}

proptest! {
    #![proptest_config(runs())]

    #[test]
    fn f6_folding_as_it_went_equals_folding_from_scratch_and_all_who_have_all_agree(steps in steps()) {
        let mut world = live(&steps)?;
        world.settle_down();
        let center = fold_all(world.subject, &world.told_at_center());
        let shared = Document { center: None, ..center }.to_bytes().unwrap();
        for laptop in 0..LAPTOPS {
            let document = world.document_of(laptop).to_bytes().unwrap();
            prop_assert_eq!(String::from_utf8(document), String::from_utf8(shared.clone()), "laptop {}", laptop);
        }
    }

    #[test]
    fn f3_nobodys_edit_is_lost_at_any_step_of_any_history(steps in steps()) {
        let mut world = live(&steps)?;
        for laptop in 0..LAPTOPS {
            walk(&world, &world.told_to(laptop))?;
        }
        walk(&world, &world.told_at_center())?;
        world.settle_down();
        walk(&world, &world.told_at_center())?;
    }
}

#[test]
fn the_generated_histories_hold_what_they_are_meant_to_test() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let mut world = World::new();
        for step in steps().new_tree(&mut runner).unwrap().current() {
            world.take(&step);
        }
        world.settle_down();
        let document = fold_all(world.subject, &world.told_at_center());
        let case = document.case.as_ref();
        let seqs: Vec<u64> = world
            .stream
            .iter()
            .filter(|entry| entry.header.incarnation.0.as_u128() & 0xff == 1)
            .map(|e| e.header.seq)
            .collect();
        let again: BTreeSet<(IncarnationId, EntryId)> = world
            .stream
            .iter()
            .filter_map(|entry| match entry.body() {
                Ok(Some(Body::LedgerBegun(begun))) => Some((entry.header.incarnation, begun.again)),
                _ => None,
            })
            .flat_map(|(life, again)| again.into_iter().map(move |(_, entry)| (life, entry)))
            .collect();
        let mut placed = world.stream.iter().flat_map(|entry| {
            let of_entry = again.iter().filter(|(_, again)| *again == entry.header.id);
            of_entry.map(|(life, _)| *life == entry.header.incarnation).collect::<Vec<_>>()
        });
        let kinds = world.stream.iter().map(|entry| entry.header.kind.as_str());
        for (name, found) in [
            ("conflict", !document.conflicts.is_empty()),
            ("late change", !document.late_changes.is_empty()),
            ("return", case.is_some_and(|case| !case.returns.is_empty())),
            ("acceptance", case.is_some_and(|case| case.acceptance.is_some())),
            ("release out of order", seqs.windows(2).any(|two| two[0] > two[1])),
            ("settlement", kinds.clone().any(|kind| kind == "conflict_settled")),
            ("withdrawal", kinds.clone().any(|kind| kind == "case_withdrawn")),
            ("center only", document.center.is_some()),
            ("erasure", !document.erasures.is_empty()),
            ("a new beginning after an erasure", case.is_some() && !document.erasures.is_empty()),
            ("restored ledger", kinds.clone().any(|kind| kind == "ledger_begun")),
            ("written again under the old header", placed.clone().any(|new| !new)),
            ("written again under the new header", placed.any(|new| new)),
        ] {
            if found {
                met.insert(name);
            }
        }
    }
    assert_eq!(met.len(), 13, "only {met:?}");
}

/// Once a life could not say where it goes on from after an erasure, and its own earlier value stood open beside the later one.
#[test]
fn f2_a_life_that_begins_after_an_erasure_says_where_it_goes_on_from() {
    let mut world = live(&[
        Step::Erase { staff: 0 },
        Step::Edit { laptop: 0, field: 1, value: 0 },
        Step::Push { laptop: 0, count: 2, refused: 0 },
        Step::Pull { laptop: 0 },
        Step::Release { laptop: 0 },
        Step::Edit { laptop: 0, field: 0, value: 0 },
        Step::Copy { laptop: 0 },
        Step::Edit { laptop: 0, field: 0, value: 0 },
        Step::Push { laptop: 0, count: 2, refused: 0 },
        Step::PutBack { laptop: 0 },
        Step::Edit { laptop: 0, field: 1, value: 1 },
    ])
    .unwrap();
    world.settle_down();
    walk(&world, &world.told_at_center()).unwrap();
}
