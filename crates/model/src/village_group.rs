//! 村民小组: an address tells it, by figures or in words; 3组 is not 13组. Pure.

/// 村民小组 of an address as it is written: 大湖村3组12号 lies in 3组.
#[must_use]
pub fn group_of(address: &str) -> Option<String> {
    address.match_indices('组').find_map(|(at, _)| {
        let digits = digits_before(address, at);
        (!digits.is_empty()).then(|| digits + "组")
    })
}

/// The group's number, however it is written: 十二组 is 12组.
#[must_use]
pub fn group_no(address: &str) -> Option<u32> {
    number_of(group_of(address)?.strip_suffix('组')?)
}

/// Whether a text holds a word that somebody looks for: a group is meant whole, other words are a part.
#[must_use]
pub fn holds(text: &str, word: &str) -> bool {
    if group_of(word).is_none_or(|group| group != word) {
        return text.contains(word);
    }
    group_no(word).is_some_and(|group| group_no(text) == Some(group))
}

fn digits_before(text: &str, at: usize) -> String {
    let is_number = |sign: &char| sign.is_ascii_digit() || "零一二三四五六七八九十百".contains(*sign);
    let digits: Vec<char> = text[..at].chars().rev().take_while(is_number).collect();
    digits.iter().rev().collect()
}

/// A number in figures or in words, up to 999.
fn number_of(text: &str) -> Option<u32> {
    if text.chars().all(|sign| sign.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (mut whole, mut digit) = (0, None);
    for sign in text.chars() {
        match "一二三四五六七八九".chars().zip(1..).find(|(one, _)| *one == sign) {
            Some((_, value)) if digit.is_none() => digit = Some(value),
            Some(_) => return None,
            None => {
                let weight = match sign {
                    '十' => 10,
                    '百' => 100,
                    '零' if digit.is_none() => continue,
                    _ => return None,
                };
                whole += digit.take().unwrap_or(1) * weight;
            }
        }
    }
    Some(whole + digit.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_read_in_figures_and_in_words() {
        let groups = [
            ("大湖村3组12号", Some(3)),
            ("大湖村十二组", Some(12)),
            ("二十组", Some(20)),
            ("一百零三组", Some(103)),
            ("一百一十三组", Some(113)),
            ("组织部", None),
            ("第一小组", None),
            ("一二组", None),
            ("99999999999组", None),
            ("", None),
        ];
        for (address, group) in groups {
            assert_eq!(group_no(address), group, "{address}");
        }
    }

    #[test]
    fn a_group_that_is_looked_for_is_no_part_of_another() {
        let fits = |word| {
            let all = ["大湖村3组1号", "大湖村13组1号", "大湖村三组2号", "大湖村十三组3号", "大湖村3号"];
            all.into_iter().filter(|address| holds(address, word)).collect::<Vec<_>>()
        };
        assert_eq!(fits("3组"), ["大湖村3组1号", "大湖村三组2号"]);
        assert_eq!(fits("十三组"), ["大湖村13组1号", "大湖村十三组3号"]);
        assert_eq!(fits("3号"), ["大湖村十三组3号", "大湖村3号"]);
        assert_eq!(fits("大湖").len(), 5);
    }
}
