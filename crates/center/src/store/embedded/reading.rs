//! The embedded store's [`Reading`]: what the console's lists and views read.

use super::{
    EmbeddedStore, MIGRATIONS, case_row, count, death_row, laptop_row, life_row, photo_row, roll_row,
};
use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::reading::{BatchExtent, CaseAsk, CasePage, OnRoll, Reading, ScopeCounts, StoreWatch};
use crate::store::{BatchLine, CaseLine, LaptopLine, Now};
use bangban_ledger::due_row::{self, DueAsk, DueDay};
use bangban_ledger::line_list::{LineQuery, count_lines, find_lines};
use bangban_ledger::{database, document_row, person};
use bangban_model::document::Document;
use bangban_model::standing::CaseStands;
use bangban_model::{Actor, Digest, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

impl Reading for EmbeddedStore {
    fn case_page(&self, scope: &str, ask: &CaseAsk) -> Result<CasePage, CenterError> {
        self.read(|connection| case_row::page(connection, scope, ask))
    }

    fn case_at(
        &self,
        scope: &str,
        case: SubjectId,
        revision: EntryId,
    ) -> Result<Option<Document>, CenterError> {
        self.read(|connection| match case_row::is_in(connection, scope, case)? {
            true => Ok(document_row::at_revision(connection, case, revision)?),
            false => Ok(None),
        })
    }

    fn batch_extent(&self, scope: &str, batch: &BatchLine) -> Result<BatchExtent, CenterError> {
        self.read(|connection| case_row::extent(connection, scope, batch))
    }

    fn batch_line(&self, scope: &str, id: RecordId) -> Result<Option<BatchLine>, CenterError> {
        self.read(|connection| case_row::batch_line(connection, scope, id))
    }

    fn may_see_photo(&self, scope: &str, digest: Digest) -> Result<bool, CenterError> {
        self.read(|connection| photo_row::is_in(connection, scope, digest))
    }

    fn villages_of_photo(&self, scope: &str, digest: Digest) -> Result<Vec<StreamId>, CenterError> {
        self.read(|connection| photo_row::villages_of(connection, scope, digest))
    }

    fn verified_photos_of(&self, case: SubjectId) -> Result<Vec<Digest>, CenterError> {
        self.read(|connection| photo_row::verified_in(connection, case))
    }

    fn handovers_in(&self, scope: &str) -> Result<Vec<Document>, CenterError> {
        self.read(|connection| case_row::handovers_in(connection, scope))
    }

    fn lines_in(&self, query: &LineQuery) -> Result<(Vec<Document>, u64), CenterError> {
        self.read(|connection| Ok((find_lines(connection, query)?, count_lines(connection, query)?)))
    }

    fn on_roll(&self, scope: &str, line: &Document) -> Result<Vec<OnRoll>, CenterError> {
        self.read(|connection| roll_row::on_roll(connection, scope, line))
    }

    fn names_of(&self, actors: &[Actor]) -> Result<BTreeMap<Actor, String>, CenterError> {
        self.read(|connection| life_row::names_of(connection, actors))
    }

    fn agents_of(&self, life: IncarnationId) -> Result<Vec<String>, CenterError> {
        self.read(|connection| life_row::agents_of(connection, life))
    }

    fn laptops_in(&self, scope: &str) -> Result<Vec<LaptopLine>, CenterError> {
        self.read(|connection| laptop_row::list(connection, scope))
    }

    fn assign_laptop(
        &self,
        sign_in: &SignIn,
        laptop: Uuid,
        villages: &[StreamId],
        now: Now,
    ) -> Result<(), CenterError> {
        laptop_row::assign(&mut self.writer(), sign_in, laptop, villages, now)
    }

    fn revoke_laptop(&self, sign_in: &SignIn, laptop: Uuid, now: Now) -> Result<(), CenterError> {
        laptop_row::revoke(&mut self.writer(), sign_in, laptop, now)
    }

    fn due_until(&self, ask: &DueAsk) -> Result<Vec<DueDay>, CenterError> {
        self.read(|connection| Ok(due_row::due_until(connection, ask)?))
    }

    fn people_in(&self, scope: &str) -> Result<(Vec<Document>, Vec<CaseStands>), CenterError> {
        self.read(|connection| {
            Ok((due_row::residents(connection, scope)?, due_row::case_stands(connection, scope)?))
        })
    }

    fn household_of(&self, scope: &str, resident: SubjectId) -> Result<Vec<Document>, CenterError> {
        self.read(|connection| {
            let Some(resident) = case_row::resident(connection, scope, resident)? else {
                return Ok(Vec::new());
            };
            let Ok(household) = resident.text("household").parse() else { return Ok(Vec::new()) };
            let mut members = Vec::new();
            for member in person::of_household(connection, household)? {
                members.extend(case_row::resident(connection, scope, member.subject)?);
            }
            Ok(members)
        })
    }

    fn residents_with_numbers(
        &self,
        scope: &str,
        numbers: &[&str],
    ) -> Result<Vec<Vec<Document>>, CenterError> {
        self.read(|connection| {
            let with_number = |number: &&str| {
                let people = person::by_number(connection, number)?;
                let found = people.iter().map(|one| case_row::resident(connection, scope, one.subject));
                found.filter_map(Result::transpose).collect()
            };
            numbers.iter().map(with_number).collect()
        })
    }

    fn met_at_home(&self, case: &Document) -> Result<Vec<String>, CenterError> {
        self.read(|connection| case_row::met_at_home(connection, case))
    }

    fn case_stands_of(&self, resident: SubjectId) -> Result<Vec<CaseStands>, CenterError> {
        self.read(|connection| Ok(due_row::case_stands_of(connection, resident)?))
    }

    fn cases_of_number(
        &self,
        scope: &str,
        resident: SubjectId,
        item: &str,
    ) -> Result<Vec<CaseLine>, CenterError> {
        self.read(|connection| {
            let mut lines = Vec::new();
            for document in due_row::cases_of_number(connection, resident, item)? {
                lines.extend(case_row::case(connection, scope, document.subject)?);
            }
            Ok(lines)
        })
    }

    fn undecided_of(&self, item: &str) -> Result<Vec<Document>, CenterError> {
        self.read(|connection| case_row::undecided_of(connection, item))
    }

    fn suspected_deaths(
        &self,
        scope: &str,
        limit: u32,
    ) -> Result<Vec<(Document, Option<SubjectId>)>, CenterError> {
        self.read(|connection| death_row::suspected(connection, scope, limit))
    }

    fn counts_in(&self, scope: &str) -> Result<ScopeCounts, CenterError> {
        self.read(|connection| count::within(connection, scope))
    }

    fn watch(&self) -> Result<Box<dyn StoreWatch>, CenterError> {
        Ok(Box::new(FileWatch(database::open(&self.path, &self.key, &MIGRATIONS)?)))
    }
}

/// A connection of its own, on which nothing is ever written: SQLite tells it when others wrote to the file.
struct FileWatch(Connection);

impl StoreWatch for FileWatch {
    fn version(&mut self) -> Result<i64, CenterError> {
        Ok(self.0.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
    }
}
