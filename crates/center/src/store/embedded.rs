//! The embedded store: SQLite through `bangban_ledger`'s rows, SQLCipher with a key file.
//!
//! Every write is one immediate transaction, which locks the streams it positions in. Nothing is kept in memory
//! between two acts: other processes may work on the same file.

mod act;
mod audit;
mod backup_row;
mod case_row;
mod check;
mod count;
mod death_row;
mod erasure;
mod forming;
mod holding;
mod intake;
mod laptop_row;
mod life_row;
mod photo_row;
mod position;
mod reading;
mod recovery;
pub mod refusal;
mod roll_row;
mod session_row;
mod staff_row;
mod staffing;

use crate::error::CenterError;
use crate::identity::DataFolder;
use crate::staff::SignIn;
use crate::store::auditing::{ActNote, AuditPage, Auditing};
use crate::store::{
    Arrival, BatchFolder, BatchLine, BatchPlan, CaseLine, CasePlan, Continuation, Counts, Enrolment, Erased,
    ErasureAsk, Finding, Gap, Holding, Laptop, Life, NewCode, Now, Page, PageAsk, PhotoStanding,
    QuarantinedRecord, SettleAsk, Store, Taken, VisitNote, WantedPhoto, Written,
};
use bangban_keys::{DataKey, VerifyingKey};
use bangban_ledger::database::{
    self, DUE_DAY, ENTRIES, ERASURE, FORM, LINE, LINEAGE, LISTED, LISTS, Migration, OPEN_VALUES, SCOPE,
    SETTLED, SOUGHT, VISIT_DAY,
};
use bangban_ledger::entry_row;
use bangban_model::{Code, Digest, Document, Entry, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::PhotoNote;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What only the center keeps.
pub const CENTER: Migration = Migration {
    name: "center/001_center",
    sql: include_str!("../../../../migrations/center/001_center.sql"),
};

/// What the console adds.
pub const CONSOLE: Migration = Migration {
    name: "center/002_console",
    sql: include_str!("../../../../migrations/center/002_console.sql"),
};

/// What the console's lists are sorted, filtered and counted by.
pub const CASE_LISTS: Migration = Migration {
    name: "center/003_case_lists",
    sql: include_str!("../../../../migrations/center/003_case_lists.sql"),
};

/// What the inbox counts.
pub const BATCH_LISTS: Migration = Migration {
    name: "center/004_batch_lists",
    sql: include_str!("../../../../migrations/center/004_batch_lists.sql"),
};

/// Workbooks that are still looked at.
pub const FORM_DRAFT: Migration = Migration {
    name: "center/005_form_draft",
    sql: include_str!("../../../../migrations/center/005_form_draft.sql"),
};

/// Photos whose files an erasure has to remove yet.
pub const PHOTO_GONE: Migration = Migration {
    name: "center/006_erasure",
    sql: include_str!("../../../../migrations/center/006_erasure.sql"),
};

/// What laptops bring back after a restore.
pub const RECOVERY: Migration = Migration {
    name: "center/007_recovery",
    sql: include_str!("../../../../migrations/center/007_recovery.sql"),
};

/// Photos that only quarantine names.
pub const WAITS: Migration =
    Migration { name: "center/008_waits", sql: include_str!("../../../../migrations/center/008_waits.sql") };

/// What staff did.
pub const AUDIT_CHAIN: Migration =
    Migration { name: "center/009_audit", sql: include_str!("../../../../migrations/center/009_audit.sql") };

/// What laptops say of their pictures.
pub const PENDING_PHOTOS: Migration = Migration {
    name: "center/010_pending_photos",
    sql: include_str!("../../../../migrations/center/010_pending_photos.sql"),
};

/// Copies of the center.
pub const BACKUP: Migration = Migration {
    name: "center/011_backup",
    sql: include_str!("../../../../migrations/center/011_backup.sql"),
};

/// What is brought back, run by run.
pub const RECOVERY_RUN: Migration = Migration {
    name: "center/012_recovery_run",
    sql: include_str!("../../../../migrations/center/012_recovery_run.sql"),
};

/// What goes before others.
pub const FIRST: Migration =
    Migration { name: "center/013_first", sql: include_str!("../../../../migrations/center/013_first.sql") };

/// Whose deaths wait for an answer.
pub const SUSPECTED_DEATH: Migration = Migration {
    name: "center/014_suspected_death",
    sql: include_str!("../../../../migrations/center/014_suspected_death.sql"),
};

/// The schema, step by step.
pub const MIGRATIONS: [Migration; 27] = [
    ENTRIES,
    CENTER,
    LISTS,
    CONSOLE,
    CASE_LISTS,
    BATCH_LISTS,
    FORM,
    FORM_DRAFT,
    SCOPE,
    DUE_DAY,
    ERASURE,
    PHOTO_GONE,
    RECOVERY,
    WAITS,
    SETTLED,
    AUDIT_CHAIN,
    LINEAGE,
    OPEN_VALUES,
    LINE,
    PENDING_PHOTOS,
    BACKUP,
    RECOVERY_RUN,
    FIRST,
    SOUGHT,
    VISIT_DAY,
    SUSPECTED_DEATH,
    LISTED,
];

/// What a reading connection keeps decrypted, KiB: a list's index fits in.
const READER_CACHE_KIB: i64 = 8 * 1024;
/// So many connections read at once; whoever comes beyond waits: more would only take memory. So many are kept too.
const MOST_READERS: usize = 8;

/// The embedded store.
pub struct EmbeddedStore {
    path: PathBuf,
    key: DataKey,
    writer: Mutex<Connection>,
    readers: Mutex<Readers>,
    free: Condvar,
}

/// Connections for reading.
#[derive(Default)]
struct Readers {
    idle: Vec<Connection>,
    reading: usize,
}

/// A place among those who read; given back whatever happens.
struct Reading<'a>(&'a EmbeddedStore);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.readers().reading -= 1;
        self.0.free.notify_one();
    }
}

impl EmbeddedStore {
    /// Opens the store of this folder, and makes it if it is not there.
    pub fn open(folder: &DataFolder) -> Result<Self, CenterError> {
        Self::open_file(folder.database(), folder.read_key()?)
    }

    /// The store in this file.
    pub(crate) fn open_file(path: PathBuf, key: DataKey) -> Result<Self, CenterError> {
        let mut writer = database::open(&path, &key, &MIGRATIONS)?;
        bangban_ledger::document_row::bring_up_to_date(&mut writer)?;
        Ok(EmbeddedStore {
            path,
            key,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            free: Condvar::new(),
        })
    }

    /// Looks at a copy that nobody else works on: its pages, and everything that [`Store::check`] looks at.
    pub(crate) fn check_copy(&self, key: &VerifyingKey) -> Result<Vec<Finding>, CenterError> {
        let mut connection = self.writer();
        let mut findings = check::pages(&connection)?;
        findings.extend(check::everything(&mut connection, key)?);
        Ok(findings)
    }

    /// The one writing connection. A panic in between rolled its transaction back: the connection is still good.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readers(&self) -> MutexGuard<'_, Readers> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on a connection of its own, so that readers and the writer never wait for each other. `act` does not come back here.
    fn read<T>(&self, act: impl FnOnce(&mut Connection) -> Result<T, CenterError>) -> Result<T, CenterError> {
        let full = |readers: &mut Readers| readers.reading >= MOST_READERS;
        let mut readers = self.free.wait_while(self.readers(), full).unwrap_or_else(PoisonError::into_inner);
        readers.reading += 1;
        let idle = readers.idle.pop();
        drop(readers);
        let _place = Reading(self);
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = database::open(&self.path, &self.key, &MIGRATIONS)?;
                connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
                connection
            }
        };
        let outcome = act(&mut connection);
        self.readers().idle.push(connection);
        outcome
    }
}

impl Auditing for EmbeddedStore {
    fn note_act(&self, act: &ActNote<'_>, now: Now) -> Result<(), CenterError> {
        audit::keep_alone(&mut self.writer(), act, now)
    }

    fn audit_page(&self, scope: &str, offset: u64, limit: u32) -> Result<AuditPage, CenterError> {
        self.read(|connection| audit::page(connection, scope, offset, limit))
    }
}

impl Store for EmbeddedStore {
    fn keep_code(&self, code: &NewCode) -> Result<(), CenterError> {
        laptop_row::keep_code(&mut self.writer(), code)
    }

    fn enrol(&self, enrolment: &Enrolment<'_>) -> Result<Laptop, CenterError> {
        laptop_row::enrol(&mut self.writer(), enrolment)
    }

    fn laptop_by_token(&self, token_hash: Digest) -> Result<Option<Laptop>, CenterError> {
        self.read(|connection| laptop_row::by_token(connection, token_hash))
    }

    fn life(&self, life: IncarnationId) -> Result<Option<(Life, Laptop)>, CenterError> {
        self.read(|connection| laptop_row::life(connection, life))
    }

    fn continue_life(&self, continuation: &Continuation) -> Result<(), CenterError> {
        life_row::continue_life(&mut self.writer(), continuation)
    }

    fn keep_escrow(&self, life: IncarnationId, sealed: &[u8], now: Now) -> Result<Digest, CenterError> {
        laptop_row::keep_escrow(&self.writer(), life, sealed, now)
    }

    fn newest_escrow(&self, laptop: Uuid) -> Result<Option<(Vec<u8>, String)>, CenterError> {
        laptop_row::newest_escrow(&self.writer(), laptop)
    }

    fn note_visit(&self, laptop: Uuid, note: &VisitNote) -> Result<(), CenterError> {
        laptop_row::note_visit(&mut self.writer(), laptop, note)
    }

    fn take(&self, arrival: &Arrival, entries: &[Entry]) -> Result<Taken, CenterError> {
        intake::take(&mut self.writer(), arrival, entries)
    }

    fn holding(
        &self,
        laptop: &Laptop,
        life: IncarnationId,
        named: &[PhotoNote],
    ) -> Result<Holding, CenterError> {
        self.read(|connection| holding::of_life(connection, laptop, life, named))
    }

    fn header_hash_at(&self, life: IncarnationId, seq: u64) -> Result<Option<Digest>, CenterError> {
        self.read(|connection| Ok(entry_row::header_hash_at(connection, life, seq)?))
    }

    fn stream_hash_at(&self, stream: &StreamId, position: u64) -> Result<Option<Digest>, CenterError> {
        self.read(|connection| holding::stream_hash_at(connection, stream, position))
    }

    fn page(&self, ask: &PageAsk) -> Result<Page, CenterError> {
        self.read(|connection| holding::page(connection, ask))
    }

    fn verified_photos_by(
        &self,
        laptop: Uuid,
        life: IncarnationId,
        most: usize,
    ) -> Result<Vec<PhotoNote>, CenterError> {
        self.read(|connection| photo_row::verified_by_life(connection, laptop, life, most))
    }

    fn wanted_photos(&self, laptop: Uuid, named: &[PhotoNote]) -> Result<Vec<WantedPhoto>, CenterError> {
        self.read(|connection| photo_row::wanted_from(connection, laptop, named))
    }

    fn photo_standing(&self, laptop: Uuid, digest: Digest) -> Result<PhotoStanding, CenterError> {
        self.read(|connection| photo_row::standing(connection, laptop, digest))
    }

    fn is_photo_awaited(&self, digest: Digest) -> Result<bool, CenterError> {
        self.read(|connection| photo_row::is_awaited(connection, digest))
    }

    fn keep_photo(&self, digest: Digest, size_bytes: u64, now: Now) -> Result<(), CenterError> {
        photo_row::keep(&self.writer(), digest, size_bytes, now)
    }

    fn batches(&self, scope: &str, limit: u32) -> Result<Vec<BatchLine>, CenterError> {
        self.read(|connection| case_row::batches(connection, scope, limit))
    }

    fn batch(&self, scope: &str, id: RecordId) -> Result<Option<BatchFolder>, CenterError> {
        self.read(|connection| case_row::batch(connection, scope, id))
    }

    fn case(&self, scope: &str, id: SubjectId) -> Result<Option<CaseLine>, CenterError> {
        self.read(|connection| case_row::case(connection, scope, id))
    }

    fn write_on_case(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError> {
        act::on_case(&mut self.writer(), sign_in, case, now, plan)
    }

    fn resident(&self, scope: &str, id: SubjectId) -> Result<Option<Document>, CenterError> {
        self.read(|connection| case_row::resident(connection, scope, id))
    }

    fn write_on_resident(
        &self,
        sign_in: &SignIn,
        resident: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError> {
        act::on_resident(&mut self.writer(), sign_in, resident, now, plan)
    }

    fn subject(&self, scope: &str, id: SubjectId) -> Result<Option<Document>, CenterError> {
        self.read(|connection| case_row::subject(connection, scope, id))
    }

    fn write_on_subject(
        &self,
        sign_in: &SignIn,
        subject: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError> {
        act::on_subject(&mut self.writer(), sign_in, subject, now, plan)
    }

    fn write_on_residents(
        &self,
        sign_in: &SignIn,
        residents: &[SubjectId],
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError> {
        act::on_residents(&mut self.writer(), sign_in, residents, now, plan)
    }

    fn write_on_batch(
        &self,
        sign_in: &SignIn,
        batch: RecordId,
        now: Now,
        imported: bool,
        plan: &mut BatchPlan<'_>,
    ) -> Result<Written, CenterError> {
        act::on_batch(&mut self.writer(), sign_in, batch, now, imported, plan)
    }

    fn erasure_of(&self, scope: &str, subject: SubjectId, whole_person: bool) -> Result<Erased, CenterError> {
        self.read(|connection| erasure::preview(connection, scope, subject, whole_person))
    }

    fn erase(&self, sign_in: &SignIn, ask: &ErasureAsk<'_>, now: Now) -> Result<Erased, CenterError> {
        let mut writer = self.writer();
        let erased = erasure::erase(&mut writer, sign_in, ask, now)?;
        // What was erased stands in the write-ahead log too, until that is emptied; a busy reader leaves it to the next time.
        let _ = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(erased)
    }

    fn photos_gone(&self) -> Result<Vec<Digest>, CenterError> {
        self.read(|connection| erasure::photos_gone(connection))
    }

    fn remove_photo(
        &self,
        digest: Digest,
        remove: &mut dyn FnMut() -> Result<(), CenterError>,
    ) -> Result<(), CenterError> {
        erasure::remove_photo(&mut self.writer(), digest, remove)
    }

    fn quarantined(&self, scope: &str) -> Result<Vec<QuarantinedRecord>, CenterError> {
        self.read(|connection| refusal::list(connection, scope))
    }

    fn release(&self, sign_in: &SignIn, record: RecordId, now: Now) -> Result<u64, CenterError> {
        refusal::release(&mut self.writer(), sign_in, record, now)
    }

    fn settle(&self, sign_in: &SignIn, ask: &SettleAsk<'_>, now: Now) -> Result<(), CenterError> {
        refusal::settle(&mut self.writer(), sign_in, ask, now)
    }

    fn judge_again(&self, now: Now) -> Result<u64, CenterError> {
        refusal::judge_again(&mut self.writer(), now)
    }

    fn gaps(&self, scope: &str) -> Result<Vec<Gap>, CenterError> {
        self.read(|connection| refusal::gaps(connection, scope))
    }

    fn release_gap(&self, sign_in: &SignIn, life: IncarnationId, now: Now) -> Result<u64, CenterError> {
        let (_, laptop) = self.life(life)?.ok_or(Code::BadInput)?;
        intake::release_gap(&mut self.writer(), sign_in, &laptop, life, now)
    }

    fn counts(&self) -> Result<Counts, CenterError> {
        self.read(|connection| count::everything(connection))
    }

    fn verified_photos(&self) -> Result<Vec<PhotoNote>, CenterError> {
        self.read(|connection| photo_row::verified(connection))
    }

    fn check(&self, key: &VerifyingKey) -> Result<Vec<Finding>, CenterError> {
        self.read(|connection| check::everything(connection, key))
    }
}
