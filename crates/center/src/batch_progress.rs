//! How far the receiving of a batch file is: one thread works, others look. Nothing waits for anybody here.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

/// What is being done with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchStage {
    /// Another file has its turn.
    #[default]
    Waits,
    /// It is copied from the stick.
    Copies,
    /// All of it is verified; nothing is taken yet.
    Checks,
    /// Its entries and photos are taken in.
    Takes,
    /// The receipt file is written.
    Answers,
}

impl BatchStage {
    const ALL: [BatchStage; 5] =
        [BatchStage::Waits, BatchStage::Copies, BatchStage::Checks, BatchStage::Takes, BatchStage::Answers];
}

/// How much of something of how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// So much is done.
    pub done: u64,
    /// Of so much.
    pub all: u64,
}

/// How things stand at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchStanding {
    /// What is being done.
    pub stage: BatchStage,
    /// Bytes of the file, in this stage.
    pub bytes: Share,
    /// Entries taken in.
    pub entries: Share,
    /// Photos taken in.
    pub photos: Share,
}

/// How far a file is, shared between who works and who looks.
#[derive(Debug, Default)]
pub struct BatchProgress {
    stage: AtomicU8,
    bytes: Counter,
    entries: Counter,
    photos: Counter,
    stopped: AtomicBool,
}

#[derive(Debug, Default)]
struct Counter {
    done: AtomicU64,
    all: AtomicU64,
}

impl Counter {
    fn begin(&self, all: u64) {
        self.done.store(0, Relaxed);
        self.all.store(all, Relaxed);
    }

    fn share(&self) -> Share {
        Share { done: self.done.load(Relaxed), all: self.all.load(Relaxed) }
    }
}

impl BatchProgress {
    /// How things stand now.
    pub fn standing(&self) -> BatchStanding {
        let stage = BatchStage::ALL.get(usize::from(self.stage.load(Relaxed))).copied();
        BatchStanding {
            stage: stage.unwrap_or_default(),
            bytes: self.bytes.share(),
            entries: self.entries.share(),
            photos: self.photos.share(),
        }
    }

    /// Whoever sent the file takes it back: checking ends. What is being taken in is taken in whole.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// Whether it was stopped before anything of it was taken.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed) && self.standing().stage as u8 <= BatchStage::Checks as u8
    }

    pub(crate) fn begin(&self, stage: BatchStage, bytes: u64) {
        self.bytes.begin(bytes);
        self.stage.store(stage as u8, Relaxed);
    }

    pub(crate) fn expect(&self, entries: u64, photos: u64) {
        self.entries.begin(entries);
        self.photos.begin(photos);
    }

    pub(crate) fn count_entry(&self) {
        self.entries.done.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_photo(&self) {
        self.photos.done.fetch_add(1, Relaxed);
    }
}

/// A file whose reading is counted, and ends where somebody stopped it.
pub(crate) struct CountedFile<'a> {
    file: File,
    progress: &'a BatchProgress,
}

impl<'a> CountedFile<'a> {
    /// Begins a stage in which the file is read from its beginning to its end.
    pub(crate) fn begin(file: File, stage: BatchStage, progress: &'a BatchProgress) -> io::Result<Self> {
        progress.begin(stage, file.metadata()?.len());
        Ok(CountedFile { file, progress })
    }
}

impl Read for CountedFile<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_stopped() {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        let read = self.file.read(into)?;
        self.progress.bytes.done.fetch_add(read as u64, Relaxed);
        Ok(read)
    }
}
