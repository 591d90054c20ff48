//! What can happen in a schedule. Numbers name things by their place among what there is then, so that a schedule that
//! is made simpler stays one.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// What becomes of an exchange on the way.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// It goes through.
    Good,
    /// After so many entries the line is cut.
    CutUp(usize),
    /// Everything arrives; after so many lines of the answer the line is cut.
    CutDown(usize),
    /// It arrives twice, and the second answer comes back.
    Twice,
    /// It arrives twice, and the first answer comes back.
    TwiceAndFirst,
    /// It is under way for a long time: nothing arrives for now.
    Held,
}

/// What becomes of the photos on the way: every line is cut after so many parts.
#[derive(Clone, Copy, Debug)]
pub struct PhotoFate {
    /// After so many parts.
    pub cut: usize,
}

/// What becomes of what a laptop tells after a restore: of a new life, or of what a center lost.
#[derive(Clone, Copy, Debug)]
pub enum Telling {
    /// It goes through.
    Good,
    /// After so many lines the line is cut.
    CutUp(usize),
    /// It arrives, and nobody hears so.
    Unheard,
}

/// What staff do.
#[derive(Clone, Copy, Debug)]
pub enum Desk {
    /// They settle a conflict that they see.
    Settle { which: usize },
    /// They import a batch: what they write of it no laptop is to see.
    Import { which: usize },
    /// They send a case back.
    Return { which: usize },
    /// They look through the laptops after a restore.
    Confirm,
    /// They end a recovery.
    Close,
}

/// One act.
#[derive(Clone, Debug)]
pub enum Act {
    /// An agent writes fields of a person; some writes are equal.
    Write { laptop: usize, person: usize, fields: Vec<usize>, value: u8 },
    /// An agent submits a case with pictures.
    Case { laptop: usize, person: usize, photos: Vec<u16> },
    /// An agent settles a conflict that she sees.
    Settle { laptop: usize, which: usize, own: bool },
    /// A laptop reports.
    Report { laptop: usize, fate: Fate, photos: PhotoFate, telling: Telling },
    /// A post of before arrives (again); nobody waits for its answer any more.
    Arrive { which: usize },
    /// An answer of before arrives (again) at its laptop.
    Answer { which: usize },
    /// A program ends and begins again.
    Reopen { laptop: usize },
    /// The center does.
    ReopenCenter,
    /// A clock jumps: 0 and 1 for the laptops', 2 for the center's.
    Jump { whose: usize, days: i64 },
    /// Somebody works at the center.
    Staff(Desk),
    /// A copy is made: of a laptop's ledger (0 and 1), or of all that the center has (2).
    Copy { whose: usize },
    /// A copy is put back in place of what stands there.
    PutBack { whose: usize, which: usize },
}

/// Schedules need no state to be made: every act is possible at any time.
pub struct Schedule;

impl ReferenceStateMachine for Schedule {
    type State = ();
    type Transition = Act;

    fn init_state() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn transitions(_: &()) -> BoxedStrategy<Act> {
        let laptop = 0..2_usize;
        let person = 0..2_usize;
        let write = (laptop.clone(), person.clone(), prop::collection::vec(0..3_usize, 1..3), 0..12_u8)
            .prop_map(|(laptop, person, fields, value)| Act::Write { laptop, person, fields, value });
        let case = (laptop.clone(), person, prop::collection::vec(1..4000_u16, 0..3))
            .prop_map(|(laptop, person, photos)| Act::Case { laptop, person, photos });
        let settle = (laptop.clone(), 0..8_usize, any::<bool>())
            .prop_map(|(laptop, which, own)| Act::Settle { laptop, which, own });
        let report = (laptop.clone(), fate(), photo_fate(), telling())
            .prop_map(|(laptop, fate, photos, telling)| Act::Report { laptop, fate, photos, telling });
        prop_oneof![
            8 => write,
            2 => case,
            4 => settle,
            8 => report,
            4 => (0..64_usize).prop_map(|which| Act::Arrive { which }),
            2 => (0..64_usize).prop_map(|which| Act::Answer { which }),
            1 => laptop.prop_map(|laptop| Act::Reopen { laptop }),
            1 => Just(Act::ReopenCenter),
            1 => (0..3_usize, -3650..3650_i64).prop_map(|(whose, days)| Act::Jump { whose, days }),
            4 => desk().prop_map(Act::Staff),
            4 => (0..3_usize).prop_map(|whose| Act::Copy { whose }),
            3 => (0..3_usize, 0..8_usize).prop_map(|(whose, which)| Act::PutBack { whose, which }),
        ]
        .boxed()
    }

    fn apply(state: (), _: &Act) {
        state
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Good),
        2 => (0..12_usize).prop_map(Fate::CutUp),
        4 => (0..12_usize).prop_map(Fate::CutDown),
        1 => Just(Fate::Twice),
        1 => Just(Fate::TwiceAndFirst),
        2 => Just(Fate::Held),
    ]
}

fn photo_fate() -> impl Strategy<Value = PhotoFate> {
    prop_oneof![2 => Just(usize::MAX), 1 => 0..8_usize].prop_map(|cut| PhotoFate { cut })
}

fn telling() -> impl Strategy<Value = Telling> {
    prop_oneof![4 => Just(Telling::Good), 1 => (0..8_usize).prop_map(Telling::CutUp), 1 => Just(Telling::Unheard)]
}

fn desk() -> impl Strategy<Value = Desk> {
    prop_oneof![
        3 => (0..8_usize).prop_map(|which| Desk::Settle { which }),
        1 => (0..8_usize).prop_map(|which| Desk::Import { which }),
        1 => (0..8_usize).prop_map(|which| Desk::Return { which }),
        3 => Just(Desk::Confirm),
        2 => Just(Desk::Close),
    ]
}
