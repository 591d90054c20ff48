//! What staff do at the center.

use super::act::Desk;
use super::truth::{Kept, Written, entries_of};
use super::world::{World, count};
use crate::prove::stores::STAFF;
use bangban_center::settle::Settlement;
use bangban_center::{CenterError, SignIn};
use bangban_model::settling::WhichHolds;
use bangban_model::{Code, EntryId, SubjectId};
use std::collections::BTreeMap;

/// Who accepts, settles and sends back.
const ACCEPTOR: &str = STAFF[0].0;
/// Who looks after the center.
const ADMIN: &str = STAFF[1].0;

impl World {
    pub fn work(&mut self, work: Desk) {
        match work {
            Desk::Confirm => self.confirm(),
            Desk::Close => self.close(),
            Desk::Settle { which } => self.settle_at_center(which),
            Desk::Import { which } => {
                let batches = self.town.center().store().batches("", 50).unwrap();
                let Some(batch) = which.checked_rem(batches.len()).map(|which| batches[which].id) else {
                    return;
                };
                self.decide("imports", |world, acceptor| {
                    world.town.center().import_batch(acceptor, batch).map(drop)
                });
            }
            Desk::Return { which } => {
                let cases: Vec<SubjectId> = self.cases.clone();
                let Some(case) = which.checked_rem(cases.len()).map(|which| cases[which]) else { return };
                self.decide("cases sent back", |world, acceptor| {
                    let center = world.town.center();
                    let send_back = || center.return_case(acceptor, case, None, &[], "请补正").map(drop);
                    match send_back() {
                        Err(problem) if problem.code() == Code::CaseNotImported => {
                            for batch in center.store().batches("", 50).unwrap() {
                                center.import_batch(acceptor, batch.id)?;
                            }
                            send_back()
                        }
                        other => other,
                    }
                });
            }
        }
    }

    /// Staff look through the laptops after a restore.
    pub fn confirm(&mut self) {
        let center = self.town.center();
        let admin = center.sign_in(ADMIN).unwrap();
        if center.recovery().unwrap().is_some_and(|open| open.confirmed_at.is_none()) {
            count("recoveries");
            center.confirm_laptops(&admin).unwrap();
        }
    }

    /// Staff end a recovery, if they may.
    pub fn close(&mut self) {
        let center = self.town.center();
        let admin = center.sign_in(ADMIN).unwrap();
        match center.close_recovery(&admin) {
            Ok(()) => {}
            Err(problem) if problem.code() == Code::CenterRecovering => {}
            Err(problem) => panic!("a recovery cannot be closed: {problem}"),
        }
    }

    /// What waits behind a gap that will never fill, or stands in quarantine, staff let go on.
    pub fn release_what_waits(&mut self) {
        for gap in self.town.center().store().gaps("").unwrap() {
            self.decide("gaps released", |world, acceptor| {
                world.town.center().release_gap(acceptor, gap.life).map(drop)
            });
        }
        for record in self.town.center().store().quarantined("").unwrap() {
            self.decide("records released", |world, acceptor| {
                world.town.center().release_record(acceptor, record.record).map(drop)
            });
        }
    }

    fn settle_at_center(&mut self, which: usize) {
        let center = self.town.center();
        let people = self.people();
        let documents = people.filter_map(|person| center.store().resident("", person).unwrap());
        let open: Vec<_> = documents
            .flat_map(|document| {
                let seen = entries_of(&document);
                let subject = document.subject;
                document.conflicts.into_iter().map(move |one| (subject, one, seen.clone()))
            })
            .collect();
        let Some((subject, conflict, seen)) = which.checked_rem(open.len()).and_then(|which| open.get(which))
        else {
            return;
        };
        let among: Vec<EntryId> = conflict.contenders.iter().map(|one| one.entry).collect();
        let first = conflict.contenders.first().unwrap();
        let settlement = Settlement {
            field: conflict.field.clone(),
            among,
            choice: WhichHolds::Of(first.entry),
            reason: String::new(),
        };
        let (subject, field, value, seen) =
            (*subject, conflict.field.clone(), first.value.clone(), seen.clone());
        let new = self.decide("conflicts settled by staff", |world, acceptor| {
            world.town.center().settle(acceptor, subject, &settlement).map(drop)
        });
        let written = new.into_iter().map(|entry| Written {
            entry,
            subject,
            field: field.clone(),
            value: value.clone(),
            seen: seen.clone(),
        });
        self.truth.written.extend(written);
    }

    /// An act of staff; the entries that came of it. While a recovery lasts, and where somebody was faster, they are refused.
    fn decide(
        &mut self,
        name: &'static str,
        act: impl Fn(&World, &SignIn) -> Result<(), CenterError>,
    ) -> Vec<EntryId> {
        let before = self.at_center();
        let acceptor = self.town.center().sign_in(ACCEPTOR).unwrap();
        match act(self, &acceptor) {
            Ok(()) => count(name),
            Err(problem)
                if matches!(
                    problem.code(),
                    Code::CenterRecovering
                        | Code::CaseNotImported
                        | Code::CaseStage
                        | Code::CaseUnknown
                        | Code::ConflictMoved
                ) => {}
            Err(problem) => panic!("{name}: {problem}"),
        }
        let new: Vec<_> =
            self.at_center().into_iter().filter(|(entry, _)| !before.contains_key(entry)).collect();
        let known: std::collections::BTreeSet<_> = self.truth.kept.iter().map(|one| one.entry).collect();
        let mut entries = Vec::new();
        // What is released was written by an agent, and is known.
        for (entry, subject) in new.into_iter().filter(|(entry, _)| !known.contains(entry)) {
            self.truth.kept.push(Kept { entry, subject, by: "staff", gone: false });
            entries.push(entry);
        }
        entries
    }

    fn at_center(&self) -> BTreeMap<EntryId, SubjectId> {
        let mut there = BTreeMap::new();
        let subjects = self.people().chain(self.cases.iter().copied());
        for subject in subjects.collect::<Vec<_>>() {
            if let Some(document) = self.town.center().store().subject("", subject).unwrap() {
                there.extend(entries_of(&document).into_iter().map(|entry| (entry, subject)));
            }
        }
        there
    }
}
