//! What is not let in at the center's door.

use super::{DAHU, Held, hold, hold_refused};
use crate::harness::{Center, Laptop, Programs};

/// A code lets one laptop in, and no second one.
pub fn a_code_lets_one_laptop_in(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let code = center.code(DAHU);
    let alice = Laptop::named(programs, "alice");
    alice.run(&["enrol", &code]);
    let bob = Laptop::named(programs, "bob");
    hold_refused(&bob.ask(&["enrol", &code]), "code_used")?;
    hold(bob.status()["enrolled"] == false, || "bob was let in".to_owned())?;
    hold(center.count("laptops") == 1, || "a second laptop was let in".to_owned())
}

/// X6: a batch file is taken in whole or not at all, wherever a byte of it was changed.
pub fn x6_of_a_damaged_batch_nothing_is_taken(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "3", "--photos", "2", "--photo-bytes", "90000"]);
    let batch = alice.file("batch.bangban");
    alice.run(&["batch", "export", &batch.display().to_string()]);
    let whole = std::fs::read(&batch).unwrap();
    let before = center.totals();
    let (damaged, receipt) = (alice.file("damaged.bangban"), alice.file("receipt.bangban"));
    let places = [0.3, 0.6, 0.9, 0.999].map(|part| (whole.len() as f64 * part) as usize);
    for at in places {
        let mut bytes = whole.clone();
        *bytes.get_mut(at).unwrap() ^= 1;
        std::fs::write(&damaged, bytes).unwrap();
        let answer = center.receive(&damaged, &receipt);
        hold_refused(&answer, "batch_damaged")?;
        hold(center.totals() == before, || format!("byte {at} was changed and something was taken in"))?;
        hold(!receipt.exists(), || "a damaged batch got a receipt".to_owned())?;
    }
    for length in [whole.len() - 1, whole.len() / 2] {
        std::fs::write(&damaged, whole.get(..length).unwrap()).unwrap();
        hold_refused(&center.receive(&damaged, &receipt), "batch_damaged")?;
        hold(center.totals() == before, || format!("cut to {length} bytes and something was taken in"))?;
    }
    // And the whole one goes in.
    center.receive(&batch, &receipt).good();
    Ok(())
}
