//! Checking what stands as received against the kept receipts: nothing is received that no receipt tells (rule X2).

use crate::audit_row::{self, AuditFact};
use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::receive::ReceiptFacts;
use crate::verify::Finding;
use bangban_model::Digest;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// No more of one kind are named: a ledger that lost its receipts says so soon enough.
const MOST_NAMED: usize = 100;

impl Ledger {
    /// Looks at every receipt of this life, and at every entry and photo that stands as received. `read` verifies a kept
    /// receipt of a kind and says what it tells; none where its signature does not hold.
    pub fn verify_receipts(
        &self,
        read: impl Fn(&str, &str) -> Option<ReceiptFacts>,
    ) -> Result<Vec<Finding>, LedgerError> {
        let Some(life) = self.life.as_ref().map(|life| life.id) else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        let mut runs: Vec<(u64, u64)> = Vec::new();
        let mut photos: BTreeSet<Digest> = BTreeSet::new();
        let mut audit: BTreeMap<String, AuditFact> = BTreeMap::new();
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
            photos.extend(facts.photos);
            for fact in facts.audit_heads {
                if audit.get(&fact.stream).is_some_and(|before| !fact.follows(before)) {
                    findings.push(Finding { what: "audit", place: fact.stream.clone() });
                }
                audit.insert(fact.stream.clone(), fact);
            }
        }
        let went_back = audit_row::shrunk(&self.entries)?;
        findings.extend(went_back.into_iter().map(|stream| Finding { what: "audit", place: stream }));
        let told = merged(runs);
        let mut statement = self.entries.prepare(
            "SELECT seq FROM entry WHERE incarnation = ?1 AND standing IN ('received', 'positioned') ORDER BY seq",
        )?;
        let seqs = statement.query_map(params![life.0], |row| Ok(row.get::<_, i64>(0)? as u64))?;
        let mut untold = Vec::new();
        for seq in seqs {
            let seq = seq?;
            if !told.iter().any(|(first, last)| (*first..=*last).contains(&seq)) {
                untold.push(Finding { what: "entry_receipt", place: format!("{life}/{seq}") });
            }
        }
        let mut statement = self.entries.prepare("SELECT digest FROM photo WHERE standing = 'received'")?;
        for digest in statement.query_map([], |row| Ok(Digest(row.get(0)?)))? {
            let digest = digest?;
            if !photos.contains(&digest) {
                untold.push(Finding { what: "photo_receipt", place: digest.to_string() });
            }
        }
        untold.truncate(MOST_NAMED);
        findings.extend(untold);
        Ok(findings)
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
