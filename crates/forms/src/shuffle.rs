//! `randomize()`: an order that depends on the seed alone, the same that the ODK engines give.

use sha2::{Digest, Sha256};

const MODULUS: i64 = 2_147_483_647;

/// The generator of Park and Miller.
struct ParkMiller(i64);

impl ParkMiller {
    fn seeded(seed: i64) -> Self {
        let state = seed % MODULUS;
        Self(if state <= 0 { state + MODULUS - 1 } else { state })
    }

    /// A number from 0 up to but not including 1.
    #[allow(clippy::cast_precision_loss)]
    fn unit(&mut self) -> f64 {
        self.0 = self.0 * 16_807 % MODULUS;
        (self.0 - 1) as f64 / (MODULUS - 1) as f64
    }
}

/// The seed that a number stands for: its whole part, 0 where it has none.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn seed_of_number(number: f64) -> i64 {
    // Neither NaN nor what is infinite has a whole part.
    if number.is_finite() { number as i64 } else { 0 }
}

/// The seed that a text which is no number stands for: the first eight bytes of its digest.
pub(crate) fn seed_of_text(text: &str) -> i64 {
    if text.is_empty() {
        return 0;
    }
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0_i64, |seed, byte| (seed << 8) | i64::from(*byte))
}

/// Things in the order that a seed gives.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub(crate) fn shuffle<T>(things: Vec<T>, seed: i64) -> Vec<T> {
    let mut chance = ParkMiller::seeded(seed);
    let mut shuffled: Vec<T> = Vec::with_capacity(things.len());
    for thing in things {
        let at = (chance.unit() * (shuffled.len() + 1) as f64) as usize;
        shuffled.push(thing);
        let last = shuffled.len() - 1;
        shuffled.swap(at.min(last), last);
    }
    shuffled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_order_that_other_engines_give() {
        for (seed, order) in [(42.0, "AFCBDE"), (-42.0, "EDAFBC"), (1.1, "BFEACD"), (11_111_111.0, "ACDBFE")]
        {
            let letters = "ABCDEF".chars().collect();
            assert_eq!(
                shuffle(letters, seed_of_number(seed)).into_iter().collect::<String>(),
                order,
                "{seed}"
            );
        }
        for none in [0.0, f64::NAN, f64::INFINITY] {
            let letters = "ABCDEF".chars().collect();
            assert_eq!(shuffle(letters, seed_of_number(none)).into_iter().collect::<String>(), "CBEAFD");
        }
    }

    #[test]
    fn a_text_is_a_seed_too() {
        assert_eq!(seed_of_text(""), 0);
        assert_ne!(seed_of_text("a"), seed_of_text("b"));
        // printf a | sha256sum begins with ca978112ca1bbdca
        assert_eq!(seed_of_text("a"), 0xca97_8112_ca1b_bdca_u64.cast_signed());
    }
}
