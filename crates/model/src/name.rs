//! Names of persons: one way of writing them, and the keys by which a name is found (characters, pinyin, initials).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;
use serde::{Deserialize, Serialize};

use crate::identity::{fold_full_width, is_invisible};

/// The separator within names of minorities and foreigners, U+00B7.
pub const NAME_SEPARATOR: char = '\u{00B7}';
/// A name has at most this many characters; what is longer was no name.
pub const LONGEST_NAME_CHARS: usize = 100;
/// At most this many combinations of readings are kept of a name.
pub const MOST_READINGS: usize = 16;
/// A query longer than this is cut: no one types so much to find a person.
pub const LONGEST_QUERY_CHARS: usize = 100;
/// What stands in the pinyin keys for a character whose reading is unknown; a user may type it for such a character.
pub const UNKNOWN_READING: &str = "?";

/// The keys by which a name is found. All are folded as [`fold_query`] folds what the user types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NameKeys {
    /// The name itself without separators and spaces, Latin letters small.
    pub plain: String,
    /// Whole readings without tones and spaces (`zhangsanfeng`), the likeliest first. At most [`MOST_READINGS`].
    pub full: Vec<String>,
    /// First letters of the readings (`zsf`), the likeliest first. At most [`MOST_READINGS`].
    pub initials: Vec<String>,
}

impl NameKeys {
    /// Whether one folded term is part of the name, of a reading, or of initials.
    pub fn matches(&self, folded_term: &str) -> bool {
        self.plain.contains(folded_term)
            || self.full.iter().any(|reading| reading.contains(folded_term))
            || self.initials.iter().any(|initials| initials.contains(folded_term))
    }
}

/// Brings a name to the one way of writing it: trimmed, invisible characters gone, every kind of middle dot between
/// Chinese characters U+00B7 without spaces around it, and the padding of two-character names (张　三) removed.
///
/// Nothing else is changed: no compatibility folding, which would alter rare characters.
pub fn normalise_name(text: &str) -> String {
    let visible: String =
        text.chars().map(|character| if character.is_whitespace() { ' ' } else { character }).collect();
    let visible = visible.chars().filter(|character| !is_invisible(*character)).collect::<String>();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    let padded = matches!(words.as_slice(), [first, second] if is_one_han(first) && is_one_han(second));
    let joined = words.join(if padded { "" } else { " " });
    fold_separators(&joined)
}

/// Whether a name holds characters of the private use area, as police systems once used for rare characters:
/// other computers show something else there.
pub fn has_private_use(name: &str) -> bool {
    name.chars().any(|character| {
        matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
    })
}

/// Whether a text looks like a name: letters, and no digits among them.
pub fn looks_like_name(name: &str) -> bool {
    let has_letter =
        name.chars().any(|character| character.is_alphabetic() || has_private_use_char(character));
    has_letter && !name.chars().any(|character| fold_full_width(character).is_ascii_digit())
}

/// Folds what a user types into the search box as the keys are folded: full-width and capital letters, ü, v,
/// apostrophes and middle dots. Terms stay separated by one space.
pub fn fold_query(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST_QUERY_CHARS).collect();
    let words: Vec<String> = cut.split_whitespace().map(fold_term).filter(|term| !term.is_empty()).collect();
    words.join(" ")
}

/// The keys by which a name is found: every reading of every character, the surname's own reading first.
pub fn search_keys(name: &str) -> NameKeys {
    let cut: String = normalise_name(name).chars().take(LONGEST_NAME_CHARS).collect();
    let plain = fold_term(&cut.replace(' ', ""));
    let characters: Vec<char> = plain.chars().collect();
    let readings = readings_of(&characters);
    let initials: Vec<Vec<String>> = readings.iter().map(|of_one| first_letters(of_one)).collect();
    NameKeys { plain, full: combine(&readings), initials: combine(&initials) }
}

/// Whether a name begins with one of the compound surnames (欧阳, 尉迟 …), and with which.
pub fn compound_surname(name: &str) -> Option<&str> {
    let end = name.char_indices().nth(2).map_or(name.len(), |(at, _)| at);
    let head = name.get(..end)?;
    SURNAMES.compounds.contains(head).then_some(head)
}

fn has_private_use_char(character: char) -> bool {
    has_private_use(character.encode_utf8(&mut [0; 4]))
}

fn is_one_han(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(is_han) && characters.next().is_none()
}

/// Whether a character is a Chinese one, those of the rare planes and of the private use area included.
fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '\u{3005}' | '\u{3007}')
        || has_private_use_char(character)
}

/// Dots that are never anything but a separator within a name.
fn is_separator(character: char) -> bool {
    matches!(
        character,
        '\u{00B7}'
            | '\u{0387}'
            | '\u{2022}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22C5}'
            | '\u{25CF}'
            | '\u{30FB}'
            | '\u{FF65}'
    )
}

/// Dots that are a separator between two Chinese characters and a full stop elsewhere.
fn is_full_stop(character: char) -> bool {
    matches!(character, '.' | '\u{FF0E}')
}

/// Makes every run of dots and spaces between two Chinese characters that holds a dot one U+00B7.
fn fold_separators(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut folded = String::with_capacity(name.len());
    let mut at = 0;
    while let Some(character) = characters.get(at).copied() {
        let run = characters.get(at..).unwrap_or_default();
        let is_gap = |c: &&char| is_separator(**c) || is_full_stop(**c) || **c == ' ';
        let length = run.iter().take_while(is_gap).count();
        if length == 0 {
            folded.push(character);
            at += 1;
            continue;
        }
        let gap = run.get(..length).unwrap_or_default();
        let before = folded.chars().last().is_some_and(is_han);
        let after = run.get(length).copied().is_some_and(is_han);
        if before && after && gap.iter().any(|dot| *dot != ' ') {
            folded.push(NAME_SEPARATOR);
        } else {
            folded.extend(gap);
        }
        at += length;
    }
    folded
}

/// Folds one term, of a name or of a query. Both sides go through here, so that they meet.
fn fold_term(term: &str) -> String {
    let folded: String = term
        .chars()
        .filter(|character| {
            !is_separator(*character) && !is_full_stop(*character) && !is_invisible(*character)
        })
        .map(fold_full_width)
        .flat_map(char::to_lowercase)
        .filter(|character| !matches!(character, '\'' | '’' | '.' | ' '))
        .map(|character| if character == 'ü' { 'v' } else { character })
        .collect();
    // The passport's way of writing lü; no other pinyin holds these letters.
    folded.replace("lyu", "lv")
}

/// All readings of each character, likeliest first, never empty.
fn readings_of(characters: &[char]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> =
        characters.iter().map(|character| readings_of_character(*character)).collect();
    let surname = |length: usize| characters.get(..length).map(|head| head.iter().collect::<String>());
    // The single surname goes first, so that the compound one then comes to stand before it: 单于 is more often
    // Chanyu than a Shan named Yu, and both are kept.
    for length in [1, 2] {
        let known = surname(length).and_then(|head| SURNAMES.readings.get(&head));
        for (readings, syllable) in all.iter_mut().zip(known.into_iter().flatten()) {
            readings.retain(|reading| reading != syllable);
            readings.insert(0, syllable.clone());
        }
    }
    all
}

fn readings_of_character(character: char) -> Vec<String> {
    if !is_han(character) && character.to_pinyin_multi().is_none() {
        return vec![character.to_string()];
    }
    let mut readings: Vec<String> = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let plain = fold_term(reading.plain());
        let holds = !plain.is_empty() && plain.chars().all(|letter| letter.is_ascii_lowercase());
        if holds && !readings.contains(&plain) {
            readings.push(plain);
        }
    }
    if readings.is_empty() {
        readings.push(UNKNOWN_READING.to_owned());
    }
    readings
}

fn first_letters(readings: &[String]) -> Vec<String> {
    let mut letters: Vec<String> = Vec::new();
    for letter in readings.iter().filter_map(|reading| reading.chars().next()) {
        let letter = letter.to_string();
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    letters
}

/// Up to [`MOST_READINGS`] combinations of one reading per character. Those that depart least from the likeliest
/// come first, so that every single second reading is reached before any two together.
fn combine(readings: &[Vec<String>]) -> Vec<String> {
    let mut combinations = Vec::new();
    if readings.is_empty() {
        return combinations;
    }
    let mut room = 0;
    let room_after: Vec<usize> = readings
        .iter()
        .rev()
        .map(|of_one| {
            let after = room;
            room += of_one.len().saturating_sub(1);
            after
        })
        .collect();
    let room_after: Vec<usize> = room_after.into_iter().rev().collect();
    for departure in 0..=room {
        if combinations.len() >= MOST_READINGS {
            break;
        }
        depart(readings, &room_after, departure, String::new(), &mut combinations);
    }
    combinations
}

/// Adds the combinations whose reading numbers sum up to `departure`. Every branch taken ends in a combination.
fn depart(
    readings: &[Vec<String>],
    room_after: &[usize],
    departure: usize,
    head: String,
    into: &mut Vec<String>,
) {
    let (Some((of_one, rest)), Some((room, rooms))) = (readings.split_first(), room_after.split_first())
    else {
        if !into.contains(&head) {
            into.push(head);
        }
        return;
    };
    for (number, reading) in of_one.iter().enumerate() {
        if into.len() >= MOST_READINGS || number > departure {
            return;
        }
        if departure - number <= *room {
            depart(rest, rooms, departure - number, format!("{head}{reading}"), into);
        }
    }
}

struct Surnames {
    /// Syllables by surname; one for each character of it.
    readings: BTreeMap<String, Vec<String>>,
    compounds: BTreeSet<String>,
}

static SURNAMES: LazyLock<Surnames> = LazyLock::new(|| {
    #[derive(Deserialize, Default)]
    struct SurnameFile {
        surname: BTreeMap<String, SurnameReading>,
        compound_surnames: BTreeSet<String>,
    }
    #[derive(Deserialize)]
    struct SurnameReading {
        plain: String,
    }
    let file: SurnameFile =
        serde_json::from_str(include_str!("../../../data/polyphonic_surnames.json")).unwrap_or_default();
    let readings = file
        .surname
        .into_iter()
        .filter_map(|(surname, reading)| Some((surname.clone(), split_syllables(&surname, &reading.plain)?)))
        .collect();
    Surnames { readings, compounds: file.compound_surnames }
});

/// Splits the reading of a surname into one syllable a character: the last character's syllable is one of its own
/// readings, the rest belongs to the first.
fn split_syllables(surname: &str, plain: &str) -> Option<Vec<String>> {
    let characters: Vec<char> = surname.chars().collect();
    match characters.as_slice() {
        [_] => Some(vec![plain.to_owned()]),
        [_, second] => readings_of_character(*second).iter().find_map(|syllable| {
            let first = plain.strip_suffix(syllable.as_str()).filter(|first| !first.is_empty())?;
            Some(vec![first.to_owned(), syllable.clone()])
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
