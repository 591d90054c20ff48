//! Lives that a batch file vouches for: each is signed by the one that it continues (rule E2).

use crate::messages::LifeBegun;
use crate::signed::Signed;
use bangban_keys::VerifyingKey;
use bangban_model::IncarnationId;
use std::collections::BTreeMap;

/// The key of a life that the center may not know yet, if an unbroken line leads to it from one that it knows.
pub fn vouched_key(
    lives: &[Signed<LifeBegun>],
    life: IncarnationId,
    key_of: impl Fn(IncarnationId) -> Option<VerifyingKey>,
) -> Option<VerifyingKey> {
    let mut vouched: BTreeMap<IncarnationId, VerifyingKey> = BTreeMap::new();
    for signed in lives {
        let ancestor = signed.unverified().ok()?.ancestor;
        let key = vouched.get(&ancestor).copied().or_else(|| key_of(ancestor))?;
        let begun = signed.verify(&key).ok()?;
        vouched.insert(begun.incarnation, begun.verifying_key);
    }
    vouched.remove(&life)
}
