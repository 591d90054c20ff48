//! Laptop and center compared: nothing lost, nothing doubled, nothing shown as received that the center does not hold.

use super::{Held, hold};
use crate::harness::{Center, Laptop};
use serde_json::Value;
use std::collections::BTreeMap;

fn number(status: &Value, name: &str) -> u64 {
    status[name].as_u64().unwrap_or_else(|| panic!("no number {name} in {status}"))
}

/// Every hash, chain, signed head, fold and photo of both sides holds.
pub fn both_sides_are_whole(laptops: &[&Laptop], center: &Center) -> Held {
    for laptop in laptops {
        let findings = laptop.findings();
        hold(findings.is_empty(), || format!("{}'s ledger is not whole: {findings:?}", laptop.name))?;
    }
    let findings = center.findings();
    hold(findings.is_empty(), || format!("the center is not whole: {findings:?}"))
}

/// Nothing waits, and both sides count the same people, cases and photos, each case once.
pub fn both_sides_hold_the_same(laptops: &[&Laptop], center: &Center) -> Held {
    let there = center.status();
    hold(number(&there, "quarantined") == 0, || format!("something stands in quarantine: {there}"))?;
    let listed = center_cases(center);
    for laptop in laptops {
        let here = laptop.status();
        for name in ["pending_entries", "pending_photos", "quarantined"] {
            hold(number(&here, name) == 0, || format!("{}: {name} is {}", laptop.name, here[name]))?;
        }
        for name in ["people", "cases", "photos"] {
            let (one, other) = (number(&here, name), number(&there, name));
            hold(one == other, || format!("{name}: {one} with {}, {other} at the center", laptop.name))?;
        }
        let mut cases = laptop.cases();
        cases.retain(|_, case| case["standing"] != "draft");
        hold(cases.keys().eq(listed.keys()), || format!("{} and the center list other cases", laptop.name))?;
    }
    Ok(())
}

/// What a laptop shows as received is at the center: entries, photos, and every case by itself.
pub fn received_means_held(laptop: &Laptop, center: &Center) -> Held {
    let (here, there) = (laptop.status(), center.status());
    let received = number(&here, "entries") - number(&here, "pending_entries");
    let held = number(&there, "entries") + number(&there, "quarantined");
    hold(received <= held, || format!("{received} entries read received, the center holds {held}"))?;
    let received = number(&here, "photos") - number(&here, "pending_photos");
    let held = number(&there, "photos");
    hold(received <= held, || format!("{received} photos read received, the center holds {held}"))?;
    let listed = center_cases(center);
    for (id, case) in laptop.cases() {
        let standing = case["standing"].as_str().unwrap_or_default();
        if matches!(standing, "draft" | "open" | "pending") {
            continue;
        }
        let known = listed.get(&id);
        hold(known.is_some(), || format!("case {id} reads {standing}, the center does not know it"))?;
        let (photos, waiting) = (number(&case, "photos"), number(&case, "pending_photos"));
        let verified = known.map(|case| number(case, "photos_verified")).unwrap_or_default();
        // Without anything pending all its pictures were receipted.
        hold(waiting > 0 || photos <= verified, || {
            format!("case {id}: {photos} photos read received, the center verified {verified}")
        })?;
    }
    Ok(())
}

/// Every case that the center lists, by id.
pub fn center_cases(center: &Center) -> BTreeMap<String, Value> {
    let listed = center.run(&["case", "list", "--limit", "100000"]);
    let cases = listed["cases"].as_array().cloned().unwrap_or_default();
    cases.into_iter().map(|case| (case["id"].as_str().unwrap_or_default().to_owned(), case)).collect()
}
