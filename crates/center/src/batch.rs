//! Batch files: the same batch by stick (rule X6). Everything in a file is verified before anything of it is taken.

use crate::batch_progress::{BatchProgress, BatchStage, CountedFile};
use crate::bringing::Bringing;
use crate::center::Center;
use crate::error::CenterError;
use crate::identity::{make_private_folder, sync_folder};
use crate::ingest::{Received, Reception};
use crate::page::Pages;
use crate::photos::PhotoIntake;
use crate::receipt::Room;
use crate::store::{Channel, Laptop, Life};
use bangban_model::ids::StaffId;
use bangban_model::{Code, Digest, IncarnationId, RecordId, StreamId, planted};
use bangban_sync::batch_file::{
    BatchPart, BatchProblem, BatchReader, MAX_ANSWER_PART_BYTES, verify_batch, write_receipt,
};
use bangban_sync::{AnswerLine, Common, Cursor, Manifest, PROTOCOL_VERSION, StreamHead, SyncError};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// A stick is read in pieces of this size (bytes).
const COPY_BYTES: usize = 256 * 1024;

/// A copy of a stick that is older is nobody's any more.
const COPIES_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A receipt file names no more photos beside those of the batch that it answers.
const MOST_PHOTOS_TOLD: usize = 100_000;

/// What a batch file brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFile {
    /// The batch.
    pub batch: RecordId,
    /// Who wrote it.
    pub life: IncarnationId,
    /// Entries in the file.
    pub entries: u64,
    /// How many of them were new.
    pub new_entries: u64,
    /// Photos in the file.
    pub photos: u64,
    /// Photos still wanted from this laptop.
    pub wanted: u64,
    /// Why the receipt file holds no pages, where they could not be had.
    pub pages_refused: Option<Code>,
    /// Streams that this center lost and the file did not bring back: nothing else of it was taken. The next file of the
    /// laptop, written once it has the receipt, brings them.
    pub lost: Vec<StreamId>,
    /// Streams of which it brought back what was lost.
    pub brought_back: Vec<StreamId>,
}

/// What was taken of a file.
struct Taken {
    received: Received,
    lost: Vec<StreamId>,
    common: Vec<Common>,
}

impl From<BatchProblem> for CenterError {
    fn from(problem: BatchProblem) -> Self {
        CenterError::About(problem.code(), problem.to_string())
    }
}

/// A copy in the staging folder, gone when it is done with.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // What stays behind is swept when the center begins to serve; it is sealed all the same.
        let _ = fs::remove_file(&self.0);
    }
}

/// How long ago a file was written last.
pub(crate) fn age_of(path: &Path) -> Option<Duration> {
    let written = fs::metadata(path).and_then(|data| data.modified()).ok()?;
    SystemTime::now().duration_since(written).ok()
}

/// Removes the files in a folder that are older than this; what cannot be removed stays for the next time.
pub(crate) fn remove_old(folder: &Path, kept: Duration) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten() {
        if age_of(&file.path()).is_some_and(|age| age > kept) {
            let _ = fs::remove_file(file.path());
        }
    }
}

impl Center {
    /// Receives a batch file and writes the receipt file for it, sealed to the laptop.
    ///
    /// Errors before anything is taken: `BatchNotForUs`, `BatchDamaged` (a flipped byte, a cut), `LaptopRefused`. Behind
    /// any later error stands a receipt file as well, for what was taken before it.
    pub fn receive_batch_file(&self, file: &Path, receipt: &Path) -> Result<ReceivedFile, CenterError> {
        self.receive_batch_file_telling(file, receipt, &BatchProgress::default())
    }

    /// [`Center::receive_batch_file`], telling how far it is.
    pub fn receive_batch_file_telling(
        &self,
        file: &Path,
        receipt: &Path,
        progress: &BatchProgress,
    ) -> Result<ReceivedFile, CenterError> {
        // A stick may fail between two readings: what is taken is the copy that was verified.
        let copy = self.staging_place()?;
        let from = CountedFile::begin(File::open(file)?, BatchStage::Copies, progress)?;
        io::copy(&mut BufReader::with_capacity(COPY_BYTES, from), &mut File::create_new(&copy.0)?)?;
        self.receive_own_copy(&copy.0, receipt, progress)
    }

    /// [`Center::receive_batch_file`] of a file that lies on the center's own disk, where nobody else changes it.
    pub(crate) fn receive_own_copy(
        &self,
        copy: &Path,
        receipt: &Path,
        progress: &BatchProgress,
    ) -> Result<ReceivedFile, CenterError> {
        let key_of = |life| self.known(life).map(|(life, _)| life.verifying_key);
        let from = CountedFile::begin(File::open(copy)?, BatchStage::Checks, progress)?;
        let (key, center) = (self.opening(), self.identity().id);
        let manifest = match planted::out("no_batch_check") {
            true => BatchReader::open(from, key, center, key_of)?.manifest().clone(),
            false => verify_batch(from, key, center, key_of)?,
        };
        self.keep_lives(&manifest.lives)?;
        let (life, laptop) = self.known(manifest.incarnation).ok_or(Code::LaptopRefused)?;
        // By the heads that come along this center may learn just now that it was put back from a copy.
        let unknown = self.unknown_heads(&laptop, &manifest)?;
        self.laptops_are_confirmed()?;
        let from = CountedFile::begin(File::open(copy)?, BatchStage::Takes, progress)?;
        progress.expect(manifest.entry_count(), manifest.photos.len() as u64);
        let taken = self.take_copy(from, &laptop, &life, &unknown, progress).and_then(|taken| {
            match taken.received.problem {
                Some(code) => Err(code.into()),
                None => Ok(taken),
            }
        });
        progress.begin(BatchStage::Answers, 0);
        // Whatever stopped it, what was taken before is here for good, and its laptop has to hear so.
        let (common, whole) = match &taken {
            Ok(taken) => (taken.common.as_slice(), taken.lost.is_empty()),
            Err(_) => (&[][..], true),
        };
        let written = self.write_receipt_file(&laptop, &life, &manifest, (common, whole), receipt);
        let taken = match taken {
            Ok(taken) => taken,
            Err(problem) => {
                if let Err(besides) = written {
                    tracing::error!(batch = %manifest.batch, problem = %besides, "no receipt file could be written");
                }
                return Err(problem);
            }
        };
        let (wanted, pages_refused) = written?;
        let Taken { received, lost, common } = taken;
        tracing::info!(
            batch = %manifest.batch, life = %life.id, entries = received.new_entries, lost = lost.len(),
            "batch file received"
        );
        Ok(ReceivedFile {
            batch: manifest.batch,
            life: life.id,
            entries: manifest.entry_count(),
            new_entries: received.new_entries,
            photos: manifest.photos.len() as u64,
            wanted,
            pages_refused,
            lost,
            brought_back: common.into_iter().map(|common| common.stream).collect(),
        })
    }

    /// What a laptop would hear by network, as a file for it that no file of its own asked for: receipt, what is wanted, all
    /// pages from the beginning, all published forms.
    ///
    /// # Errors
    /// `LaptopUnknown` for a laptop that is none here or is revoked.
    pub fn write_answer_file(&self, laptop: Uuid, file: &Path) -> Result<u64, CenterError> {
        self.laptops_are_confirmed()?;
        let line = self.store().laptops_in("")?.into_iter().find(|line| line.laptop.id == laptop);
        let laptop =
            line.map(|line| line.laptop).filter(|laptop| !laptop.is_revoked()).ok_or(Code::LaptopUnknown)?;
        let (life, _) = self.store().life(laptop.present_life)?.ok_or(Code::LaptopUnknown)?;
        let asked = Manifest {
            protocol: PROTOCOL_VERSION,
            center: self.identity().id,
            batch: RecordId(Uuid::now_v7()),
            incarnation: life.id,
            first_seq: 1,
            last_seq: 0,
            head: Digest::ZERO,
            photos: Vec::new(),
            made_at: String::new(),
            program: String::new(),
            pending_entries: 0,
            pending_photos: None,
            cursors: Vec::new(),
            newest_form: 0,
            lives: Vec::new(),
            heads: Vec::new(),
            brings: Vec::new(),
        };
        self.write_receipt_file(&laptop, &life, &asked, (&[], true), file).map(|(wanted, _)| wanted)
    }

    fn known(&self, life: IncarnationId) -> Option<(Life, Laptop)> {
        self.store().life(life).ok().flatten()
    }

    /// A new place in the staging folder; what is put there goes with the handle.
    fn staging_place(&self) -> Result<Staged, CenterError> {
        make_private_folder(&self.folder().staging())?;
        Ok(Staged(self.folder().staging().join(format!("{}.bangban", Uuid::new_v4().simple()))))
    }

    /// Copies of sticks that a program which was killed left behind go. To be called when the center begins to serve.
    pub(crate) fn sweep_staging(&self) {
        remove_old(&self.folder().staging(), COPIES_KEPT);
    }

    /// Where the receipt of a batch that this staff member uploads goes.
    pub(crate) fn new_receipt_place(&self, staff: StaffId, receipt: Uuid) -> Result<PathBuf, CenterError> {
        make_private_folder(&self.folder().receipts())?;
        Ok(self.folder().receipt(staff, receipt))
    }

    fn take_copy(
        &self,
        from: CountedFile<'_>,
        laptop: &Laptop,
        life: &Life,
        unknown: &[StreamHead],
        progress: &BatchProgress,
    ) -> Result<Taken, CenterError> {
        let key = life.verifying_key;
        let reader = BatchReader::open(from, self.opening(), self.identity().id, |_| Some(key))?;
        let manifest = reader.manifest().clone();
        let mut reception = Reception::begin(self, laptop.clone(), &manifest, Channel::File);
        let mut photos = PhotoIntake::new(self.clone(), laptop.clone());
        let mut bringing = Bringing::new(self, laptop, &manifest.brings);
        // What was lost comes back before anything new takes its place in the streams.
        let lost_without = |bringing: &Bringing<'_>| -> Vec<StreamId> {
            let brought =
                |head: &&StreamHead| !bringing.common.iter().any(|common| common.stream == head.stream);
            unknown.iter().filter(brought).map(|head| head.stream.clone()).collect()
        };
        let mut entries_missing = None;
        // Of which photo frames come now, and where its range begins.
        let mut range = (Digest::ZERO, 0);
        for part in reader {
            match part? {
                BatchPart::Brought(line) => {
                    let position = match line.as_ref() {
                        AnswerLine::Entry(positioned) => positioned.position,
                        AnswerLine::Mark(mark) => mark.position,
                        _ => return Err(Code::ProtocolBroken.into()),
                    };
                    bringing.take(*line, position)?;
                }
                _ if !lost_without(&bringing).is_empty() => break,
                BatchPart::Entry(line) => {
                    reception.offer(line);
                    progress.count_entry();
                    if reception.is_due() {
                        reception.commit(self)?;
                    }
                }
                BatchPart::Photo(frame) => {
                    let missing = match entries_missing {
                        Some(missing) => missing,
                        None => {
                            // Photos are wanted only once the entries that name them are in force.
                            reception.commit(self)?;
                            *entries_missing.insert(self.misses_entries(laptop, &manifest)?)
                        }
                    };
                    if range.0 != frame.digest {
                        if range.0 != Digest::ZERO {
                            progress.count_photo();
                        }
                        range = (frame.digest, frame.offset);
                    }
                    photos.take_of_file(range.1, &frame, missing)?;
                }
            }
        }
        reception.commit(self)?;
        photos.bring_in_early()?;
        if range.0 != Digest::ZERO {
            progress.count_photo();
        }
        let lost = lost_without(&bringing);
        let common = bringing.common;
        let received = match lost.is_empty() {
            true => reception.end(),
            false => Received { new_entries: 0, problem: None },
        };
        Ok(Taken { received, lost, common })
    }

    /// Whether entries before the end of this file did not come yet: by another piece, or by network.
    fn misses_entries(&self, laptop: &Laptop, manifest: &Manifest) -> Result<bool, CenterError> {
        let held = self.store().holding(laptop, manifest.incarnation, &[])?.prefix;
        Ok(held.map_or(0, |reach| reach.seq) < manifest.last_seq)
    }

    /// The receipt file: receipt, wanted photos, and what the laptop has not seen yet by its manifest's cursors. How many
    /// photos are wanted, and why no pages are in it where they could not be had.
    fn write_receipt_file(
        &self,
        laptop: &Laptop,
        life: &Life,
        manifest: &Manifest,
        (common, whole): (&[Common], bool),
        path: &Path,
    ) -> Result<(u64, Option<Code>), CenterError> {
        // All photos of this life that are here: those that waited for another file are told by this one, and a receipt file
        // that was lost is not missed.
        let mut photos = manifest.photos.clone();
        let told: HashSet<Digest> = photos.iter().map(|note| note.digest).collect();
        let held = self.store().verified_photos_by(laptop.id, life.id, MOST_PHOTOS_TOLD)?;
        photos.extend(held.into_iter().filter(|note| !told.contains(&note.digest)));
        // The laptop goes back to where both agree, and its pages go on from there.
        let mut cursors = manifest.cursors.clone();
        let mut steps_back = Vec::new();
        for common in common {
            let Some(cursor) = cursors.iter_mut().find(|cursor| cursor.stream == common.stream) else {
                continue;
            };
            if !self.knows(&cursor.stream, cursor.position, cursor.stream_hash)? {
                let Common { stream, position, hash } = common.clone();
                *cursor = Cursor { stream, position, stream_hash: hash, ..cursor.clone() };
                steps_back.push(common.clone());
            }
        }
        let manifest = &Manifest { photos, cursors, ..manifest.clone() };
        let told = (steps_back.as_slice(), whole);
        let beside = path.with_extension("part");
        let written =
            self.write_answer(laptop, life, manifest, told, &beside, None).or_else(|problem| match problem {
                // Pages that fail take the receipt with them no more than the other way round: it goes alone, and says why.
                Unwritten::Pages(code) => {
                    tracing::warn!(life = %life.id, code = code.as_str(), "no pages in a receipt file");
                    self.write_answer(laptop, life, manifest, told, &beside, Some(code))
                        .map(|(wanted, _)| (wanted, Some(code)))
                }
                other => Err(other),
            });
        match written {
            Ok(told) => {
                fs::rename(&beside, path)?;
                sync_folder(path.parent().unwrap_or(Path::new(".")))?;
                Ok(told)
            }
            Err(problem) => {
                // Half a file is of no use to anybody.
                let _ = fs::remove_file(&beside);
                Err(match problem {
                    Unwritten::Pages(code) => code.into(),
                    Unwritten::Other(problem) => problem,
                })
            }
        }
    }

    fn write_answer(
        &self,
        laptop: &Laptop,
        life: &Life,
        manifest: &Manifest,
        (steps_back, whole): (&[Common], bool),
        path: &Path,
        pages_refused: Option<Code>,
    ) -> Result<(u64, Option<Code>), Unwritten> {
        let opening = self.open_answer(
            laptop,
            manifest,
            Room {
                line_bytes: MAX_ANSWER_PART_BYTES,
                pages_refused,
                asked: whole && !manifest.program.is_empty(),
            },
        )?;
        let wanted = opening.wanted.len() as u64;
        let receipts = opening.receipts.into_iter().map(AnswerLine::Receipt);
        let steps_back = steps_back.iter().cloned().map(AnswerLine::Common);
        let begun = receipts.chain([AnswerLine::Wanted(opening.wanted)]).chain(steps_back).map(Ok);
        let heads = if pages_refused.is_some() { Vec::new() } else { opening.heads };
        let ends_here = pages_refused.is_some() || laptop.is_revoked();
        let newest_form = if ends_here { u64::MAX >> 1 } else { manifest.newest_form };
        let mut pages = Pages::plan(life.id, heads, &manifest.cursors, newest_form);
        let mut failed = None;
        let pages = std::iter::from_fn(|| match pages.next(self) {
            Ok(lines) => lines.map(|lines| lines.into_iter().map(Ok).collect::<Vec<_>>()),
            Err(problem) => {
                failed = Some(problem.code());
                Some(vec![Err(SyncError::Refused(problem.code()))])
            }
        });
        let lines = begun.chain(pages.flatten()).chain([Ok(AnswerLine::End)]);
        let file = File::create(path).map_err(CenterError::from)?;
        let written = write_receipt(file, &life.sealing_key, self.identity().id, life.id, lines);
        match (written, failed) {
            (Ok(written), _) => written.sync_all().map_err(CenterError::from)?,
            (Err(_), Some(code)) => return Err(Unwritten::Pages(code)),
            (Err(problem), None) => {
                return Err(CenterError::About(problem.code(), "receipt".into()).into());
            }
        }
        Ok((wanted, None))
    }
}

/// Why an answer could not be written to a file.
enum Unwritten {
    /// A page could not be had.
    Pages(Code),
    /// Anything else.
    Other(CenterError),
}

impl From<CenterError> for Unwritten {
    fn from(problem: CenterError) -> Self {
        Unwritten::Other(problem)
    }
}
