//! Every protective check run without the protection: it must break then, or it guards nothing.
//!
//! `./test` builds the programs with protections that can be taken out and names their folder in
//! `BANGBAN_PLANTED_BIN_DIR`; without it they are built here, which takes long.
#![allow(clippy::unwrap_used)]

use bangban_tests::checks::{self, Broken, Held};
use bangban_tests::harness::Programs;

fn breaks(plant: &'static str, check: fn(&Programs) -> Held) {
    match check(&Programs::without(plant)) {
        Err(Broken(why)) => println!("without the protection against {plant}: {why}"),
        Ok(()) => panic!("the check held with the protection against {plant} taken out: it guards nothing"),
    }
}

macro_rules! planted {
    ($($name:ident: $plant:literal breaks $check:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            breaks($plant, checks::$check);
        })+
    };
}

planted![
    acknowledging_before_the_commit_is_found_out:
        "ack_before_commit" breaks x2_received_means_held_after_a_kill,
    believing_a_receipt_of_another_history_is_found_out:
        "trust_receipt_hash" breaks x2_a_receipt_for_another_history_is_not_believed,
    trusting_any_key_is_found_out:
        "no_pin_check" breaks x1_a_center_with_another_key_is_not_trusted,
    believing_a_photo_unhashed_is_found_out:
        "photo_unchecked" breaks x4_a_photo_is_verified_only_when_its_bytes_fit_its_digest,
    ids_by_chance_are_found_out:
        "no_derived_ids" breaks e5_two_laptops_do_not_double_a_person,
    saving_without_a_commit_is_found_out:
        "save_without_commit" breaks e3_what_was_acknowledged_is_there_after_reopening,
    opening_a_ledger_twice_is_found_out:
        "no_ledger_lock" breaks a_ledger_in_use_is_left_alone,
    taking_a_code_twice_is_found_out:
        "code_twice" breaks a_code_lets_one_laptop_in,
    taking_a_batch_unverified_is_found_out:
        "no_batch_check" breaks x6_of_a_damaged_batch_nothing_is_taken,
    accepting_what_was_not_imported_is_found_out:
        "accept_unimported" breaks f4_nothing_is_accepted_before_it_is_imported,
    accepting_an_outdated_revision_is_found_out:
        "accept_outdated" breaks f4_an_outdated_revision_is_not_accepted,
    accepting_what_the_form_refuses_is_found_out:
        "accept_invalid" breaks an_answer_that_the_form_refuses_is_not_accepted,
    looking_beyond_the_scope_is_found_out:
        "no_scope" breaks s5_staff_of_another_township_see_nothing,
    deciding_in_any_role_is_found_out:
        "any_role" breaks one_person_does_not_accept_and_confirm,
];

/// The programs that can have protections taken out hold all of them as long as nobody asks.
#[test]
fn with_nothing_taken_out_the_checks_hold() {
    checks::x2_received_means_held_after_a_kill(&Programs::without("nothing")).unwrap();
}
