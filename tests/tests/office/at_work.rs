//! A center, its township, and a window at work in one village.

use crate::desk::{Window, programs};
use crate::township::Township;
use bangban_tests::harness::{Center, Village};

pub struct Day {
    /// At work until the day ends.
    pub center: Center,
    pub township: Township,
    pub window: Window,
    /// The elder of the village's first household.
    pub elder: String,
}

pub fn begin() -> Day {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let township = Township::of(&center);
    let window = Window::at_work(&center, &village);
    let elder = window.person(&village.household.elder.number);
    Day { center, township, window, elder }
}
