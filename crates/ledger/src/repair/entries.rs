//! `ledger.db` built anew.

use super::aside;
use super::lives::{self, OwnLives};
use super::report::MissingEntry;
use super::salvage::{self, ENTRY_PLACES, Found, Shape};
use super::source::{Foundation, SavedEntry, Source};
use super::streams;
use super::{Repair, RepairReport};
use crate::btree::{Owners, Record};
use crate::draft::Draft;
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::{ENTRIES_FILE, MIGRATIONS};
use crate::page::Pages;
use crate::{database, document_row, form_row, outbox, photo_row, settled_row};
use bangban_model::entry::Entry;
use bangban_model::{Body, Code, Digest, EntryId, IncarnationId, SubjectKind};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Tables whose rows follow from others.
const DERIVED: &[&str] =
    &["document", "person", "due_day", "descent", "written_again", "photo_name", "migration"];
/// Where the columns of an entry's row stand.
const HEADER: usize = 10;
const HEADER_HASH: usize = 11;
const BODY: usize = 12;
const STANDING: usize = 13;

/// The index behind the key of table `draft`.
const DRAFT_IDS: &str = "sqlite_autoindex_draft_1";

/// What the damaged file tells beside the rows that read.
#[derive(Default)]
pub(super) struct Evidence {
    /// Every place of a life that an index names, with the row's number.
    pub(super) places: BTreeMap<(Uuid, u64), i64>,
    /// Places that wait for a receipt.
    waiting: BTreeSet<(Uuid, u64)>,
    /// By the row's number: the entry's id, and its subject.
    ids: BTreeMap<i64, Uuid>,
    subjects: BTreeMap<i64, Uuid>,
    /// Entries of which the header alone reads.
    headers: Vec<(i64, Entry)>,
    /// Rows of tables that were not believed, or could not be given to one.
    refused_rows: u64,
    newer: bool,
    /// Whether it is known which entries there were.
    pub(super) is_certain: bool,
    waiting_is_whole: bool,
    /// Drafts that their index names.
    drafts: BTreeSet<Uuid>,
    drafts_are_whole: bool,
    /// Whether it is known which drafts there were.
    drafts_are_certain: bool,
    forms_are_whole: bool,
}

impl Evidence {
    /// Whether a receipt covered the entry at this place; none where nothing tells.
    pub(super) fn was_received(&self, life: Uuid, seq: u64, received_to: u64) -> Option<bool> {
        if self.waiting.contains(&(life, seq)) {
            return Some(false);
        }
        (self.waiting_is_whole || seq <= received_to).then_some(true)
    }
}

/// Builds `ledger.db` under another name.
pub(super) fn rebuild(
    work: &Repair<'_>,
    source: &mut dyn Source,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let path = work.folder.join(ENTRIES_FILE);
    let mut pages = Pages::open(&path, work.keys)?.ok_or(LedgerError::Coded(Code::LedgerMissing))?;
    let mut fresh = database::open(&aside::building(work.folder, ENTRIES_FILE), work.key()?, &MIGRATIONS)?;
    let transaction = fresh.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let evidence = take_rows(&mut pages, &transaction, report)?;
    work.step(2)?;
    take_from_copy(&transaction, work, source, &evidence, report)?;
    work.step(3)?;
    settle_derived(&transaction, &evidence, report)?;
    let own = lives::read(&transaction)?;
    count_entries(&transaction, &own, &evidence, report)?;
    lives::go_on(&transaction, work, &evidence, report)?;
    streams::settle(&transaction, work, &own, &evidence, report)?;
    outbox::note(&transaction, "post_unanswered", true)?;
    for subject in document_row::subjects(&transaction)? {
        document_row::refold(&transaction, subject)?;
    }
    work.step(4)?;
    transaction.commit()?;
    document_row::bring_up_to_date(&mut fresh)?;
    let quick: String = fresh.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if quick != "ok" {
        return Err(LedgerError::Damaged("the repaired ledger"));
    }
    fresh.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    fresh.close().map_err(|(_, problem)| problem)?;
    Ok(())
}

fn take_rows(
    pages: &mut Pages,
    fresh: &Connection,
    report: &mut RepairReport,
) -> Result<Evidence, LedgerError> {
    let shapes = Shape::all(fresh)?;
    let owners = Owners::find(pages)?;
    let log_is_whole = !pages.log().is_damaged;
    let is_whole = |tree: &str| log_is_whole && owners.is_whole(tree);
    let mut evidence = Evidence {
        is_certain: is_whole("entry") || is_whole(ENTRY_PLACES),
        waiting_is_whole: is_whole("entry_waiting"),
        drafts_are_whole: is_whole("draft"),
        drafts_are_certain: is_whole("draft") || is_whole(DRAFT_IDS),
        forms_are_whole: is_whole("form") && is_whole("form_file"),
        ..Evidence::default()
    };
    let known: BTreeSet<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
    let unclaimed = salvage::read(pages, &owners, &shapes, &mut |found| {
        match found {
            Found::Key(index, record) => note_key(&mut evidence, index, &record),
            Found::Row("migration", record) => {
                if let Some(Value::Text(name)) = record.values.first() {
                    evidence.newer |= !known.contains(name.as_str());
                }
            }
            Found::Row("entry", record) => take_entry(fresh, &shapes["entry"], record, &mut evidence)?,
            Found::Row(table, _) if DERIVED.contains(&table) => {}
            Found::Row(table, record) => {
                let shape = &shapes[table];
                if !record.is_whole || !shape.fits(&record.values) || !insert(fresh, table, shape, &record)? {
                    evidence.refused_rows += 1;
                }
            }
        }
        Ok(())
    })?;
    if evidence.newer {
        return Err(Code::NewerFormat.into());
    }
    report.other_rows.missing = evidence.refused_rows + unclaimed.rows;
    Ok(evidence)
}

fn note_key(evidence: &mut Evidence, index: &str, record: &Record) {
    let uuid = |value: Option<&Value>| match value {
        Some(Value::Blob(bytes)) => Uuid::from_slice(bytes).ok(),
        _ => None,
    };
    let number = |value: Option<&Value>| match value {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    };
    let values = &record.values;
    match index {
        ENTRY_PLACES | "entry_waiting" => {
            if let (Some(life), Some(seq), Some(row)) =
                (uuid(values.first()), number(values.get(1)), number(values.get(2)))
            {
                let place = (life, seq as u64);
                evidence.places.insert(place, row);
                if index == "entry_waiting" {
                    evidence.waiting.insert(place);
                }
            }
        }
        DRAFT_IDS => evidence.drafts.extend(uuid(values.first())),
        "entry_by_id" => {
            if let (Some(id), Some(row)) = (uuid(values.first()), number(values.get(1))) {
                evidence.ids.insert(row, id);
            }
        }
        "entry_by_subject" => {
            if let (Some(subject), Some(row)) = (uuid(values.first()), number(values.get(1))) {
                evidence.subjects.insert(row, subject);
            }
        }
        _ => {}
    }
}

/// Puts a row as it was read; one that stands there already was written later. Whether the table took it.
fn insert(fresh: &Connection, table: &str, shape: &Shape, record: &Record) -> Result<bool, LedgerError> {
    let mut names: Vec<&str> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let has_row_column = shape.columns.iter().any(|column| column.is_row);
    if !shape.without_rows && !has_row_column {
        names.push("rowid");
        values.push(Value::Integer(record.row));
    }
    for (column, value) in shape.columns.iter().zip(&record.values) {
        names.push(&column.name);
        values.push(if column.is_row { Value::Integer(record.row) } else { value.clone() });
    }
    let places: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
    match fresh.prepare_cached(&sql)?.execute(params_from_iter(values)) {
        Ok(_) => Ok(true),
        Err(problem) if problem.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Ok(false)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// An entry is believed where its header's hash, the columns and its body's digest fit.
fn take_entry(
    fresh: &Connection,
    shape: &Shape,
    record: Record,
    evidence: &mut Evidence,
) -> Result<(), LedgerError> {
    let (Some(Value::Blob(header)), Some(Value::Blob(hash))) =
        (record.values.get(HEADER), record.values.get(HEADER_HASH))
    else {
        evidence.refused_rows += 1;
        return Ok(());
    };
    let (header, hash) = (header.clone(), hash.clone());
    let body = match record.values.get(BODY) {
        Some(Value::Blob(body)) => Some(body.clone()),
        _ => None,
    };
    let believed =
        |entry: &Entry| entry.header_hash().0.as_slice() == hash.as_slice() && columns_fit(&record, entry);
    let is_row_whole = record.is_whole && record.values.len() > STANDING && shape.fits(&record.values);
    match Entry::from_bytes(header.clone(), body) {
        Ok(entry) if is_row_whole && believed(&entry) => {
            let standing = match record.values.get(STANDING) {
                Some(Value::Text(standing)) => EntryStanding::parse(standing),
                _ => None,
            };
            let has_position = matches!(record.values.get(15), Some(Value::Integer(_)));
            // A position belongs to what is in force, and to nothing else.
            let stands_well =
                standing.is_some_and(|standing| has_position == (standing == EntryStanding::Positioned));
            if !stands_well || !insert(fresh, "entry", shape, &record)? {
                evidence.refused_rows += 1;
            }
        }
        _ => match Entry::from_bytes(header, None) {
            Ok(entry) if believed(&entry) => evidence.headers.push((record.row, entry)),
            _ => evidence.refused_rows += 1,
        },
    }
    Ok(())
}

fn columns_fit(record: &Record, entry: &Entry) -> bool {
    let header = &entry.header;
    let blob = |index: usize| match record.values.get(index) {
        Some(Value::Blob(bytes)) => bytes.as_slice(),
        _ => &[],
    };
    let text = |index: usize| match record.values.get(index) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    let number = |index: usize| match record.values.get(index) {
        Some(Value::Integer(number)) => Some(*number as u64),
        _ => None,
    };
    blob(0) == header.incarnation.0.as_bytes()
        && number(1) == Some(header.seq)
        && blob(2) == header.id.0.as_bytes()
        && text(3) == header.stream.as_str()
        && blob(4) == header.subject.0.as_bytes()
        && text(5) == header.kind
        && blob(7) == header.record.id.0.as_bytes()
        && number(8) == Some(u64::from(header.record.index))
        && number(9) == Some(u64::from(header.record.count))
}

/// What the second copy has and the damaged file does not.
fn take_from_copy(
    fresh: &Connection,
    work: &Repair<'_>,
    source: &mut dyn Source,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let foundation = source.foundation()?.unwrap_or_default();
    lives::take_foundation(fresh, &foundation)?;
    put_agents(fresh, work, &foundation)?;
    let own: BTreeSet<Uuid> = lives::read(fresh)?.ids.into_iter().map(|life| life.0).collect();
    let mut saved = source.entries()?;
    saved.sort_by_key(|saved| (saved.entry.header.incarnation, saved.entry.header.seq));
    for saved in saved.into_iter().filter(|saved| own.contains(&saved.entry.header.incarnation.0)) {
        report.own_entries.from_copy += u64::from(take_saved(fresh, evidence, saved)?);
    }
    take_drafts(fresh, source, evidence, report)
}

fn take_drafts(
    fresh: &Connection,
    source: &mut dyn Source,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let kept = || -> Result<BTreeSet<Uuid>, LedgerError> {
        let mut statement = fresh.prepare("SELECT id FROM draft")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    report.drafts.from_file = kept()?.len() as u64;
    if evidence.drafts_are_whole {
        return Ok(());
    }
    for draft in source.drafts()? {
        // A copy may lag behind: what was recorded or thrown away since is not brought back, where that can be told.
        if !evidence.drafts_are_certain || evidence.drafts.contains(&draft.id.0) {
            report.drafts.from_copy += u64::from(take_draft(fresh, &draft)?);
        }
    }
    report.drafts.missing = evidence.drafts.difference(&kept()?).count() as u64;
    report.may_be_more |= !evidence.drafts_are_certain;
    Ok(())
}

/// Puts an entry of the copy whose place is empty here, or lacks its body. Whether it was needed.
fn take_saved(fresh: &Connection, evidence: &Evidence, saved: SavedEntry) -> Result<bool, LedgerError> {
    let header = &saved.entry.header;
    let (life, seq) = (header.incarnation, header.seq);
    if entry_row::at(fresh, life, seq)?.is_some() {
        return Ok(false);
    }
    let waits = evidence.waiting.contains(&(life.0, seq));
    let standing = match saved.standing {
        EntryStanding::Positioned => EntryStanding::Received,
        standing if waits => match standing {
            EntryStanding::Received => EntryStanding::Pending,
            other => other,
        },
        standing => standing,
    };
    let taken_id = entry_row::by_id(fresh, header.id)?.is_some();
    if taken_id && !matches!(standing, EntryStanding::Alias | EntryStanding::Quarantined) {
        return Ok(false);
    }
    let row = EntryRow {
        standing,
        reason: saved.reason,
        position: None,
        received_at: None,
        batch: None,
        entry: saved.entry,
    };
    entry_row::insert(fresh, &row)?;
    if let Some(number) = evidence.places.get(&(life.0, seq)) {
        // Entries of no position fold in the order of their rows.
        let moved = fresh.execute(
            "UPDATE OR IGNORE entry SET rowid = ?3 WHERE incarnation = ?1 AND seq = ?2",
            params![life.0, seq as i64, number],
        )?;
        debug_assert!(moved <= 1, "a place is one row");
    }
    Ok(true)
}

fn take_draft(fresh: &Connection, draft: &Draft) -> Result<bool, LedgerError> {
    let taken = fresh.execute(
        "INSERT OR IGNORE INTO draft (id, subject, body, updated_at) VALUES (?1, ?2, ?3, ?4)",
        params![draft.id.0, draft.subject.0, draft.body, draft.updated_at],
    )?;
    for digest in &draft.photos {
        fresh.execute(
            "INSERT OR IGNORE INTO draft_photo (draft, digest) VALUES (?1, ?2)",
            params![draft.id.0, digest.0],
        )?;
    }
    Ok(taken > 0)
}

fn put_agents(fresh: &Connection, work: &Repair<'_>, foundation: &Foundation) -> Result<(), LedgerError> {
    for (agent, name) in &foundation.agents {
        fresh.execute("INSERT OR IGNORE INTO agent (id, name) VALUES (?1, ?2)", params![agent.0, name])?;
    }
    // Names stand in the entries that added agents.
    let sql = format!("SELECT {} FROM entry WHERE kind = 'agent_added' ORDER BY rowid", entry_row::COLUMNS);
    let rows = fresh.prepare(&sql)?.query_map([], entry_row::read)?.collect::<Result<Vec<_>, _>>()?;
    let own: BTreeSet<IncarnationId> = lives::read(fresh)?.ids.into_iter().collect();
    for row in rows.iter().filter(|row| own.contains(&row.entry.header.incarnation)) {
        if let Ok(Some(Body::AgentAdded(added))) = row.entry.body() {
            fresh.execute(
                "INSERT OR IGNORE INTO agent (id, name) VALUES (?1, ?2)",
                params![added.agent.0, added.name],
            )?;
        }
    }
    // Whoever signed in is one of them, by whatever name.
    fresh.execute("INSERT OR IGNORE INTO agent (id, name) VALUES (?1, '帮代办员')", [work.agent.0])?;
    Ok(())
}

/// What follows from the entries and tables that are here.
fn settle_derived(
    fresh: &Connection,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let own: BTreeSet<IncarnationId> = lives::read(fresh)?.ids.into_iter().collect();
    // Entries of which the header alone reads: the chain needs the own ones that the center has, and it brings their bodies.
    for (row, entry) in &evidence.headers {
        let (life, seq) = (entry.header.incarnation, entry.header.seq);
        let is_here = entry_row::at(fresh, life, seq)?.is_some();
        let to = lives::received_to(fresh, life)?;
        if is_here || !own.contains(&life) || evidence.was_received(life.0, seq, to) != Some(true) {
            continue;
        }
        entry_row::insert(
            fresh,
            &EntryRow {
                entry: entry.clone(),
                standing: EntryStanding::Received,
                reason: None,
                position: None,
                received_at: None,
                batch: None,
            },
        )?;
        fresh.execute(
            "UPDATE OR IGNORE entry SET rowid = ?3 WHERE incarnation = ?1 AND seq = ?2",
            params![life.0, seq as i64, row],
        )?;
    }
    let sql = format!("SELECT {} FROM entry WHERE body IS NOT NULL ORDER BY rowid", entry_row::COLUMNS);
    let mut statement = fresh.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let row = entry_row::read(row)?;
        let header = &row.entry.header;
        if own.contains(&header.incarnation) && row.standing != EntryStanding::Alias {
            photo_row::put_named(fresh, &row.entry)?;
        }
        if header.kind == "refusal_settled"
            && row.standing == EntryStanding::Positioned
            && let Ok(Some(Body::RefusalSettled(settled))) = row.entry.body()
        {
            settled_row::keep(fresh, header.id, &settled)?;
        }
    }
    drop(rows);
    mark_received_photos(fresh)?;
    hold_drafted_photos(fresh)?;
    settle_forms(fresh, evidence, report)
}

/// Photos that a kept receipt names are received, should their own rows be gone.
fn mark_received_photos(fresh: &Connection) -> Result<(), LedgerError> {
    let mut statement = fresh.prepare("SELECT signed, at FROM receipt ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (signed, at): (String, String) = (row.get(0)?, row.get(1)?);
        let told = lives::told_by(&signed);
        for digest in told.photos {
            fresh
                .prepare_cached(
                    "UPDATE photo SET standing = 'received', received_at = ?2 WHERE digest = ?1 AND standing = 'pending'
                     AND received_at IS NULL",
                )?
                .execute(params![digest.0, at])?;
        }
    }
    Ok(())
}

/// Which photos a draft holds on to stands in its text too.
fn hold_drafted_photos(fresh: &Connection) -> Result<(), LedgerError> {
    let mut statement = fresh.prepare("SELECT id, body FROM draft")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (draft, body): (Uuid, String) = (row.get(0)?, row.get(1)?);
        let words = body.split(|letter: char| !letter.is_ascii_hexdigit());
        for digest in words.filter(|word| word.len() == 64).filter_map(Digest::parse) {
            fresh.execute(
                "INSERT OR IGNORE INTO draft_photo (draft, digest) VALUES (?1, ?2)",
                params![draft, digest.0],
            )?;
        }
    }
    // What no draft holds is nobody's.
    fresh.execute("DELETE FROM draft_photo WHERE draft NOT IN (SELECT id FROM draft)", [])?;
    Ok(())
}

/// Published forms come again from the first that is damaged; where it is not known which, all of them.
fn settle_forms(
    fresh: &Connection,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let before: i64 = fresh.query_row("SELECT count(*) FROM form", [], |row| row.get(0))?;
    let first = match evidence.forms_are_whole {
        true => form_row::damaged(fresh)?.into_iter().min(),
        false => Some(0),
    };
    if let Some(first) = first {
        fresh.execute("DELETE FROM form_file WHERE number >= ?1", [first as i64])?;
        fresh.execute("DELETE FROM form WHERE number >= ?1", [first as i64])?;
    }
    let kept: i64 = fresh.query_row("SELECT count(*) FROM form", [], |row| row.get(0))?;
    report.forms.from_file = kept as u64;
    report.forms.at_center = (before - kept) as u64;
    Ok(())
}

/// Counts what is here, and names what is nowhere.
fn count_entries(
    fresh: &Connection,
    own: &OwnLives,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let mut here: BTreeSet<(Uuid, u64)> = BTreeSet::new();
    let mut statement = fresh.prepare("SELECT incarnation, seq FROM entry")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, Uuid>(0)?, row.get::<_, i64>(1)? as u64)))?;
    for row in rows {
        here.insert(row?);
    }
    let own_here = here.iter().filter(|(life, _)| own.has(*life)).count() as u64;
    report.own_entries.from_file = own_here.saturating_sub(report.own_entries.from_copy);
    report.others_entries.from_file = here.len() as u64 - own_here;
    let headless: BTreeMap<(Uuid, u64), i64> = evidence
        .headers
        .iter()
        .map(|(row, entry)| ((entry.header.incarnation.0, entry.header.seq), *row))
        .chain(evidence.places.iter().map(|(place, row)| (*place, *row)))
        .collect();
    let mut missing = Vec::new();
    for ((life, seq), row) in headless.into_iter().filter(|(place, _)| !here.contains(place)) {
        if !own.has(life) {
            report.others_entries.at_center += 1;
            continue;
        }
        let to = lives::received_to(fresh, IncarnationId(life))?;
        match evidence.was_received(life, seq, to) {
            Some(true) => report.own_entries.at_center += 1,
            _ => missing.push(missing_entry(fresh, evidence, row)?),
        }
    }
    let bare: i64 = fresh.query_row(
        "SELECT count(*) FROM entry e JOIN life l ON l.id = e.incarnation WHERE e.body IS NULL AND e.standing = 'received'",
        [],
        |row| row.get(0),
    )?;
    report.own_entries.at_center += bare as u64;
    report.own_entries.from_file = report.own_entries.from_file.saturating_sub(bare as u64);
    report.name_missing(missing);
    report.may_be_more |= !evidence.is_certain;
    Ok(())
}

fn missing_entry(fresh: &Connection, evidence: &Evidence, row: i64) -> Result<MissingEntry, LedgerError> {
    let id = evidence.ids.get(&row);
    let at = id.and_then(Uuid::get_timestamp).map(|stamp| {
        let (seconds, nanos) = stamp.to_unix();
        chrono::DateTime::from_timestamp(seconds as i64, nanos)
            .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
            .unwrap_or_default()
    });
    let subject_kind = match evidence.subjects.get(&row) {
        Some(subject) => kind_of(fresh, *subject)?,
        None => String::new(),
    };
    Ok(MissingEntry { id: id.copied().map(EntryId), subject_kind, at: at.unwrap_or_default() })
}

/// What a subject is, by the first entry on it that reads.
fn kind_of(fresh: &Connection, subject: Uuid) -> Result<String, LedgerError> {
    let kind: Option<String> = fresh
        .prepare_cached("SELECT kind FROM entry WHERE subject = ?1 ORDER BY seq LIMIT 1")?
        .query_row([subject], |row| row.get(0))
        .optional()?;
    let kind = match kind.as_deref() {
        Some(kind) if kind.starts_with("resident") || kind == "same_as" => Some(SubjectKind::Resident),
        Some(kind) if kind.starts_with("household") => Some(SubjectKind::Household),
        Some(kind) if kind.starts_with("visit") => Some(SubjectKind::Visit),
        Some(kind) if kind.starts_with("handover") => Some(SubjectKind::Handover),
        Some(kind) if kind.starts_with("case") => Some(SubjectKind::Case),
        Some(kind) if kind.starts_with("agent") || kind.starts_with("ledger") => Some(SubjectKind::Device),
        _ => None,
    };
    Ok(document_row::kind_text(kind).to_owned())
}
