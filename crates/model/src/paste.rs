//! What was copied from a web page, a document or a chat, cleaned before it goes into a field.

use serde::Deserialize;
use ts_rs::TS;

/// The most that is taken from a clipboard, in characters.
pub const MAX_PASTED_CHARS: usize = 20_000;

/// What kind of field it goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Pasted {
    /// A number to calculate with.
    Number,
    /// A number that names something: of a person, a card, a telephone.
    Code,
    /// One line of text.
    Line,
    /// Text of several lines.
    Lines,
}

/// Cleans a pasted text: what nobody sees goes, odd spaces become plain ones, doubled commas and readings in brackets go;
/// in numbers full-width digits become plain and what only groups digits goes.
#[must_use]
pub fn clean(text: &str, pasted: Pasted) -> String {
    let text: String =
        text.chars().take(MAX_PASTED_CHARS).filter(|sign| !is_unseen(*sign)).map(plain_space).collect();
    match pasted {
        Pasted::Number => number(&text),
        Pasted::Code => code(&text),
        Pasted::Line => line(&text.replace('\n', " ")),
        Pasted::Lines => {
            let lines: Vec<String> = text.split('\n').map(line).collect();
            lines.join("\n").trim_matches('\n').to_owned()
        }
    }
}

/// Zero-width and steering signs, carriage returns and other controls.
fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || (sign.is_control() && sign != '\n' && sign != '\t')
}

fn plain_space(sign: char) -> char {
    match sign {
        '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2028}' | '\u{2029}' => '\n',
        other => other,
    }
}

/// A full-width sign of ASCII as its plain one.
fn narrow(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        other => other,
    }
}

fn number(text: &str) -> String {
    let narrow: String = text.chars().map(narrow).filter(|sign| !sign.is_whitespace()).collect();
    let bare = narrow.trim_start_matches(['¥', '￥']).trim_end_matches(['元', '%']);
    if is_grouped(bare) { bare.replace(',', "") } else { bare.to_owned() }
}

/// `12,345,678.90`: commas that stand where thousands end, and nowhere else.
fn is_grouped(text: &str) -> bool {
    let whole = text.trim_start_matches(['-', '+']).split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    digits(first) && first.len() <= 3 && groups.all(|group| group.len() == 3 && digits(group))
}

fn code(text: &str) -> String {
    let signs = text.chars().map(narrow).filter(|sign| !sign.is_whitespace());
    let plain: String = signs.collect();
    // Spaces and strokes group the digits of a card or telephone; a landline's stroke stays.
    let ungrouped: String = plain.chars().filter(|sign| *sign != '-').collect();
    let digits = ungrouped.strip_suffix(['x', 'X']).unwrap_or(&ungrouped);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (all_digits && !plain.starts_with('0'), ungrouped.len()) {
        (true, 18) => ungrouped.to_ascii_uppercase(),
        (true, _) => ungrouped,
        _ => plain,
    }
}

fn line(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for sign in without_readings(text).chars() {
        let last = cleaned.chars().next_back();
        let doubled = last.is_some_and(|last| repeats(last, sign));
        if !doubled {
            cleaned.push(sign);
        }
    }
    cleaned.trim().to_owned()
}

/// Whether a sign behind this one says nothing more: spaces, and commas or stops of either width.
fn repeats(last: char, sign: char) -> bool {
    let kind = |sign| match sign {
        ' ' => Some(0),
        '，' | ',' => Some(1),
        '。' => Some(2),
        '、' => Some(3),
        '；' | ';' => Some(4),
        '：' | ':' => Some(5),
        _ => None,
    };
    kind(sign).is_some() && kind(last) == kind(sign)
}

/// Takes out readings that stand in brackets behind Chinese: `赡养（shàn yǎng）` becomes `赡养`.
fn without_readings(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&sign) = signs.get(at) {
        let follows_chinese = at > 0 && signs.get(at - 1).copied().is_some_and(is_chinese);
        match (follows_chinese && matches!(sign, '(' | '（')).then(|| reading_end(&signs, at)).flatten() {
            Some(end) => at = end,
            None => {
                kept.push(sign);
                at += 1;
            }
        }
    }
    kept
}

/// Where the reading that begins at this bracket ends; none where the bracket holds something else.
fn reading_end(signs: &[char], begin: usize) -> Option<usize> {
    const LONGEST: usize = 40;
    let inside: Vec<char> = signs
        .iter()
        .skip(begin + 1)
        .take(LONGEST)
        .take_while(|sign| !matches!(sign, ')' | '）'))
        .copied()
        .collect();
    let end = begin + 1 + inside.len();
    let closed = signs.get(end).is_some_and(|sign| matches!(sign, ')' | '）'));
    let only_letters =
        inside.iter().all(|sign| sign.is_ascii_alphabetic() || is_toned(*sign) || " '’·ü".contains(*sign));
    // Without a tone it may be a name or an abbreviation: it stays.
    (closed && only_letters && inside.iter().copied().any(is_toned)).then_some(end + 1)
}

fn is_toned(sign: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ".contains(sign)
}

fn is_chinese(sign: char) -> bool {
    matches!(sign, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::Pasted::{Code, Line, Lines, Number};
    use super::{MAX_PASTED_CHARS, clean};

    #[test]
    fn numbers_are_plain_and_ungrouped() {
        for (pasted, plain) in [
            ("１２３４．５", "1234.5"),
            (" 12,345.60 元", "12345.60"),
            ("￥１，２００", "1200"),
            ("－３", "-3"),
            // Not thousands: what it means is hers to say.
            ("1,5", "1,5"),
            ("", ""),
        ] {
            assert_eq!(clean(pasted, Number), plain, "{pasted}");
        }
    }

    #[test]
    fn numbers_that_name_something_lose_what_groups_them() {
        for (pasted, plain) in [
            ("４２０７０４ １９４８０３１５ ００２ｘ", "42070419480315002X"),
            ("139-0000-0000", "13900000000"),
            ("\u{202d}138 0000 0000\u{202c}", "13800000000"),
            ("0711-3350000", "0711-3350000"),
            ("ＹＬ－2026－0001", "YL-2026-0001"),
        ] {
            assert_eq!(clean(pasted, Code), plain, "{pasted}");
        }
    }

    #[test]
    fn text_loses_what_nobody_sees_doubled_commas_and_readings() {
        for (pasted, plain) in [
            ("老人\u{200b}腿脚\u{feff}不便，，需要\u{3000}上门。。", "老人腿脚不便，需要 上门。"),
            ("赡养（shàn yǎng）义务人", "赡养义务人"),
            ("鳏（guān）寡(guǎ)孤独", "鳏寡孤独"),
            // Letters without a tone are no reading; brackets of other things stay.
            ("核磁共振（MRI）", "核磁共振（MRI）"),
            ("长子（在外务工）", "长子（在外务工）"),
            ("café (résumé)", "café (résumé)"),
            ("第一行\r\n第二行", "第一行 第二行"),
        ] {
            assert_eq!(clean(pasted, Line), plain, "{pasted}");
        }
        assert_eq!(clean("\n第一行 \r\n\n  第二行，,好\n", Lines), "第一行\n\n第二行，好");
    }

    #[test]
    fn what_is_clean_stays_as_it_is_and_long_texts_are_cut() {
        for (text, pasted) in [("大湖村3组18号", Line), ("42070419480315002X", Code), ("-12.50", Number)]
        {
            assert_eq!(clean(&clean(text, pasted), pasted), text);
        }
        assert_eq!(clean(&"好".repeat(MAX_PASTED_CHARS + 5), Lines).chars().count(), MAX_PASTED_CHARS);
        assert_eq!(clean("家（", Line), "家（");
    }
}
