//! The list of commands that the window calls, through the same door, against a real center.
#![allow(clippy::unwrap_used)]

mod at_work;
mod bundles;
mod by_itself;
mod case_lines;
mod certifying;
mod copying;
mod delivery;
mod desk;
mod filling;
mod form_sheet;
mod guides;
mod handling;
mod handover;
mod joined;
mod listing;
mod locked;
mod notices;
mod papers;
mod people;
mod person_edit;
mod practice;
mod published;
mod reconcile;
mod registers;
mod reporting;
mod rounds;
mod service;
mod sheets;
mod township;
mod typing;
mod visiting;
mod watching;
mod withdrawn;
