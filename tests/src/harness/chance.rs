//! Chance that can be repeated: seeded, the seed printed.

/// Numbers by chance (SplitMix64), the same for the same seed.
pub struct Chance(u64);

impl Chance {
    /// The seed of `BANGBAN_SEED`, else one by chance; printed, so that a failure can be had again.
    pub fn seeded(test: &str) -> Self {
        let said = std::env::var("BANGBAN_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = said.unwrap_or_else(Chance::any_seed);
        println!("{test}: BANGBAN_SEED={seed}");
        Chance(seed)
    }

    /// From this seed.
    pub fn from_seed(seed: u64) -> Self {
        Chance(seed)
    }

    /// A seed by chance.
    pub fn any_seed() -> u64 {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes)
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.between(0, among.len() as u64) as usize]
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
