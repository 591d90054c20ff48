//! The words that an `item.toml` chooses from, each with what screens say for it.

pub use bangban_model::deadline::DayKind;
use bangban_model::words::Language;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal, $chinese:literal, $english:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$about])* #[doc = $chinese] #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every one, in the order of screens.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The words as an item writes them.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word as an item writes it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

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
    /// What a limit of a stage runs from.
    LimitFrom {
        /// The day on which the case was accepted.
        Acceptance = "acceptance", "受理之日", "acceptance";
    }
}

words! {
    /// What an item is about.
    #[derive(Default)]
    Category {
        Aid = "aid", "社会救助", "Social assistance";
        Elderly = "elderly", "养老助老", "Old age";
        Disability = "disability", "残疾人", "Disability";
        Medical = "medical", "医疗", "Medical care";
        Education = "education", "教育", "Education";
        Housing = "housing", "住房", "Housing";
        Work = "work", "就业社保", "Work and insurance";
        Life = "life", "生育婚丧户籍", "Birth, marriage, death, register";
        Land = "land", "农业农村", "Farming and land";
        #[default]
        Other = "other", "其他", "Other";
    }
}

words! {
    /// Where an item can be asked for.
    Level {
        District = "district", "区", "District";
        Township = "township", "乡", "Township";
        Village = "village", "村", "Village";
    }
}

words! {
    /// By which right the lower level handles an item.
    Authority {
        Delegated = "delegated", "赋权", "Delegated power";
        Entrusted = "entrusted", "委托", "Entrusted";
        Collected = "collected", "代收", "Papers collected only";
    }
}

words! {
    /// How an item can be handled.
    Tag {
        Immediate = "immediate", "马上办", "At once";
        Nearby = "nearby", "就近办", "Nearby";
        Online = "online", "网上可办", "Online";
        CrossProvince = "cross_province", "跨省通办", "Across provinces";
        Paperless = "paperless", "免证办", "Without papers";
    }
}

words! {
    /// When and where the office serves.
    ServiceWay {
        Usual = "usual", "常规", "Usual hours";
        Extended = "extended", "延时", "Extended hours";
        Staggered = "staggered", "错时", "Staggered hours";
        Appointment = "appointment", "预约", "By appointment";
        Door = "door", "上门", "At home";
        SelfService = "self_service", "自助", "Self-service";
    }
}

words! {
    /// How well a fact of the guide is known.
    #[derive(Default)]
    Certainty {
        Sure = "sure", "已核对", "Checked";
        /// What says nothing of itself is not known.
        #[default]
        Memory = "memory", "待当地确认", "To be confirmed locally";
        Local = "local", "待当地确认", "To be confirmed locally";
    }
}

impl Certainty {
    /// Whether the screen must say 待当地确认.
    #[must_use]
    pub fn needs_confirmation(self) -> bool {
        self != Certainty::Sure
    }
}

words! {
    /// When an item is looked at again.
    CycleKind {
        /// Months from the last success.
        Rolling = "rolling", "滚动", "Rolling";
        /// Every so many months after the decision.
        Periodic = "periodic", "定期", "Periodic";
        None = "none", "无", "None";
    }
}

words! {
    /// Who acts in a stage.
    Actor {
        Applicant = "applicant", "申请人", "Applicant";
        Agent = "agent", "帮办员", "Helper agent";
        Township = "township", "乡镇", "Township";
        County = "county", "县级", "County";
        Department = "department", "主管部门", "Department";
        Bank = "bank", "银行", "Bank";
        School = "school", "学校", "School";
        Medical = "medical", "医疗机构", "Medical institution";
    }
}

words! {
    /// What of a paper is handed in.
    PaperKind {
        Original = "original", "原件", "Original";
        Copy = "copy", "复印件", "Copy";
        Either = "either", "原件或复印件", "Original or copy";
    }
}

words! {
    /// What the figures count.
    Counter {
        Events = "events", "活动场次", "Events";
        Sessions = "sessions", "政策宣讲场次", "Policy sessions";
        Leaflets = "leaflets", "宣传资料（份）", "Leaflets";
        Consultations = "consultations", "咨询（件）", "Questions answered";
        Served = "served", "服务群众（人次）", "People served";
        Care = "care", "生活照料（人次）", "Care services";
        Trainings = "trainings", "培训场次", "Trainings";
        Trained = "trained", "参加培训（人次）", "People trained";
        Thanks = "thanks", "感谢信、锦旗、致谢（件）", "Thanks";
        FormHelp = "form_help", "填单辅导（件）", "Forms helped with";
    }
}

words! {
    /// What an open line of a register is for the agent's day.
    OpenAs {
        Appointment = "appointment", "预约", "Appointment";
        Signature = "signature", "签字", "Signature";
        Watch = "watch", "走访", "Visit";
    }
}

words! {
    /// 名单: what a line of a register goes through.
    RollOf {
        Households = "households", "住户", "Households";
        People = "people", "人员", "People";
    }
}

words! {
    /// How the office comes by a paper.
    #[derive(Default)]
    Obtained {
        #[default]
        Ask = "ask", "申请人提供", "From the applicant";
        Shared = "shared", "部门共享", "Shared by departments";
        ELicense = "e_license", "电子证照", "Electronic licence";
        Promise = "promise", "告知承诺", "Promise instead";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_as_it_is_written_and_says_something_in_both_languages() {
        for category in Category::ALL {
            let read: Category =
                toml::Value::String(category.as_str().to_owned()).try_into().expect("a word");
            assert_eq!(read, *category);
            assert!(
                !category.say(Language::Chinese).is_ascii() && category.say(Language::English).is_ascii()
            );
        }
        assert_eq!(Category::ALL.len(), Category::WORDS.len());
    }

    #[test]
    fn what_is_not_sure_is_confirmed_locally() {
        let confirm = |certainty: &Certainty| certainty.needs_confirmation();
        assert_eq!(Certainty::ALL.iter().filter(|known| confirm(known)).count(), 2);
        assert!(Certainty::default().needs_confirmation());
    }
}
