//! The words of this shell, in the language the user asked for.

use bangban_model::words::{Language, Words};

/// The language, by `BANGBAN_LANG`, else `LANG`, else Chinese.
pub fn language() -> Language {
    let said = |name| std::env::var(name).ok();
    Language::choose(said("BANGBAN_LANG").as_deref(), said("LANG").as_deref())
}

/// The words of a language.
pub fn words(language: Language) -> Words {
    match language {
        Language::Chinese => Words::read(&[
            include_str!("../../../i18n/codes.zh-CN.json"),
            include_str!("../../../i18n/cli.zh-CN.json"),
        ]),
        Language::English => Words::read(&[
            include_str!("../../../i18n/codes.en.json"),
            include_str!("../../../i18n/cli.en.json"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use bangban_model::Code;
    use bangban_model::words::Words;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_say_the_same_keys() {
        let zh = Words::read(&[include_str!("../../../i18n/cli.zh-CN.json")]);
        let en = Words::read(&[include_str!("../../../i18n/cli.en.json")]);
        let keys = |words: &Words| words.keys().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(keys(&zh), keys(&en));
        assert!(!keys(&zh).is_empty());
    }

    #[test]
    fn every_code_says_what_happened_and_what_to_do_next() {
        for list in
            [include_str!("../../../i18n/codes.zh-CN.json"), include_str!("../../../i18n/codes.en.json")]
        {
            let words = Words::read(&[list]);
            for code in Code::ALL {
                let name = code.as_str();
                assert!(words.has(&format!("{name}.what")) && words.has(&format!("{name}.next")), "{name}");
            }
        }
    }
}
