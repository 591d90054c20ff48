//! The short forms of the harnesses that run long (`prove KIND`), and each with a protection taken out: it must find losses
//! then. `BANGBAN_LONG=1` runs ten times as many.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use bangban_tests::harness::{Programs, long};
use bangban_tests::prove::proof;
use std::process::Output;

/// The harness in a process of its own, so that what is taken out there is taken out nowhere else.
fn prove(programs: &Programs, kind: &str, runs: u64, more: &[&str]) -> (Output, String) {
    let output = programs.prove().args([kind, "--runs", &runs.to_string()]).args(more).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}");
    (output, said)
}

fn holds(kind: &str) {
    let runs = proof(kind).unwrap().short * if long() { 10 } else { 1 };
    let (output, said) = prove(&Programs::quick(), kind, runs, &[]);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// Within so many runs the loss is found.
fn finds_out(plant: &'static str, kind: &str, runs: u64) {
    let (output, said) = prove(&Programs::without(plant), kind, runs, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("FAILED, --seed"), "{said}");
    assert!(!said.contains("could not be run"), "that it could not be run proves nothing: {said}");
}

#[test]
fn e3_x2_killed_at_any_moment_neither_laptop_nor_center_loses_what_it_acknowledged() {
    holds("kills");
}

#[test]
fn f3_x2_x5_whatever_the_schedule_all_end_in_one_state_and_no_value_is_lost() {
    holds("schedules");
}

#[test]
fn schedules_find_the_last_writer_winning() {
    finds_out("last_writer_wins", "schedules", 40);
}

#[test]
fn schedules_find_acknowledging_before_the_commit() {
    finds_out("ack_before_commit", "schedules", 40);
}

#[test]
fn schedules_find_trusting_the_sequence_number() {
    finds_out("trust_seq", "schedules", 10);
}

#[test]
fn schedules_find_a_laptop_that_brings_nothing_back_to_a_restored_center() {
    finds_out("bring_nothing_back", "schedules", 10);
}

#[test]
fn x2_x4_an_exchange_with_photos_cut_at_any_byte_goes_on_and_doubles_nothing() {
    holds("bytes");
}

#[test]
fn cuts_find_acknowledging_before_the_commit() {
    finds_out("ack_before_commit", "bytes", 40);
}

#[test]
fn kills_find_acknowledging_a_photo_before_it_is_whole() {
    finds_out("ack_before_photo", "kills", 40);
}

#[test]
fn e3_x2_x4_after_any_power_cut_both_open_and_hold_what_they_acknowledged() {
    holds("power");
}

#[test]
fn power_cuts_find_a_commit_that_is_not_synced() {
    finds_out("synchronous_normal", "power", 600);
}

#[test]
fn power_cuts_find_a_photo_that_is_not_synced() {
    finds_out("no_photo_fsync", "power", 600);
}

#[test]
fn e3_x2_a_disk_that_fails_at_any_write_loses_nothing_and_nothing_is_called_saved_that_is_not() {
    holds("faults");
}

#[test]
fn failing_disks_find_a_write_error_that_is_ignored() {
    finds_out("ignore_write_error", "faults", 300);
}

#[test]
fn x1_a_peer_that_means_harm_is_refused_within_bounds_and_changes_nothing() {
    holds("hostile");
}

#[test]
fn hostile_peers_find_a_center_without_bounds() {
    // A line that is sent without an end must be a long one to show: one in twenty times none of sixty is.
    finds_out("no_size_bound", "hostile", 300);
}

#[test]
fn no_report_is_refused_and_no_order_changes_while_clocks_jump_by_ten_years() {
    holds("clocks");
}

#[test]
fn jumping_clocks_find_a_center_that_trusts_them() {
    finds_out("trust_clock", "clocks", 16);
}

#[test]
fn kills_find_saving_without_a_commit() {
    finds_out("save_without_commit", "kills", 40);
}

#[test]
fn kills_find_acknowledging_before_the_commit() {
    finds_out("ack_before_commit", "kills", 40);
}

#[test]
fn k1_k3_whatever_pin_is_forgotten_or_keyring_lost_the_township_lets_her_in_and_no_row_is_missing() {
    holds("forgotten");
}

#[test]
fn forgotten_pins_find_a_used_code_that_is_not_replaced() {
    finds_out("no_new_code", "forgotten", 10);
}
