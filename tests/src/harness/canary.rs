//! Looks for what must stand nowhere in plain: every canary in UTF-8, UTF-16, GB18030 and base64, in whole folders.

use aho_corasick::AhoCorasick;
use data_encoding::BASE64;
use std::path::{Path, PathBuf};

/// Patterns of the canaries, each with the number of its canary and how it is written.
pub struct Canaries {
    finder: AhoCorasick,
    written: Vec<(usize, &'static str)>,
}

/// Where one stood: never the canary itself, only which.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    /// In this file, or stream.
    pub place: PathBuf,
    /// Its number among the canaries.
    pub canary: usize,
    /// How it was written.
    pub written: &'static str,
}

impl Canaries {
    /// Of these texts; none may be so short that it stands somewhere by chance.
    pub fn new(texts: &[&str]) -> Self {
        let (mut patterns, mut written) = (Vec::new(), Vec::new());
        for (number, text) in texts.iter().enumerate() {
            assert!(text.len() >= 6, "a canary of {} bytes stands somewhere by chance", text.len());
            for (how, bytes) in spellings(text) {
                if bytes.len() >= 6 {
                    patterns.push(bytes);
                    written.push((number, how));
                }
            }
        }
        Canaries { finder: AhoCorasick::new(patterns).unwrap(), written }
    }

    /// In these bytes.
    pub fn in_bytes(&self, place: &Path, bytes: &[u8]) -> Vec<Seen> {
        let mut seen: Vec<Seen> = Vec::new();
        for found in self.finder.find_overlapping_iter_or_all(bytes) {
            let (canary, written) = self.written[found];
            let one = Seen { place: place.to_owned(), canary, written };
            if !seen.contains(&one) {
                seen.push(one);
            }
        }
        seen
    }

    /// In every file of a folder and its folders; how many bytes were looked at.
    pub fn in_folder(&self, folder: &Path, seen: &mut Vec<Seen>) -> u64 {
        let mut bytes = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                bytes += self.in_folder(&path, seen);
            } else if path.is_file() {
                let content = std::fs::read(&path).unwrap();
                bytes += content.len() as u64;
                seen.extend(self.in_bytes(&path, &content));
            }
        }
        bytes
    }
}

trait FindAll {
    fn find_overlapping_iter_or_all(&self, bytes: &[u8]) -> Vec<usize>;
}

impl FindAll for AhoCorasick {
    fn find_overlapping_iter_or_all(&self, bytes: &[u8]) -> Vec<usize> {
        self.find_overlapping_iter(bytes).map(|found| found.pattern().as_usize()).collect()
    }
}

fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    let mut all = vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-16 LE", utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        ("UTF-16 BE", utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
    ];
    // Plain digits are the same in both.
    if gb18030.as_ref() != text.as_bytes() {
        all.push(("GB18030", gb18030.into_owned()));
    }
    // Base64 writes three bytes as four signs: whatever stands before it, one of three beginnings is there. What the neighbours
    // take part in is left out.
    for before in 0..3 {
        let padded = [vec![0; before], text.as_bytes().to_vec()].concat();
        let encoded = BASE64.encode(&padded);
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        all.push(("base64", encoded.as_bytes()[first..last].to_vec()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_and_nothing_else() {
        let canaries = Canaries::new(&["尿毒症透析", "420703195804127815"]);
        let place = Path::new("here");
        let found = |bytes: &[u8]| -> Vec<_> {
            canaries.in_bytes(place, bytes).into_iter().map(|seen| (seen.canary, seen.written)).collect()
        };
        for text in ["尿毒症透析", "420703195804127815"] {
            for (how, bytes) in spellings(text) {
                let around = [b"xx".as_slice(), &bytes, b"yy"].concat();
                assert!(found(&around).iter().any(|(_, written)| *written == how), "{how}");
            }
            for before in ["", "a", "ab", "abc"] {
                let encoded = BASE64.encode(format!("{before}{text}和后面").as_bytes());
                assert!(
                    found(encoded.as_bytes()).iter().any(|(_, written)| *written == "base64"),
                    "{before}"
                );
            }
        }
        assert_eq!(found("尿毒 透析 42070319580412781X".as_bytes()), []);
    }
}
