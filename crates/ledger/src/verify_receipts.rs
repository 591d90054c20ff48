//! Checking what stands as received against the kept receipts: nothing is received that no receipt tells (rule X2).

use crate::audit_row::{self, AuditFact};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::receive::ReceiptFacts;
use crate::verify::Finding;
use crate::{entry_row, life};
use bangban_model::{Digest, IncarnationId};
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// No more of one kind are named: a ledger that lost its receipts says so soon enough.
const MOST_NAMED: usize = 100;

/// What the receipts of all lives tell beside the entries.
#[derive(Default)]
struct Told {
    photos: BTreeSet<Digest>,
    audit: BTreeMap<String, AuditFact>,
    /// Of them, those that went back and did not begin anew since.
    went_back: BTreeSet<String>,
}

impl Ledger {
    /// Looks at every receipt of this ledger's lives, and at every entry and photo that stands as received. Of a life that
    /// another continues, entries count up to the fork: what it wrote later came back from the center. `read` verifies a
    /// kept receipt of a kind and says what it tells; none where its signature does not hold.
    pub fn verify_receipts(
        &self,
        read: impl Fn(&str, &str) -> Option<ReceiptFacts>,
    ) -> Result<Vec<Finding>, LedgerError> {
        let (mut findings, mut untold) = (Vec::new(), Vec::new());
        let mut told_of = Told::default();
        for (life, fork) in life::line(&self.entries)? {
            let told = self.told_of(life, &read, &mut findings, &mut told_of)?;
            let until = fork.unwrap_or(i64::MAX as u64);
            self.find_untold(life, until, &told, &mut untold)?;
        }
        let mut went_back = std::mem::take(&mut told_of.went_back);
        went_back.extend(audit_row::shrunk(&self.entries)?);
        findings.extend(went_back.into_iter().map(|stream| Finding { what: "audit", place: stream }));
        let mut statement = self.entries.prepare("SELECT digest FROM photo WHERE standing = 'received'")?;
        for digest in statement.query_map([], |row| Ok(Digest(row.get(0)?)))? {
            let digest = digest?;
            if !told_of.photos.contains(&digest) {
                untold.push(Finding { what: "photo_receipt", place: digest.to_string() });
            }
        }
        untold.truncate(MOST_NAMED);
        findings.extend(untold);
        Ok(findings)
    }

    /// The runs that the receipts of a life tell.
    fn told_of(
        &self,
        life: IncarnationId,
        read: &impl Fn(&str, &str) -> Option<ReceiptFacts>,
        findings: &mut Vec<Finding>,
        all: &mut Told,
    ) -> Result<Vec<(u64, u64)>, LedgerError> {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        let mut statement = self
            .entries
            .prepare("SELECT id, kind, signed FROM receipt WHERE incarnation = ?1 ORDER BY id")?;
        let mut rows = statement.query(params![life.0])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let broken = || Finding { what: "receipt", place: number.to_string() };
            let (kind, signed): (String, String) = (row.get(1)?, row.get(2)?);
            let Some(facts) = read(&kind, &signed) else {
                findings.push(broken());
                continue;
            };
            for run in facts.runs {
                match entry_row::header_hash_at(&self.entries, life, run.last)? == Some(run.last_hash) {
                    true => runs.push((run.first, run.last)),
                    false => findings.push(broken()),
                }
            }
            all.photos.extend(facts.photos);
            for fact in facts.audit_heads {
                match all.audit.get(&fact.stream) {
                    Some(before) if !fact.follows(before) => drop(all.went_back.insert(fact.stream.clone())),
                    Some(before) if fact.epoch > before.epoch => drop(all.went_back.remove(&fact.stream)),
                    _ => {}
                }
                all.audit.insert(fact.stream.clone(), fact);
            }
        }
        Ok(merged(runs))
    }

    /// Entries up to here that stand as received and are in no receipt.
    fn find_untold(
        &self,
        life: IncarnationId,
        until: u64,
        told: &[(u64, u64)],
        untold: &mut Vec<Finding>,
    ) -> Result<(), LedgerError> {
        let mut statement = self.entries.prepare(
            "SELECT seq FROM entry WHERE incarnation = ?1 AND seq <= ?2 AND standing IN ('received', 'positioned')
             ORDER BY seq",
        )?;
        let seqs =
            statement.query_map(params![life.0, until as i64], |row| Ok(row.get::<_, i64>(0)? as u64))?;
        for seq in seqs {
            let seq = seq?;
            if !told.iter().any(|(first, last)| (*first..=*last).contains(&seq)) {
                untold.push(Finding { what: "entry_receipt", place: format!("{life}/{seq}") });
            }
        }
        Ok(())
    }
}

/// Runs that touch or overlap as one.
fn merged(mut runs: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    runs.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (first, last) in runs {
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}
