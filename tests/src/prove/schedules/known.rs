//! Schedules that once failed, or that fail for certain where a protection is taken out: they come first in every run.

use super::act::{Act, Desk, Fate, PhotoFate, Telling};

const COPY_ALICE: Act = Act::Copy { whose: 0 };
const RESTORE_ALICE: Act = Act::PutBack { whose: 0, which: 0 };
const COPY_CENTER: Act = Act::Copy { whose: 2 };
const RESTORE_CENTER: Act = Act::PutBack { whose: 2, which: 0 };
const CONFIRM: Act = Act::Staff(Desk::Confirm);

fn report(laptop: usize) -> Act {
    let photos = PhotoFate { cut: usize::MAX };
    Act::Report { laptop, fate: Fate::Good, photos, telling: Telling::Good }
}

/// A value like no other.
fn write(laptop: usize, field: usize) -> Act {
    Act::Write { laptop, person: 0, fields: vec![field], value: 9 }
}

/// Each with what it is about.
pub fn all() -> Vec<(&'static str, Vec<Act>)> {
    vec![
        (
            "D1: a laptop that was put back goes on as a new life",
            vec![
                COPY_ALICE,
                report(0),
                write(0, 0),
                report(0),
                RESTORE_ALICE,
                write(0, 1),
                report(0),
                report(1),
                write(0, 1),
                report(0),
            ],
        ),
        (
            "D2: what staff wrote comes back from whoever heard of it",
            vec![
                report(0),
                report(1),
                write(0, 0),
                write(1, 0),
                report(0),
                report(1),
                COPY_CENTER,
                Act::Staff(Desk::Settle { which: 0 }),
                report(1),
                RESTORE_CENTER,
                report(1),
                CONFIRM,
                report(1),
                report(0),
            ],
        ),
        (
            "D2, F3: who wrote before a restore did not see what took the lost places",
            vec![
                report(0),
                report(1),
                COPY_CENTER,
                write(0, 0),
                report(0),
                write(0, 1),
                RESTORE_CENTER,
                write(1, 1),
                report(1),
                report(0),
                CONFIRM,
                report(0),
            ],
        ),
        (
            "D1, D2, F2: what another laptop brings back for its writer is no later word of her own",
            vec![
                Act::Copy { whose: 1 },
                write(0, 0),
                COPY_CENTER,
                write(1, 0),
                report(1),
                report(0),
                RESTORE_CENTER,
                Act::PutBack { whose: 1, which: 0 },
                write(1, 2),
            ],
        ),
        (
            "D1, D2: what only another laptop has comes back though its own was put back with the center",
            vec![
                report(0),
                report(1),
                COPY_CENTER,
                COPY_ALICE,
                write(0, 0),
                report(0),
                report(1),
                RESTORE_CENTER,
                RESTORE_ALICE,
                write(0, 1),
                report(0),
                report(1),
                CONFIRM,
                report(1),
            ],
        ),
        (
            "D1, D2: a whole tail that only another laptop has is of another branch than what its writer wrote instead",
            vec![
                COPY_CENTER,
                Act::Copy { whose: 1 },
                write(1, 0),
                write(1, 0),
                write(1, 1),
                report(1),
                report(0),
                Act::PutBack { whose: 1, which: 0 },
                RESTORE_CENTER,
                write(1, 2),
            ],
        ),
    ]
}
