//! What an exchange must never do.

use super::{
    DAHU, Held, both_sides_are_whole, both_sides_hold_the_same, hold, hold_refused, received_means_held,
};
use crate::harness::{Center, Laptop, Line, Programs, Village};
use bangban_sheets::{Out, write_table};
use std::path::{Path, PathBuf};

/// X2: what reads received after an exchange is still at the center when it was killed at once and opened again.
pub fn x2_received_means_held_after_a_kill(programs: &Programs) -> Held {
    let mut center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "4", "--photos", "1", "--photo-bytes", "9000"]);
    let _ = alice.ask(&["sync", "--tries", "1"]);
    center.kill();
    received_means_held(&alice, &center)?;
    both_sides_hold_the_same(&[&alice], &center)
}

/// X2: nothing becomes received unless the center's hash is the ledger's own: an old copy that was written on goes on as a
/// new life, and neither what it wrote nor what was written before it was put back is lost.
pub fn x2_a_receipt_for_another_history_is_not_believed(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "2", "--photos", "0", "--seed", "1"]);
    alice.sync();
    let copy = alice.copy("alice-restored");
    alice.run(&["fill", "--cases", "2", "--photos", "0", "--seed", "2"]);
    alice.sync();
    copy.run(&["fill", "--cases", "2", "--photos", "0", "--seed", "3"]);
    copy.ask(&["sync", "--tries", "1"]);
    copy.ask(&["sync", "--tries", "1"]);
    both_sides_hold_the_same(&[&copy], &center)?;
    both_sides_are_whole(&[&copy], &center)
}

/// X1: a center with another key is not spoken to, even at the same address.
pub fn x1_a_center_with_another_key_is_not_trusted(programs: &Programs) -> Held {
    let mut center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "1"]);
    let before = alice.status();
    center.kill();
    let mut other = Center::made(programs);
    other.serve_at(&center.address().to_string());
    hold_refused(&alice.ask(&["sync", "--tries", "1"]), "center_not_trusted")?;
    hold(alice.status() == before, || "something changed".to_owned())?;
    hold(other.count("entries") == 0, || "the other center has entries".to_owned())
}

/// X4: a photo whose first bytes were damaged at the center while its last were still on the way is not believed there.
pub fn x4_a_photo_is_verified_only_when_its_bytes_fit_its_digest(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "1", "--photos", "1", "--photo-bytes", "900000"]);
    kill_in_the_middle_of_a_photo(&alice, &center);
    damage(&partial_photos(&center));
    // The first one finds the damage and is asked for the photo again by the second.
    alice.sync();
    alice.sync();
    received_means_held(&alice, &center)?;
    both_sides_are_whole(&[&alice], &center)?;
    both_sides_hold_the_same(&[&alice], &center)
}

/// X4: a photo whose last byte came just before the center was killed, before it was put in its place, is not asked
/// for for ever.
pub fn x4_a_photo_that_was_whole_at_a_crash_is_received(programs: &Programs) -> Held {
    let mut center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "1", "--photos", "1", "--photo-bytes", "900000"]);
    kill_in_the_middle_of_a_photo(&alice, &center);
    let again = alice.copy("alice");
    center.kill();
    let partial = partial_photos(&center).pop().unwrap();
    let name = partial.file_name().unwrap().to_str().unwrap().to_owned();
    // The whole of it is had from a center that goes on; then everything is as at the cut, but for the last bytes.
    let before = center.file("before");
    copy_folder(center.data(), &before);
    center.serve();
    alice.sync();
    center.kill();
    let place = center.data().join("photos").join(name.get(..2).unwrap()).join(&name);
    let whole = std::fs::read(place).unwrap();
    std::fs::remove_dir_all(center.data()).unwrap();
    copy_folder(&before, center.data());
    std::fs::write(partial, whole).unwrap();
    center.serve();
    again.sync();
    both_sides_hold_the_same(&[&again], &center)?;
    both_sides_are_whole(&[&again], &center)
}

/// A laptop that dies while its one photo goes up: a line that is only cut is dialled again at once.
fn kill_in_the_middle_of_a_photo(alice: &Laptop, center: &Center) {
    let line = Line::to(center.address());
    line.set_up_pace(1_500_000);
    let mut running = alice.start(&["sync", "--tries", "1", "--address", &line.address()]);
    line.wait_until_up(500_000, || running.has_ended());
    running.kill();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let there = to.join(file.file_name());
        match file.file_type().unwrap().is_dir() {
            true => copy_folder(&file.path(), &there),
            false => drop(std::fs::copy(file.path(), there).unwrap()),
        }
    }
}

fn partial_photos(center: &Center) -> Vec<PathBuf> {
    let folder = center.data().join("photos").join("partial");
    let files =
        std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no photo is half here: {}", folder.display()));
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert!(!files.is_empty(), "the line was to be cut in the middle of a photo");
    files
}

fn damage(files: &[PathBuf]) {
    for file in files {
        let mut bytes = std::fs::read(file).unwrap();
        *bytes.first_mut().unwrap() ^= 0x20;
        std::fs::write(file, bytes).unwrap();
    }
}

/// E5: nor do they double those who have no identity number yet.
pub fn e5_two_laptops_do_not_double_a_person_without_a_number(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    let text = |text: &str| Out::Text(text.to_owned());
    let rows = [
        vec![text("1"), text("测试甲"), text("11010519491231002X"), text("户主")],
        vec![text("1"), text("测试乙"), Out::Empty, text("孙女")],
        vec![text("2"), text("测试乙"), Out::Empty, text("孙子")],
    ];
    let book = write_table("花名册", &["户号", "姓名", "身份证号", "与户主关系"], &rows).unwrap();
    for laptop in [&alice, &bob] {
        let file = laptop.write("roster.xlsx", &book);
        laptop.run(&["roster", "import", &file]);
        assert_eq!(laptop.count("people"), 3);
    }
    alice.sync();
    bob.sync();
    let counted = center.count("people");
    hold(counted == 3, || format!("3 people in the workbook became {counted}"))
}

/// E5: two laptops that import the same roster without knowing of each other make each person once.
pub fn e5_two_laptops_do_not_double_a_person(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let village = Village::small(programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    let people = alice.import_roster(&village)["people"].as_u64().unwrap();
    bob.import_roster(&village);
    alice.sync();
    bob.sync();
    alice.sync();
    both_sides_hold_the_same(&[&alice, &bob], &center)?;
    for person in village.people.iter().take(5) {
        let found = bob.run(&["person", "find", &person.number]);
        let found = found["people"].as_array().unwrap().len();
        hold(found == 1, || format!("one identity number was found {found} times"))?;
    }
    let counted = center.count("people");
    hold(counted == people, || format!("{people} people in the workbook became {counted}"))
}
