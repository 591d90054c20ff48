//! What deriving a key from a PIN costs: enough to slow a thief, bounded against a hostile file.

use crate::KeyError;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zeroize::{Zeroize, Zeroizing};

// A PIN has six digits or a few more: what holds a thief up is the cost of trying them.
#[cfg(all(feature = "cheap-kdf", not(debug_assertions)))]
compile_error!("cheap-kdf derives keys that anybody can guess: it is for test builds, never for a release");

/// The least memory of a derivation, KiB.
#[cfg(not(feature = "cheap-kdf"))]
const LEAST_MEMORY_KIB: u32 = 64 * 1024;
/// The same in a test build that starts programs by the thousand. What it seals no normal program opens.
#[cfg(feature = "cheap-kdf")]
const LEAST_MEMORY_KIB: u32 = 64;

/// More memory than this is never chosen by calibration: village laptops have 4 GiB for everything.
const CALIBRATED_MEMORY_KIB: u32 = 256 * 1024;

/// The cost of one Argon2id derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes; computed one after the other.
    pub lanes: u32,
}

impl KdfCost {
    /// The least a slot may cost: 64 MiB, one pass.
    pub const FLOOR: Self = Self { memory_kib: LEAST_MEMORY_KIB, passes: 1, lanes: 1 };
    /// The most a slot may cost: 4 GiB, 100 passes, 16 lanes. A file that asks for more is hostile.
    pub const CEILING: Self = Self { memory_kib: 4 * 1024 * 1024, passes: 100, lanes: 16 };

    /// Chooses a cost of about `target`. `timed` runs one derivation (see [`KdfCost::rehearse`]) and returns how long
    /// it took; it is called two or three times. Never below the floor, never over 256 MiB.
    pub fn calibrate(target: Duration, mut timed: impl FnMut(&Self) -> Duration) -> Self {
        let first = timed(&Self::FLOOR);
        let mut cost = Self::scaled_from(&Self::FLOOR, first, target);
        if cost == Self::FLOOR {
            return cost;
        }
        // Time does not grow evenly with memory (caches, other programs): look again and correct once.
        let second = timed(&cost);
        if second > target.saturating_mul(5) / 4 || second < target.saturating_mul(3) / 4 {
            cost = Self::scaled_from(&cost, second, target);
        }
        cost
    }

    /// Runs one derivation at this cost and throws the result away: what `timed` measures in [`KdfCost::calibrate`].
    pub fn rehearse(&self) -> Result<(), KeyError> {
        self.derive(b"73918462", None, &[0; 16]).map(drop)
    }

    /// `measured` was the time of `base`; memory grows first, as it hurts a thief's hardware most, then passes.
    fn scaled_from(base: &Self, measured: Duration, target: Duration) -> Self {
        let unit = u128::from(base.memory_kib / Self::FLOOR.memory_kib) * u128::from(base.passes);
        // How many times the floor's work fits into the target.
        let fits = target.as_nanos().saturating_mul(unit.max(1)) / measured.as_nanos().max(1);
        let most = u128::from(CALIBRATED_MEMORY_KIB / Self::FLOOR.memory_kib);
        let memory_factor = fits.clamp(1, most);
        let passes = (fits / memory_factor).clamp(1, u128::from(Self::CEILING.passes));
        Self {
            memory_kib: Self::FLOOR.memory_kib.saturating_mul(memory_factor as u32),
            passes: passes as u32,
            lanes: 1,
        }
    }

    /// Refuses a cost out of bounds; asks for no memory.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        if self.memory_kib < floor.memory_kib || self.passes < floor.passes || self.lanes < floor.lanes {
            return Err(KeyError::CostBelowFloor);
        }
        if self.memory_kib > ceiling.memory_kib || self.passes > ceiling.passes || self.lanes > ceiling.lanes
        {
            return Err(KeyError::CostAboveCeiling);
        }
        Ok(())
    }

    /// The key of a slot, from what its holder knows. `keyring_secret` is Argon2's own secret input: it cannot be confused
    /// with the PIN's digits.
    pub(crate) fn derive_slot_key(
        &self,
        known: &[u8],
        keyring_secret: Option<&[u8]>,
        salt: &[u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.derive(known, keyring_secret, salt)
    }

    fn derive(
        &self,
        password: &[u8],
        secret: Option<&[u8]>,
        salt: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.check()?;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| KeyError::CostBelowFloor)?;
        let block_count = params.block_count();
        let argon =
            Argon2::new_with_secret(secret.unwrap_or(&[]), Algorithm::Argon2id, Version::V0x13, params)
                .map_err(|_| KeyError::BadKey)?;
        // Asked for politely: a machine without the memory gets an error, not an aborted process.
        let mut memory: Vec<Block> = Vec::new();
        memory
            .try_reserve_exact(block_count)
            .map_err(|_| KeyError::NotEnoughMemory { needed_kib: self.memory_kib })?;
        memory.resize(block_count, Block::new());
        let mut key = Zeroizing::new([0; 32]);
        let done = argon.hash_password_into_with_memory(password, salt, &mut *key, &mut memory);
        memory.zeroize();
        done.map_err(|_| KeyError::BadKey)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(not(feature = "cheap-kdf"))]
    #[test]
    fn k1_a_program_that_is_not_for_tests_derives_over_64_mib() {
        assert_eq!(KdfCost::FLOOR, KdfCost { memory_kib: 65_536, passes: 1, lanes: 1 });
    }

    #[test]
    fn k1_the_cost_has_a_floor_and_a_ceiling() {
        let floor = KdfCost::FLOOR;
        let table = [
            (floor, Ok(())),
            (KdfCost::CEILING, Ok(())),
            (KdfCost { memory_kib: 65_535, ..floor }, Err(KeyError::CostBelowFloor)),
            (KdfCost { passes: 0, ..floor }, Err(KeyError::CostBelowFloor)),
            (KdfCost { lanes: 0, ..floor }, Err(KeyError::CostBelowFloor)),
            (KdfCost { memory_kib: 4 * 1024 * 1024 + 1, ..floor }, Err(KeyError::CostAboveCeiling)),
            (
                KdfCost { memory_kib: u32::MAX, passes: u32::MAX, lanes: u32::MAX },
                Err(KeyError::CostAboveCeiling),
            ),
            (KdfCost { passes: 101, ..floor }, Err(KeyError::CostAboveCeiling)),
            (KdfCost { lanes: 17, ..floor }, Err(KeyError::CostAboveCeiling)),
        ];
        for (cost, expected) in table {
            assert_eq!(cost.check(), expected, "{cost:?}");
        }
    }

    /// A machine on which a pass over 64 MiB takes `floor_ms`.
    fn machine(floor_ms: u64) -> impl FnMut(&KdfCost) -> Duration {
        move |cost| Duration::from_millis(floor_ms) * (cost.memory_kib / 65_536) * cost.passes
    }

    #[test]
    fn calibration_reaches_the_target_by_memory_first() {
        let second = Duration::from_secs(1);
        let table = [
            (2_000, 64, 1), // a slow machine pays the floor, however long it takes
            (400, 128, 1),
            (100, 256, 2),
            (10, 256, 25),
            (0, 256, 100), // a stopped clock ends at the ceiling
        ];
        for (floor_ms, memory_mib, passes) in table {
            let cost = KdfCost::calibrate(second, machine(floor_ms));
            assert_eq!(cost, KdfCost { memory_kib: memory_mib * 1024, passes, lanes: 1 }, "{floor_ms} ms");
            cost.check().unwrap();
        }
    }

    #[test]
    fn calibration_corrects_itself_when_memory_is_slower_than_hoped() {
        // The first measurement was flattered by a cache: more memory costs twice as much as expected.
        let cost = KdfCost::calibrate(Duration::from_secs(1), |cost| {
            let slow = if cost.memory_kib > 65_536 { 2 } else { 1 };
            Duration::from_millis(100) * (cost.memory_kib / 65_536) * cost.passes * slow
        });
        assert_eq!(cost.memory_kib * cost.passes, 256 * 1024, "about 0.8 s, not 1.6 s");
    }
}
