//! The words of the trade: entries, documents, residents, cases, and who may write what. Pure.
//!
//! Nothing here knows a file, a clock, a network or a thread: the same code folds on laptop and center.

pub mod benefit;
pub mod body;
pub mod bundle;
pub mod certification;
pub mod chain;
pub mod clock;
pub mod code;
pub mod deadline;
pub mod decided;
pub mod demo;
pub mod digest;
pub mod division;
pub mod document;
pub mod due_list;
pub mod entry;
pub mod fold;
pub mod form_sheet;
pub mod handling;
pub mod handover;
pub mod identity;
pub mod ids;
pub mod joining;
pub mod line;
pub mod lineage;
pub mod mask;
pub mod mentions;
pub mod name;
pub mod official_list;
pub mod paper;
pub mod paste;
pub mod phone;
pub mod photo;
pub mod planted;
pub mod published_form;
pub mod relation;
pub mod revision;
pub mod rights;
pub mod roll;
pub mod roster;
pub mod settling;
pub mod sheet_date;
pub mod standing;
pub mod typescript;
pub mod visit;
pub mod whereabouts;
pub mod words;
pub mod workday;

pub use body::{Body, Remark};
pub use code::Code;
pub use digest::Digest;
pub use document::{Document, Stage, SubjectKind};
pub use entry::{Audience, Entry, Header, RecordPart, Saw};
pub use ids::{Actor, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
pub use lineage::Lineage;
