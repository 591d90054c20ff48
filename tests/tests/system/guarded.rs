//! The checks, against the normal programs: each must hold. `planted.rs` runs them without what they guard.

use bangban_tests::checks;
use bangban_tests::harness::Programs;

macro_rules! guarded {
    ($($check:ident),+ $(,)?) => {
        $(#[test]
        fn $check() {
            checks::$check(&Programs::normal()).unwrap();
        })+
    };
}

guarded![
    x2_received_means_held_after_a_kill,
    x2_a_receipt_for_another_history_is_not_believed,
    x1_a_center_with_another_key_is_not_trusted,
    x4_a_photo_is_verified_only_when_its_bytes_fit_its_digest,
    x4_a_photo_that_was_whole_at_a_crash_is_received,
    e5_two_laptops_do_not_double_a_person,
    e5_two_laptops_do_not_double_a_person_without_a_number,
    e3_what_was_acknowledged_is_there_after_reopening,
    e4_before_enrolment_nothing_is_recorded,
    a_ledger_in_use_is_left_alone,
    a_code_lets_one_laptop_in,
    x6_of_a_damaged_batch_nothing_is_taken,
    f4_nothing_is_accepted_before_it_is_imported,
    f4_an_outdated_revision_is_not_accepted,
    an_answer_that_the_form_refuses_is_not_accepted,
    s5_staff_of_another_township_see_nothing,
    one_person_does_not_accept_and_confirm,
];
