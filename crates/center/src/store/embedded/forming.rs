//! Forms in the embedded store.

use super::{EmbeddedStore, audit, recovery};
use crate::error::CenterError;
use crate::store::Now;
use crate::store::forming::{FormDraft, FormLine, Forming, NewForm};
use bangban_ledger::form_row;
use bangban_model::Code;
use bangban_model::ids::StaffId;
use bangban_model::published_form::{FormFiles, PublishedForm};
use chrono::TimeDelta;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;

/// A workbook that was brought and not published is swept after so many days.
const DRAFT_DAYS: i64 = 7;
/// No laptop is believed to have more forms that were lost here.
const MOST_LOST_FORMS: u64 = 10_000;

impl Forming for EmbeddedStore {
    fn newest_form(&self) -> Result<u64, CenterError> {
        self.read(|connection| Ok(form_row::newest(connection)?))
    }

    fn form_scopes(&self) -> Result<Vec<String>, CenterError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT DISTINCT scope FROM form ORDER BY scope")?;
            let scopes = statement.query_map([], |row| row.get(0))?;
            Ok(scopes.collect::<Result<_, _>>()?)
        })
    }

    fn forms_after(&self, number: u64, limit: u32) -> Result<Vec<PublishedForm>, CenterError> {
        self.read(|connection| Ok(form_row::after(connection, number, limit)?))
    }

    fn form_lines(&self) -> Result<Vec<FormLine>, CenterError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT form.number, form.item, form.version, form.published_at, coalesce(staff.name, ''), form.scope,
                        form.card IS NOT NULL, form.local IS NOT NULL
                 FROM form LEFT JOIN staff ON lower(hex(staff.id)) = replace(form.published_by, '-', '')
                 ORDER BY form.number DESC",
            )?;
            let lines = statement.query_map([], |row| {
                Ok(FormLine {
                    number: row.get::<_, i64>(0)? as u64,
                    item: row.get(1)?,
                    version: row.get(2)?,
                    published_at: row.get(3)?,
                    published_by: row.get(4)?,
                    scope: row.get(5)?,
                    card: row.get(6)?,
                    local: row.get(7)?,
                })
            })?;
            Ok(lines.collect::<Result<_, _>>()?)
        })
    }

    fn publish_form(&self, form: &NewForm, by: StaffId, now: Now) -> Result<PublishedForm, CenterError> {
        let mut writer = self.writer();
        let work = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        recovery::refuse_while_open(&work)?;
        let newest: Option<([u8; 32], Option<String>, Option<String>)> = work
            .query_row(
                "SELECT digest, card, local FROM form WHERE item = ?1 AND scope = ?2 ORDER BY number DESC LIMIT 1",
                [&form.item, &form.scope],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        if newest == Some((form.files.digest().0, form.card.clone(), form.local.clone())) {
            return Err(CenterError::About(Code::FormUnchanged, form.item.clone()));
        }
        let published = PublishedForm {
            number: form_row::newest(&work)?.max(known_number(&work)?) + 1,
            item: form.item.clone(),
            scope: form.scope.clone(),
            card: form.card.clone(),
            local: form.local.clone(),
            version: form.version.clone(),
            files: form.files.clone(),
            published_at: now.to_rfc3339(),
        };
        form_row::put(&work, &published, Some(&by.to_string()), None)?;
        let about = published.number.to_string();
        audit::keep(&work, &audit::of_staff(by, &[], "published", &about, published.files.digest()), now)?;
        work.commit()?;
        Ok(published)
    }

    fn keep_form_draft(&self, draft: &FormDraft, now: Now) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let work = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let old = (now - TimeDelta::days(DRAFT_DAYS)).to_rfc3339();
        work.execute(
            "DELETE FROM form_draft_file WHERE draft IN (SELECT id FROM form_draft WHERE brought_at < ?1)",
            [&old],
        )?;
        work.execute("DELETE FROM form_draft WHERE brought_at < ?1", [&old])?;
        work.execute(
            "INSERT INTO form_draft (id, staff, name, workbook, brought_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![draft.id, draft.staff.0, draft.name, draft.files.workbook, now.to_rfc3339()],
        )?;
        for (name, bytes) in &draft.files.attachments {
            work.execute(
                "INSERT INTO form_draft_file (draft, name, bytes) VALUES (?1, ?2, ?3)",
                params![draft.id, name, bytes],
            )?;
        }
        Ok(work.commit()?)
    }

    fn form_draft(&self, id: Uuid, staff: StaffId) -> Result<Option<FormDraft>, CenterError> {
        self.read(|connection| {
            let found = connection
                .prepare_cached("SELECT name, workbook FROM form_draft WHERE id = ?1 AND staff = ?2")?
                .query_row(params![id, staff.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((name, workbook)) = found else { return Ok(None) };
            let mut statement =
                connection.prepare_cached("SELECT name, bytes FROM form_draft_file WHERE draft = ?1")?;
            let files = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let files = FormFiles { workbook, attachments: files.collect::<Result<_, _>>()? };
            Ok(Some(FormDraft { id, staff, name, files }))
        })
    }
}

/// The highest number of which a laptop told.
fn known_number(connection: &Connection) -> Result<u64, CenterError> {
    let known: Option<i64> =
        connection.query_row("SELECT known FROM form_number", [], |row| row.get(0)).optional()?;
    Ok(known.unwrap_or(0) as u64)
}

/// A laptop has the form of this number. One that is not here was lost when this center was put back from a copy: its
/// number is never given again, or the laptop would pass over what comes under it.
pub(super) fn note_known(connection: &Connection, number: u64) -> Result<(), CenterError> {
    let newest = form_row::newest(connection)?;
    if number > newest {
        connection.execute(
            "INSERT INTO form_number (one, known) VALUES (1, ?1)
             ON CONFLICT (one) DO UPDATE SET known = max(known, excluded.known)",
            [number.min(newest + MOST_LOST_FORMS) as i64],
        )?;
    }
    Ok(())
}
