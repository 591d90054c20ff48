//! 办理方式: how a case is handled beside what its form asks. Pure: the same on laptop and center.
//!
//! Its fields stand under `handling/…`, each by itself, so that two laptops may say different ones.

use crate::added_later::is_noted_in_time;
use crate::body::FieldSet;
use crate::document::Document;
use crate::words::Language;
use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

/// Fields of a case whose path begins so say how it is handled.
pub const HANDLING_PREFIX: &str = "handling/";
/// The picture slot of a signed authority.
pub const AUTHORITY: &str = "authority";
/// 代理期限: the last day of a written authority.
pub const AUTHORITY_UNTIL: &str = "handling/authority_until";
/// 纸质材料接收日: the day on which the agent took it on paper, where she typed it in later.
pub const TAKEN_ON: &str = "handling/taken_on";
/// 个人信息处理同意: the version of the text that was read.
pub const CONSENT: &str = "handling/consent_text";
/// 敏感个人信息单独同意: the version of the text that was read.
pub const CONSENT_SENSITIVE: &str = "handling/consent_sensitive_text";
/// A text is no longer than this (characters).
const LONGEST_TEXT_CHARS: usize = 500;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $chinese:literal, $english:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
        pub enum $name { $(#[doc = $chinese] #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// What a screen says.
            #[must_use]
            pub fn say(self, language: Language) -> &'static str {
                match (self, language) {
                    $(($name::$variant, Language::Chinese) => $chinese,
                    ($name::$variant, Language::English) => $english),+
                }
            }
        }
    };
}

words! {
    /// 服务方式: what the agent does for the person.
    Mode {
        Help = "help", "帮办", "Helped";
        Act = "act", "代办", "Acted for";
        Accompany = "accompany", "陪同办", "Accompanied";
        Priority = "priority", "优先办", "Given priority";
    }
}

words! {
    /// “5+X”: when and where.
    Way {
        Usual = "usual", "常规", "Usual hours";
        Extended = "extended", "延时", "Extended hours";
        Staggered = "staggered", "错时", "Staggered hours";
        Appointment = "appointment", "预约", "By appointment";
        Door = "door", "上门", "At home";
        SelfService = "self_service", "自助", "Self-service";
    }
}

words! {
    /// 受理渠道: how the person came.
    Channel {
        Window = "window", "窗口", "Window";
        AtHome = "at_home", "上门", "At home";
        Phone = "phone", "电话", "Telephone";
        Chat = "chat", "微信群、QQ群", "Chat group";
        AidDay = "aid_day", "救助日、活动现场", "Aid day or event";
        Online = "online", "线上（网站、小程序）", "Online";
        Elsewhere = "elsewhere", "异地代收", "Another place's hall";
        Bank = "bank", "政银网点、自助机", "Bank point or machine";
    }
}

/// The line of a register at whose event the case was opened: set once, at its beginning.
pub const EVENT: &str = "handling/event";

/// How a case is handled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Handling {
    /// 服务方式
    pub mode: Option<Mode>,
    /// 服务时间和地点
    pub way: Option<Way>,
    /// 受理渠道
    pub channel: Option<Channel>,
    /// 纸质材料接收日: the day on which it was taken on paper, where it was typed in later. No limit is reckoned from it.
    pub taken_on: Option<NaiveDate>,
    /// 外部渠道: the outside channel by name (浙里办, 赣服通 …).
    pub outside: String,
    /// The number that it has there (省系统办件编号).
    pub outside_no: String,
    /// 绿色通道
    pub green: bool,
    /// Why: 老年人、残疾人、行动不便 …
    pub green_reason: String,
    /// 无申请能力: the person cannot apply alone.
    pub cannot_apply: bool,
    /// 专员: who follows the case, where that is not who opened it.
    pub owner: String,
    /// 专班: who helps.
    pub team: String,
    /// 难点
    pub hard_points: String,
    /// 实践活动: the campaign that it belongs to, by its name.
    pub campaign: String,
    /// 委托人: who gives the authority; the person where empty.
    pub authority_by: String,
    /// 代理事项
    pub authority_matters: String,
    /// 代理权限
    pub authority_power: String,
    /// 代理期限: its last day.
    pub authority_until: Option<NaiveDate>,
    /// 个人信息处理同意: which text was read out; '' while none was.
    pub consent_text: String,
    /// 敏感个人信息单独同意: which text was read out; '' while none was.
    pub consent_sensitive_text: String,
}

/// What is said anew of how a case is handled, by the names of [`Handling`]: the rest stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Partial<Handling>")]
pub struct HandlingChanges(pub serde_json::Map<String, Value>);

impl Handling {
    /// With what is said anew of it; none where a name or a value is none of its own.
    #[must_use]
    pub fn with(&self, changes: &HandlingChanges) -> Option<Self> {
        let Ok(Value::Object(mut all)) = serde_json::to_value(self) else { return None };
        for (name, value) in &changes.0 {
            *all.get_mut(name)? = value.clone();
        }
        serde_json::from_value(Value::Object(all)).ok()
    }

    /// As a case says it.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Handling::read(|name| document.value(&path_of(name)))
    }

    /// As these fields say it.
    #[must_use]
    pub fn of_fields(fields: &FieldSet) -> Self {
        Handling::read(|name| fields.get(&path_of(name)))
    }

    fn read<'v>(value: impl Fn(&str) -> Option<&'v Value>) -> Self {
        fn word<T: DeserializeOwned>(value: Option<&Value>) -> Option<T> {
            // A word of a newer program is none of ours.
            value.and_then(|value| serde_json::from_value(value.clone()).ok())
        }
        let text = |name: &str| value(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let truth = |name: &str| value(name).and_then(Value::as_bool).unwrap_or(false);
        Handling {
            mode: word(value("mode")),
            way: word(value("way")),
            channel: word(value("channel")),
            taken_on: word(value("taken_on")),
            outside: text("outside"),
            outside_no: text("outside_no"),
            green: truth("green"),
            green_reason: text("green_reason"),
            cannot_apply: truth("cannot_apply"),
            owner: text("owner"),
            team: text("team"),
            hard_points: text("hard_points"),
            campaign: text("campaign"),
            authority_by: text("authority_by"),
            authority_matters: text("authority_matters"),
            authority_power: text("authority_power"),
            authority_until: word(value("authority_until")),
            consent_text: text("consent_text"),
            consent_sensitive_text: text("consent_sensitive_text"),
        }
    }

    /// As fields: what says nothing is left out.
    #[must_use]
    pub fn fields(&self) -> FieldSet {
        let Ok(Value::Object(all)) = serde_json::to_value(self) else { return FieldSet::new() };
        let says = |value: &Value| ![json!(""), json!(false), Value::Null].contains(value);
        let trimmed = |value: Value| value.as_str().map(|text| json!(text.trim())).unwrap_or(value);
        let fields = all.into_iter().map(|(name, value)| (path_of(&name), trimmed(value)));
        fields.filter(|(_, value)| says(value)).collect()
    }

    /// Whether it goes before others: 绿色通道 or 优先办.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.green || self.mode == Some(Mode::Priority)
    }

    /// The field that is too long, if one is.
    #[must_use]
    pub fn too_long(&self) -> Option<String> {
        let long =
            |value: &Value| value.as_str().is_some_and(|text| text.chars().count() > LONGEST_TEXT_CHARS);
        self.fields().into_iter().find(|(_, value)| long(value)).map(|(path, _)| path)
    }

    /// Whether it was taken on paper on no day to come, and within a year.
    #[must_use]
    pub fn is_taken_in_time(&self, today: NaiveDate) -> bool {
        self.taken_on.is_none_or(|day| is_noted_in_time(day, today))
    }

    /// What a written authority lacks where the agent acts for the person (民法典 165): fields, not the signature.
    #[must_use]
    pub fn lacks(&self) -> Vec<String> {
        if self.mode != Some(Mode::Act) {
            return Vec::new();
        }
        let open = [
            ("authority_matters", self.authority_matters.trim().is_empty()),
            ("authority_power", self.authority_power.trim().is_empty()),
            ("authority_until", self.authority_until.is_none()),
        ];
        open.into_iter().filter(|(_, open)| *open).map(|(name, _)| path_of(name)).collect()
    }
}

/// The path of a field.
#[must_use]
pub fn path_of(name: &str) -> String {
    format!("{HANDLING_PREFIX}{name}")
}

/// The path of every field.
#[must_use]
pub fn paths() -> Vec<String> {
    let Ok(Value::Object(all)) = serde_json::to_value(Handling::default()) else { return Vec::new() };
    all.keys().map(|name| path_of(name)).collect()
}

/// What a field is called.
#[must_use]
pub fn label_of(path: &str, language: Language) -> &'static str {
    let (chinese, english) = match path.strip_prefix(HANDLING_PREFIX).unwrap_or_default() {
        "mode" => ("服务方式", "Mode of service"),
        "way" => ("便民服务方式", "Service way"),
        "channel" => ("受理渠道", "Channel"),
        "taken_on" => ("纸质材料接收日", "Taken on paper on"),
        "outside" => ("外部渠道", "Outside channel"),
        "outside_no" => ("外部办件编号", "Number there"),
        "green" => ("绿色通道", "Fast lane"),
        "green_reason" => ("绿色通道原因", "Why the fast lane"),
        "cannot_apply" => ("无申请能力", "Cannot apply alone"),
        "owner" => ("跟进专员", "Followed by"),
        "team" => ("专班成员", "Task force"),
        "hard_points" => ("难点问题", "Difficulties"),
        "campaign" => ("所属实践活动", "Campaign"),
        "authority_by" => ("委托人", "Authority given by"),
        "authority_matters" => ("代理事项", "Authority: matters"),
        "authority_power" => ("代理权限", "Authority: powers"),
        "authority_until" => ("代理期限", "Authority: until"),
        "consent_text" => ("个人信息处理同意", "Consent to processing"),
        "consent_sensitive_text" => ("敏感个人信息单独同意", "Consent for sensitive data"),
        _ => ("办理方式", "Handling"),
    };
    if language == Language::English { english } else { chinese }
}

/// What a screen says of a field's value.
#[must_use]
pub fn say(path: &str, value: &Value, language: Language) -> String {
    let fields = [(path.to_owned(), value.clone())].into();
    let told = Handling::of_fields(&fields);
    let word = told
        .mode
        .map(|mode| mode.say(language))
        .or(told.way.map(|way| way.say(language)))
        .or(told.channel.map(|channel| channel.say(language)));
    match (word, value) {
        (Some(word), _) => word.to_owned(),
        (None, Value::String(version)) if path == CONSENT || path == CONSENT_SENSITIVE => match language {
            Language::Chinese => format!("已同意（文本版本 {version}）"),
            Language::English => format!("given (text of {version})"),
        },
        (None, Value::Bool(yes)) => match (*yes, language) {
            (true, Language::Chinese) => "是".to_owned(),
            (false, Language::Chinese) => "否".to_owned(),
            (true, _) => "yes".to_owned(),
            (false, _) => "no".to_owned(),
        },
        (None, value) => value.as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acting() -> Handling {
        Handling {
            mode: Some(Mode::Act),
            way: Some(Way::Door),
            channel: Some(Channel::AtHome),
            authority_matters: "代为提交高龄津贴申请".to_owned(),
            authority_power: "递交材料、领取结果".to_owned(),
            authority_until: NaiveDate::from_ymd_opt(2027, 6, 30),
            green: true,
            ..Handling::default()
        }
    }

    #[test]
    fn what_is_written_reads_back_and_what_says_nothing_is_left_out() {
        let fields = acting().fields();
        assert_eq!(Handling::of_fields(&fields), acting());
        assert_eq!(fields.len(), 7);
        assert!(Handling::default().fields().is_empty());
        let newer = [(path_of("mode"), json!("by_drone")), (path_of("green"), json!("yes"))].into();
        assert_eq!(
            Handling::of_fields(&newer),
            Handling::default(),
            "a newer program's words are none of ours"
        );
    }

    #[test]
    fn acting_for_somebody_needs_matters_powers_and_a_last_day() {
        assert!(acting().lacks().is_empty());
        let blank = Handling { mode: Some(Mode::Act), ..Handling::default() };
        assert_eq!(blank.lacks().len(), 3);
        let helped = Handling { mode: Some(Mode::Help), ..blank };
        assert!(helped.lacks().is_empty());
        let long = Handling { team: "长".repeat(501), ..Handling::default() };
        assert_eq!(long.too_long().as_deref(), Some("handling/team"));
    }

    #[test]
    fn what_was_taken_on_paper_was_so_on_no_day_to_come_and_within_a_year() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 29).expect("a day");
        for (day, fits) in [
            ("2026-11-30", false),
            ("2026-11-29", true),
            ("2026-11-03", true),
            ("2025-11-28", true),
            ("2025-11-27", false),
        ] {
            let handling = Handling { taken_on: day.parse().ok(), ..Handling::default() };
            assert_eq!(handling.is_taken_in_time(today), fits, "{day}");
        }
        assert!(Handling::default().is_taken_in_time(today));
    }

    #[test]
    fn every_field_has_its_words_in_both_languages() {
        assert_eq!(paths().len(), 19);
        for path in paths() {
            assert_ne!(label_of(&path, Language::Chinese), "办理方式", "{path}");
            assert!(label_of(&path, Language::English).is_ascii(), "{path}");
        }
        assert_eq!(say("handling/mode", &json!("act"), Language::Chinese), "代办");
        assert_eq!(say("handling/green", &json!(true), Language::English), "yes");
        assert_eq!(say("handling/team", &json!("李老师"), Language::Chinese), "李老师");
        assert_eq!(say(CONSENT, &json!("2026-11"), Language::Chinese), "已同意（文本版本 2026-11）");
        assert_eq!(say(CONSENT_SENSITIVE, &json!("2026-11"), Language::English), "given (text of 2026-11)");
    }
}
