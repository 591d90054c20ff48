//! The guide's search: items by the words people use for them.

use crate::item_card::ItemCard;
use bangban_model::name::{NameKeys, fold_query, search_keys};
use bangban_model::words::Language;

/// The most words of a query that count.
const MAX_WORDS: usize = 8;
/// What people say around the thing they mean; alone it is looked for like any other word.
const AROUND: &[&str] =
    &["办", "办理", "申请", "申领", "领取", "怎么", "怎么办", "怎样", "如何", "我要", "我想", "想", "要"];

/// How well a word fits an item, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is a name, the code or a keyword.
    Exact,
    /// One of them begins with it.
    Begins,
    /// It has one of them in it: 办低保.
    Around,
    /// It is inside one of them.
    Inside,
    /// Its characters stand in one of them in order, as in what people shorten: 低保 in 最低生活保障.
    Scattered,
    /// It is in the name of the department or the category.
    About,
    /// It is in the steps, or in who may ask.
    Text,
}

/// Items as they are found, folded once for many searches.
#[derive(Clone, Debug, Default)]
pub struct SearchIndex {
    items: Vec<IndexedItem>,
}

#[derive(Clone, Debug)]
struct IndexedItem {
    code: String,
    /// Names, code and keywords, in Chinese and English.
    names: Vec<NameKeys>,
    /// Department and category.
    about: Vec<NameKeys>,
    /// Steps, and who may ask.
    text: String,
    /// The length of the short name: of two that fit alike the shorter is meant.
    length: usize,
}

impl IndexedItem {
    fn of(card: &ItemCard) -> Self {
        let english = [&card.english.name_en, &card.english.short_name_en].into_iter().flatten();
        let names =
            [&card.short_name, &card.name, &card.code].into_iter().chain(&card.keywords).chain(english);
        let category = [Language::Chinese, Language::English].map(|language| card.category.say(language));
        let department = [Some(&card.department), card.english.department_en.as_ref()];
        let about = department.into_iter().flatten().map(String::as_str).chain(category);
        let text = card.steps.iter().chain([&card.applicant]);
        IndexedItem {
            code: card.code.clone(),
            names: names.map(|name| search_keys(name)).collect(),
            about: about.map(search_keys).collect(),
            text: text.map(|line| fold_query(line).replace(' ', "")).collect::<Vec<_>>().join("\n"),
            length: card.short_name.chars().count(),
        }
    }

    fn fit(&self, word: &str) -> Option<Fit> {
        let by_name = self.names.iter().filter_map(|name| fit_name(name, word)).min();
        by_name
            .or_else(|| self.about.iter().any(|about| fit_name(about, word).is_some()).then_some(Fit::About))
            .or_else(|| self.text.contains(word).then_some(Fit::Text))
    }
}

/// How a word fits one name, in characters or as it is spelled.
fn fit_name(name: &NameKeys, word: &str) -> Option<Fit> {
    let spelled = || name.full.iter().chain(&name.initials).map(String::as_str);
    let all = || std::iter::once(name.plain.as_str()).chain(spelled());
    if all().any(|text| text == word) {
        return Some(Fit::Exact);
    }
    if all().any(|text| text.starts_with(word)) {
        return Some(Fit::Begins);
    }
    let is_han = !word.is_ascii();
    let long = |text: &str| text.chars().count() >= 2;
    if is_han && long(&name.plain) && word.contains(&name.plain) {
        return Some(Fit::Around);
    }
    // One letter is inside nearly everything.
    if (is_han || long(word)) && all().any(|text| text.contains(word)) {
        return Some(Fit::Inside);
    }
    (is_han && long(word) && is_scattered(word, &name.plain)).then_some(Fit::Scattered)
}

/// Whether the characters of a word stand in a text, in order.
fn is_scattered(word: &str, text: &str) -> bool {
    let mut rest = text.chars();
    word.chars().all(|wanted| rest.any(|character| character == wanted))
}

impl SearchIndex {
    /// Folds what items are found by.
    #[must_use]
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a ItemCard>) -> Self {
        SearchIndex { items: cards.into_iter().map(IndexedItem::of).collect() }
    }

    /// The codes of the items that every word of a text fits, best first; all of them, in their order, for no text.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&str> {
        let words = words_of(text);
        if words.is_empty() {
            return self.items.iter().map(|item| item.code.as_str()).collect();
        }
        let ranked = |item: &IndexedItem| {
            let fits: Option<Vec<Fit>> = words.iter().map(|word| item.fit(word)).collect();
            let mut fits = fits?;
            // The word that fits worst decides, then the others.
            fits.sort_unstable_by(|one, other| other.cmp(one));
            Some((fits, item.length))
        };
        let mut found: Vec<_> =
            self.items.iter().filter_map(|item| Some((ranked(item)?, item.code.as_str()))).collect();
        found.sort();
        found.into_iter().map(|(_, code)| code).collect()
    }
}

/// One search among a few cards; for many searches, a [`SearchIndex`] folds them once.
#[must_use]
pub fn search<'a>(cards: impl IntoIterator<Item = &'a ItemCard>, text: &str) -> Vec<String> {
    SearchIndex::of(cards).find(text).into_iter().map(str::to_owned).collect()
}

/// The words of a query, folded as names are; what people say around what they mean is left out.
fn words_of(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '\'' | '’');
    let spaced: String = text.chars().map(|letter| if is_part(letter) { letter } else { ' ' }).collect();
    let folded = fold_query(&spaced);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    let meant: Vec<&str> = words.iter().copied().filter(|word| !AROUND.contains(word)).collect();
    let kept = if meant.is_empty() { words } else { meant };
    kept.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item_words::Category;

    fn card(
        code: &str,
        short: &str,
        name: &str,
        keywords: &[&str],
        department: &str,
        category: Category,
    ) -> ItemCard {
        ItemCard {
            short_name: short.into(),
            keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
            category,
            ..ItemCard::of_form(code, name, department)
        }
    }

    fn cards() -> Vec<ItemCard> {
        let steps = |mut card: ItemCard, steps: &[&str]| {
            card.steps = steps.iter().map(|step| (*step).to_owned()).collect();
            card
        };
        let mut gaoling = card(
            "GAOLING",
            "高龄津贴",
            "高龄津贴",
            &["老年钱", "八十岁补贴", "老人补贴"],
            "民政",
            Category::Elderly,
        );
        gaoling.english.name_en = Some("Old-age allowance".into());
        vec![
            steps(
                card("DIBAO", "低保", "最低生活保障", &["吃低保", "困难户"], "民政", Category::Aid),
                &["入户调查", "公示"],
            ),
            card("DIBAO_EDGE", "低保边缘", "最低生活保障边缘家庭认定", &[], "民政", Category::Aid),
            gaoling,
            card(
                "CANJI_LIFE",
                "残疾人生活补贴",
                "困难残疾人生活补贴",
                &["残疾补助"],
                "民政、残联",
                Category::Disability,
            ),
            card("CANJI_CARD", "残疾人证", "残疾人证核发", &["残疾证"], "残联", Category::Disability),
            card(
                "MEDICAL",
                "大病报销",
                "城乡居民大病保险",
                &["住院报销", "医药费"],
                "医保",
                Category::Medical,
            ),
            steps(
                card(
                    "SSC",
                    "社保卡",
                    "社会保障卡申领、启用、金融功能激活、补换",
                    &[],
                    "人社",
                    Category::Work,
                ),
                &["制卡", "公示不需要"],
            ),
        ]
    }

    #[test]
    fn villagers_find_what_they_mean() {
        let cards = cards();
        let mut wrong = Vec::new();
        for (text, expected) in [
            ("低保", &["DIBAO", "DIBAO_EDGE"] as &[_]),
            ("办低保", &["DIBAO"]),
            ("怎么办 低保？", &["DIBAO", "DIBAO_EDGE"]),
            ("吃低保", &["DIBAO"]),
            ("dibao", &["DIBAO", "DIBAO_EDGE"]),
            ("db", &["DIBAO", "DIBAO_EDGE", "MEDICAL"]),
            ("ＤＩＢＡＯ", &["DIBAO", "DIBAO_EDGE"]),
            ("dibao_edge", &["DIBAO_EDGE"]),
            ("老年钱", &["GAOLING"]),
            ("laonianqian", &["GAOLING"]),
            ("gljt", &["GAOLING"]),
            ("老人 补贴", &["GAOLING"]),
            ("八十岁", &["GAOLING"]),
            ("old-age", &["GAOLING"]),
            ("残疾补贴", &["CANJI_LIFE"]),
            ("残疾证", &["CANJI_CARD"]),
            ("残疾", &["CANJI_CARD", "CANJI_LIFE"]),
            ("残疾人，补贴", &["CANJI_LIFE"]),
            ("住院", &["MEDICAL"]),
            ("我要 医药费", &["MEDICAL"]),
            ("社保卡", &["SSC"]),
            ("换社保卡", &["SSC"]),
            ("社保卡 补换", &["SSC"]),
            ("医保", &["MEDICAL"]),
            ("养老助老", &["GAOLING"]),
            ("民政 津贴", &["GAOLING"]),
            ("入户", &["DIBAO"]),
            ("公示", &["DIBAO", "SSC"]),
            ("宅基地", &[]),
            ("低保 社保卡", &[]),
        ] {
            let found = search(&cards, text);
            if found != expected {
                wrong.push((text, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn no_text_finds_all_in_their_order_and_none_breaks_it() {
        let cards = cards();
        let all: Vec<&str> = cards.iter().map(|card| card.code.as_str()).collect();
        for text in ["", "  ", "，。"] {
            assert_eq!(search(&cards, text), all, "{text:?}");
        }
        assert!(search(&cards, "办").is_empty(), "alone it is a word like any other");
        assert!(search(&cards, &"低".repeat(10_000)).is_empty());
    }
}
