//! Batch files of any size, whole and in pieces: as streams on both sides, in little memory (rule X6).

use bangban_tests::checks::{DAHU, both_sides_are_whole, both_sides_hold_the_same};
use bangban_tests::harness::{Center, Laptop, Programs, long, run_measured};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What either side may need, whatever the size (KiB).
const MOST_KIB: u64 = 100 * 1024;
const PIECE: &str = "20MB";
const PIECE_BYTES: u64 = 20_000_000;

/// Some 200 MB; in the long form 4 GB.
fn fill(laptop: &Laptop) -> u64 {
    let (cases, photos, bytes) = if long() { (400, 10, 1_000_000) } else { (20, 10, 1_000_000) };
    let [cases_word, photos_word, bytes_word] = [cases, photos, bytes].map(|count: u64| count.to_string());
    laptop.run(&[
        "fill",
        "--cases",
        &cases_word,
        "--photos",
        &photos_word,
        "--photo-bytes",
        &bytes_word,
        "--seed",
        "5",
    ]);
    cases * photos * bytes
}

#[track_caller]
fn export(laptop: &Laptop, arguments: &[&str]) -> Value {
    let (answer, kib) =
        run_measured("batch export", laptop.command(&[&["batch", "export"], arguments].concat()));
    println!("{arguments:?}: exporting took {} MiB at most", kib / 1024);
    assert!(kib < MOST_KIB, "exporting took {kib} KiB");
    answer.good()
}

#[track_caller]
fn receive(center: &Center, file: &Path, receipt: &Path) -> Value {
    let file = file.display().to_string();
    let receipt = receipt.display().to_string();
    let (answer, kib) = run_measured("import", center.command(&["import", &file, "--receipt", &receipt]));
    println!("receiving took {} MiB at most", kib / 1024);
    assert!(kib < MOST_KIB, "receiving took {kib} KiB");
    answer.good()
}

fn size_of(file: &Path) -> u64 {
    std::fs::metadata(file).unwrap().len()
}

#[test]
fn x6_a_large_batch_passes_in_little_memory_on_both_sides() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let bytes = fill(&alice);
    let (batch, receipt) = (alice.file("all.bangban"), alice.file("receipt.bangban"));
    let exported = export(&alice, &[&batch.display().to_string()]);
    assert!(size_of(&batch) > bytes && exported["photos_left"] == 0, "{exported}");
    let received = receive(&center, &batch, &receipt);
    assert_eq!(received["wanted_photos"], 0, "{received}");
    alice.run(&["receipt", "import", &receipt.display().to_string()]);
    assert_eq!(alice.count("pending_entries") + alice.count("pending_photos"), 0);
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn x6_pieces_of_a_large_batch_pass_backwards() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "10", "--photos", "8", "--photo-bytes", "1000000", "--seed", "6"]);
    let batch = alice.file("part.bangban");
    let exported = export(&alice, &["--piece", PIECE, &batch.display().to_string()]);
    let names: Vec<&str> =
        exported["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(names.len() > 4 && names[0] == "part-1.bangban", "{names:?}");
    let files: Vec<PathBuf> = names.iter().map(|name| alice.file(name)).collect();
    assert!(files.iter().all(|file| size_of(file) <= PIECE_BYTES));
    assert!(
        files[..files.len() - 1].iter().all(|file| size_of(file) > PIECE_BYTES * 8 / 10),
        "and they are filled"
    );
    // The same names once more: nothing that is there is written over.
    let again = alice.ask(&["batch", "export", "--piece", PIECE, &batch.display().to_string()]);
    again.refused("file_exists");
    let receipt = alice.file("receipt.bangban");
    for file in files.iter().rev() {
        receive(&center, file, &receipt);
    }
    alice.run(&["receipt", "import", &receipt.display().to_string()]);
    assert_eq!(
        alice.count("pending_entries") + alice.count("pending_photos"),
        0,
        "the last receipt names all"
    );
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
    let answer = alice.file("answer.bangban");
    let laptop = center.run(&["laptop", "list"])["laptops"][0]["id"].as_str().unwrap().to_owned();
    center.run(&["laptop", "answer", &laptop, &answer.display().to_string()]);
    alice.run(&["receipt", "import", &answer.display().to_string()]);
}
