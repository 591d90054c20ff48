//! Who is mentioned in a pasted text: identity numbers, mobile numbers and names, line by line. Pure.
//!
//! Names are looked for among those that are known here, so that they are found within a sentence too; what stands alone
//! and looks like a name but is not known is told as unknown.

use crate::identity::normalise_number;
use crate::paste::{self, Pasted};
use std::collections::BTreeSet;

/// The longest text that is looked through (characters).
pub const LONGEST_PASTED_CHARS: usize = paste::MAX_PASTED_CHARS;
/// The longest name that stands in a list without a dot (characters).
const LONGEST_NAME_CHARS: usize = 4;
/// Words of headings and greetings that look like names and are none.
const NO_NAMES: &[&str] = &[
    "姓名",
    "名字",
    "电话",
    "手机",
    "号码",
    "手机号",
    "身份证",
    "身份证号",
    "序号",
    "户主",
    "村民",
    "备注",
    "性别",
    "年龄",
    "住址",
    "地址",
    "联系",
    "联系人",
    "联系电话",
    "小组",
    "村组",
    "老人",
    "名单",
    "人员",
    "通知",
    "谢谢",
    "大家好",
    "收到",
    "请",
    "如下",
    "以下",
    "一共",
    "合计",
    "共计",
    "女",
    "男",
    "注意",
    "明天",
    "今天",
    "上午",
    "下午",
];

/// Somebody who is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mention {
    /// By identity number.
    Identity(String),
    /// By mobile number.
    Phone(String),
    /// By a name that is known here.
    Name(String),
    /// By what looks like a name and is not known here.
    Unknown(String),
}

/// Who is mentioned, clause by clause; one that tells a number tells by it, and a name beside it, or alone in the clause
/// before, only says whose it is.
#[must_use]
pub fn mentions(text: &str, known: &dyn Fn(&str) -> bool) -> Vec<Mention> {
    let text: String = text.chars().take(LONGEST_PASTED_CHARS).collect();
    let cleaned = paste::clean(&text, Pasted::Lines);
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for line in cleaned.lines() {
        let clauses: Vec<&str> = line.split(['，', ',', '；', ';', '。', '、']).map(str::trim).collect();
        for (at, clause) in clauses.iter().enumerate() {
            let mut persons = numbers(clause);
            let is_phone = |one: &Mention| matches!(one, Mention::Phone(_));
            let before = at.checked_sub(1).and_then(|before| clauses.get(before));
            let is_hers = !persons.is_empty() && persons.iter().all(is_phone);
            if is_hers && before.is_some_and(|before| tells_identity(before)) {
                continue;
            }
            let next_tells = clauses.get(at + 1).is_some_and(|next| !numbers(next).is_empty());
            if persons.is_empty() && !(next_tells && is_name_alone(clause)) {
                persons = names(clause, known);
            }
            found.extend(persons.into_iter().filter(|mention| told.insert(mention.clone())));
        }
    }
    found
}

fn tells_identity(clause: &str) -> bool {
    numbers(clause).iter().any(|one| matches!(one, Mention::Identity(_)))
}

/// A cell of a table that was pasted with commas: its number stands in the next one.
fn is_name_alone(clause: &str) -> bool {
    (2..=LONGEST_NAME_CHARS).contains(&clause.chars().count()) && clause.chars().all(is_han)
}

/// Whether what stands alone in a cell may be a name.
#[must_use]
pub fn looks_like_a_name(text: &str) -> bool {
    is_name_alone(text) && !NO_NAMES.contains(&text)
}

/// Identity and mobile numbers of a clause; beside an identity number a mobile number is its owner's.
fn numbers(line: &str) -> Vec<Mention> {
    let narrow: String = line.chars().map(narrow).collect();
    let runs = narrow.split(|sign: char| !sign.is_ascii_alphanumeric());
    let runs: Vec<&str> = runs.filter(|run| !run.is_empty()).collect();
    let identity = runs.iter().map(|run| normalise_number(run)).filter(|run| is_identity(run));
    let identities: Vec<Mention> = identity.map(Mention::Identity).collect();
    if !identities.is_empty() {
        return identities;
    }
    runs.iter().filter(|run| is_mobile(run)).map(|run| Mention::Phone((*run).to_owned())).collect()
}

fn narrow(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        other => other,
    }
}

fn is_identity(run: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    run.len() == 18 && run.is_ascii() && digits(&run[..17]) && (digits(&run[17..]) || run.ends_with('X'))
}

fn is_mobile(run: &&str) -> bool {
    run.len() == 11
        && run.bytes().all(|byte| byte.is_ascii_digit())
        && run.starts_with('1')
        && run.as_bytes()[1] >= b'3'
}

fn names(line: &str, known: &dyn Fn(&str) -> bool) -> Vec<Mention> {
    let mut found = Vec::new();
    for run in line.split(|sign: char| !is_han(sign)).filter(|run| !run.is_empty()) {
        let signs: Vec<char> = run.chars().collect();
        let mut at = 0;
        let mut any = false;
        while at < signs.len() {
            let longest = LONGEST_NAME_CHARS.max(signs.len().min(20)).min(signs.len() - at);
            let name = (2..=longest).rev().map(|length| signs[at..at + length].iter().collect::<String>());
            match name.into_iter().find(|name| known(name)) {
                Some(name) => {
                    at += name.chars().count();
                    any = true;
                    found.push(Mention::Name(name));
                }
                None => at += 1,
            }
        }
        let is_name = (2..=LONGEST_NAME_CHARS).contains(&signs.len()) && !NO_NAMES.contains(&run);
        if !any && is_name {
            found.push(Mention::Unknown(run.to_owned()));
        }
    }
    found
}

fn is_han(sign: char) -> bool {
    matches!(sign, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '·' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<Mention> {
        mentions(text, &|name| ["李四", "王小二", "阿不都·热合曼", "欧阳春花", "李四光"].contains(&name))
    }

    fn name(text: &str) -> Mention {
        Mention::Name(text.to_owned())
    }

    #[test]
    fn names_are_found_alone_in_lists_and_within_sentences() {
        let unknown = |text: &str| Mention::Unknown(text.to_owned());
        let cases: &[(&str, Vec<Mention>)] = &[
            ("李四\n王小二", vec![name("李四"), name("王小二")]),
            ("1. 李四、王小二，欧阳春花；", vec![name("李四"), name("王小二"), name("欧阳春花")]),
            ("请通知王小二明天带身份证", vec![name("王小二")]),
            ("李四光", vec![name("李四光")]),
            ("阿不都·热合曼 3组", vec![name("阿不都·热合曼")]),
            ("序号 姓名 电话\n1 赵六", vec![unknown("赵六")]),
            ("李四 李四", vec![name("李四")]),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(&found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_tells_who_is_meant_and_the_name_beside_it_is_not_told_again() {
        let identity = Mention::Identity("42070419480315002X".to_owned());
        let mine = [identity];
        assert_eq!(found("李四 42070419480315002x 13907110000"), mine);
        assert_eq!(found("李四：４２０７０４１９４８０３１５００２Ｘ"), mine);
        assert_eq!(found("王小二13907110000"), [Mention::Phone("13907110000".to_owned())]);
        assert_eq!(found("李四,42070419480315002X,13907110000").len(), 1, "a row with commas: her telephone");
        let message = found("请通知王小二带身份证，另有 42070419480315002X，赵不在");
        let number = Mention::Identity("42070419480315002X".to_owned());
        assert_eq!(message, [name("王小二"), number, Mention::Unknown("赵不在".to_owned())]);
        // An order number is nobody.
        assert_eq!(found("6212260000000000000"), []);
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_looked_through(text in "\\PC{0,200}") {
            found(&text);
        }
    }
}
