//! Forms of the trade as text that a person can review: each is written out as a real workbook, filled in by its script,
//! and every node must stand as the script says. The values are the specification's, not the engine's.
#![allow(clippy::unwrap_used)]

mod broken;
#[path = "../common/mod.rs"]
mod common;
mod coverage;
mod merged;
mod overlaid;
mod steps;
mod strolls;
mod text;
mod trace;

/// One test a file, and one that no file is left out.
macro_rules! corpus {
    ($folder:literal, $run:path, [$($name:ident),+ $(,)?]) => {
        $(#[test]
        fn $name() {
            $run(&crate::text::FormText::read($folder, stringify!($name)));
        })+

        #[test]
        fn every_file_has_its_test() {
            let mut listed = vec![$(stringify!($name)),+];
            listed.sort_unstable();
            assert_eq!(crate::text::names($folder), listed);
        }
    };
}

mod good {
    corpus!(
        "good",
        crate::trace::follow,
        [
            after_death,
            bank_visit,
            card_text,
            dibao,
            disability,
            elderly_allowance,
            family_register,
            house_paths,
            house_places,
            household_visit,
            medical_aid,
            nested_rows,
            old_age_card,
            pension_dates,
            relief_conditions,
            school_aid,
            special_care,
            subsidy_sums,
            unemployment,
            village_table,
        ]
    );
}

mod refused {
    corpus!(
        "broken",
        crate::broken::refuse,
        [
            asked_by_itself,
            bad_formulas,
            bad_names,
            crossed_ends,
            doubled_choice,
            doubled_name,
            full_width,
            functions,
            half_rows,
            missing_tables,
            no_lists,
            parameters,
            sums_in_a_circle,
            unclosed_group,
            unknown_list,
            unknown_names,
            unknown_type,
            which_name,
        ]
    );
}
