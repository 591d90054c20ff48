//! What a release wrote, every later one reads: a ledger of each released version is opened, looked through and worked on.
#![allow(clippy::unwrap_used)]

use bangban_desk::case::{self, CaseFilter};
use bangban_desk::job::Job;
use bangban_desk::keyring::NoKeyring;
use bangban_desk::sign_in::Door;
use bangban_desk::{repair, status};
use bangban_model::clock::SystemClock;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const PIN: &str = "49275163";

#[test]
fn ledgers_of_every_released_version_are_opened_looked_through_and_worked_on() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/ledgers");
    let mut versions = 0;
    for one in fs::read_dir(fixtures).unwrap() {
        let version = one.unwrap().path();
        if !version.is_dir() {
            continue;
        }
        versions += 1;
        let folder = tempfile::tempdir().unwrap();
        for file in fs::read_dir(&version).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let door = Door {
            folder: folder.path().to_owned(),
            clock: Arc::new(SystemClock),
            keyring: Arc::new(NoKeyring),
        };
        let check = repair::check_ledger(&door, PIN).unwrap();
        assert_eq!(check.findings, [], "{}", version.display());
        for round in 0..2 {
            let desk = door.sign_in(PIN).unwrap();
            let verified = status::verify(&desk, &Job::quiet()).unwrap();
            assert_eq!(verified.findings, [], "{} round {round}", version.display());
            assert!(verified.entries > 40 && verified.photos >= 3);
            let cases = case::list_cases(&desk, CaseFilter { stage: None, limit: 100 }).unwrap();
            assert!(!cases.is_empty(), "{}", version.display());
            bangban_desk::fill::fill(
                &desk,
                bangban_desk::fill::Filling { cases: 1, photos: 1, photo_bytes: 2000, seed: 9 + round },
                |_| {},
            )
            .unwrap();
        }
        assert!(
            folder.path().join("keys.json.bak").exists(),
            "the slots have a twin from the first sign-in on"
        );
    }
    assert!(versions >= 4);
}
