//! Masking: what of a number may stand on a screen before someone asks for the rest.

/// Masks the middle of a text: keeps `head` characters in front and `tail` at the end.
///
/// A text too short to hide at least as much as it shows is masked entirely, so that a fragment is never given away whole.
pub fn mask_middle(text: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let shown = head.saturating_add(tail);
    let hides_enough = characters.len() > shown && characters.len() - shown >= 3;
    if !hides_enough {
        return "*".repeat(characters.len());
    }
    let hidden_until = characters.len() - tail;
    characters
        .iter()
        .enumerate()
        .map(|(at, character)| if at >= head && at < hidden_until { '*' } else { *character })
        .collect()
}

/// Masks an identity number: `4207**********002X`.
pub fn mask_identity(text: &str) -> String {
    mask_middle(text.trim(), 4, 4)
}

/// Masks a bank account or card number: `6217***********0124`.
pub fn mask_bank_number(text: &str) -> String {
    mask_middle(text.trim(), 4, 4)
}

/// Masks a telephone number: `139****0000` for a mobile, the area code and the last two digits for a landline.
pub fn mask_phone(text: &str) -> String {
    let text = text.trim();
    if let Some((area, rest)) = text.split_once('-')
        && area.starts_with('0')
    {
        return format!("{area}-{}", mask_middle(rest, 0, 2));
    }
    mask_middle(text, 3, 4)
}

/// Masks every number in what was written freely that is long enough to be a telephone or more: `儿子 139****0000`.
pub fn mask_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut number = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(part) if part.is_ascii_digit() || (part == '-' && !number.is_empty()) => number.push(part),
            other => {
                let digits = number.chars().filter(char::is_ascii_digit).count();
                masked.push_str(&if digits >= 7 { mask_phone(&number) } else { number.clone() });
                number.clear();
                masked.extend(other);
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_masked_in_the_usual_ways() {
        let cases = [
            (mask_identity("42070419480315002X"), "4207**********002X"),
            (mask_identity("420704480315002"), "4207*******5002"),
            (mask_bank_number("6217991234567890124"), "6217***********0124"),
            (mask_phone("13900000000"), "139****0000"),
            (mask_phone("0711-3380000"), "0711-*****00"),
            (mask_phone("3380000"), "*******"),
            (mask_identity("4207"), "****"),
            (mask_identity("张三的号码"), "*****"),
            (mask_identity(""), ""),
            (mask_numbers("儿子余小山 13900000000，14-15点"), "儿子余小山 139****0000，14-15点"),
            (mask_numbers("0711-3380000"), "0711-*****00"),
            (mask_numbers("420704194803150020"), "420***********0020"),
        ];
        for (masked, expected) in cases {
            assert_eq!(masked, expected);
        }
    }

    proptest! {
        #[test]
        fn masking_never_panics_and_keeps_the_length(text in "\\PC{0,40}", head in 0usize..30, tail in 0usize..30) {
            let masked = mask_middle(&text, head, tail);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            let _ = mask_phone(&text);
            let _ = mask_identity(&text);
        }

        #[test]
        fn at_least_three_characters_of_a_number_are_hidden(text in "[0-9]{3,25}") {
            prop_assert!(mask_identity(&text).matches('*').count() >= 3);
            prop_assert!(mask_phone(&text).matches('*').count() >= 3);
        }
    }
}
