//! 个人信息处理同意: the texts that are read to a person before a case is submitted, and the version under which a consent to
//! them is recorded. Consent to sensitive data is asked and recorded apart (个人信息保护法 14, 29).
//!
//! A case says which version was read. Altered words are another text: they get another version, and the old one stays in
//! [`VERSIONS`], by which a recorded consent is known.

use crate::words::Language;
use serde::Serialize;
use ts_rs::TS;

/// The version of the texts below.
pub const VERSION: &str = "2026-11";
/// Every version that was ever read, with the digest of its words, the newest last.
const VERSIONS: &[(&str, &str)] =
    &[("2026-11", "f59d993c9ef3f6db44943f2471fa535b0f217c3418e132705f639cb212fdb067")];

const TEXT: &str = "村帮代办员和乡镇为办理本事项，要收集、使用您的姓名、身份证号、住址、电话和申请表上的内容，只用于本事项的受理、审核和办结，交给依法办理这件事的部门，按规定的档案期限保存，不作别的用途。您可以查看、更正，可以收回同意；不同意的，您仍可自己到窗口办理。";
const SENSITIVE_TEXT: &str = "办理本事项还要用到您的敏感个人信息，例如身份证件照片、银行账号、健康或残疾情况、家庭收入。这些信息泄露可能影响您的人身和财产安全，所以单独征求您的同意：只在办理确有需要时收集，加密保存，只给办理这件事的部门。";
const TEXT_EN: &str = "For this matter the village's helper agent and the township collect and use your name, identity number, address, telephone number and what the form asks. They use it to receive, check and settle this matter alone, hand it to the office that decides by law, and keep it as long as the rules of records say. You may see it, correct it and take back your consent; without it you can still apply at the window yourself.";
const SENSITIVE_TEXT_EN: &str = "This matter also needs sensitive data about you, such as pictures of your identity card, a bank account, health or disability, the household's income. If they leaked you or your property could be harmed, so your consent is asked apart: they are collected where the matter needs them alone, kept encrypted, and given only to the office that handles it.";

/// The question of a form that asks for the consent itself. What else a form asks leave for, as to have the household's means
/// checked (`consent_check`) or to pass a case on to a charity (`consent_share`), is another matter.
const QUESTION: &str = "consent";
/// The question of a form that asks it for sensitive data.
const SENSITIVE_QUESTION: &str = "consent_sensitive";

/// What is read to a person, under which version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ConsentTexts {
    /// Recorded with the consent.
    pub version: &'static str,
    /// 个人信息处理同意
    pub text: &'static str,
    /// 敏感个人信息单独同意
    pub sensitive_text: &'static str,
}

/// The texts of today.
#[must_use]
pub fn texts(language: Language) -> ConsentTexts {
    let (text, sensitive_text) = match language {
        Language::Chinese => (TEXT, SENSITIVE_TEXT),
        Language::English => (TEXT_EN, SENSITIVE_TEXT_EN),
    };
    ConsentTexts { version: VERSION, text, sensitive_text }
}

/// Whether there ever was a text of this version.
#[must_use]
pub fn is_known(version: &str) -> bool {
    VERSIONS.iter().any(|(known, _)| *known == version)
}

/// Which consents an item's form leaves to be asked beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ConsentAsked {
    /// 个人信息处理同意
    pub text: bool,
    /// 敏感个人信息单独同意: where papers are looked at or photographed, be it an identity card or a bank card.
    pub sensitive_text: bool,
}

impl ConsentAsked {
    /// Of a form with questions of these names, and an item that asks for papers or not.
    pub fn of<'q>(questions: impl Iterator<Item = &'q str>, takes_papers: bool) -> Self {
        let mut asked = ConsentAsked { text: true, sensitive_text: takes_papers };
        for question in questions {
            match question {
                QUESTION => asked.text = false,
                SENSITIVE_QUESTION => asked.sensitive_text = false,
                _ => {}
            }
        }
        asked
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Digest;

    #[test]
    fn altered_words_are_another_version() {
        let words =
            [TEXT, SENSITIVE_TEXT, TEXT_EN, SENSITIVE_TEXT_EN].map(|text| format!("{text}\n")).concat();
        let (version, digest) = VERSIONS.last().unwrap();
        assert_eq!(*version, VERSION);
        assert_eq!(
            Digest::of(words.as_bytes()).to_string(),
            *digest,
            "the words were altered: give them a new VERSION and add it to VERSIONS with this digest"
        );
        let mut versions: Vec<&str> = VERSIONS.iter().map(|(version, _)| *version).collect();
        versions.dedup();
        assert_eq!(versions.len(), VERSIONS.len(), "a version is one text");
        assert!(is_known(VERSION) && !is_known("2025-01") && !is_known(""));
    }

    #[test]
    fn a_form_that_asks_itself_leaves_nothing_to_ask_beside_it() {
        let of = |names: &[&'static str], papers| {
            let asked = ConsentAsked::of(names.iter().copied(), papers);
            (asked.text, asked.sensitive_text)
        };
        assert_eq!(of(&["name", "method"], true), (true, true));
        assert_eq!(of(&["name"], false), (true, false), "no papers, nothing sensitive beside the form");
        assert_eq!(of(&["consent", "consent_sensitive"], true), (false, false));
        assert_eq!(of(&["consent"], true), (false, true), "the sensitive one is asked apart");
        assert_eq!(of(&["consent_check", "consent_share"], true), (true, true), "leave for something else");
    }
}
