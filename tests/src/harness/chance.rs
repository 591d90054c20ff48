//! Chance that can be repeated: seeded, the seed printed.

/// Numbers by chance (SplitMix64), the same for the same seed.
pub struct Chance(u64);

impl Chance {
    /// The seed of `BANGBAN_SEED`, else one by chance; printed, so that a failure can be had again.
    pub fn seeded(test: &str) -> Self {
        let said = std::env::var("BANGBAN_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = said.unwrap_or_else(|| {
            let mut bytes = [0; 8];
            getrandom::fill(&mut bytes).unwrap();
            u64::from_le_bytes(bytes)
        });
        println!("{test}: BANGBAN_SEED={seed}");
        Chance(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from `least` to just below `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.number() % (most - least).max(1)
    }
}
