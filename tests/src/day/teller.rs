//! Tells the day: a number, what happens in a sentence, what came of it, and how long it took. For people, or one JSON
//! line a step.

use crate::day::trouble::Trouble;
use bangban_model::words::{Language, Words};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Facts that words may name.
pub type Facts<'a> = &'a [(&'a str, &'a str)];

/// How a line looks.
#[derive(Clone, Copy)]
enum Paint {
    Title,
    Faint,
    Good,
    Bad,
}

/// Where the day is told to.
pub struct Teller {
    words: Words,
    language: Language,
    as_json: bool,
    in_color: bool,
    with_bars: bool,
    step: u32,
    name: &'static str,
    begun: Instant,
    results: Vec<Value>,
    times: Vec<(&'static str, Duration)>,
}

impl Teller {
    /// Chinese unless `BANGBAN_LANG` says English; colours and bars only where a person looks on.
    pub fn new(as_json: bool) -> Self {
        let language = Language::choose(std::env::var("BANGBAN_LANG").ok().as_deref(), None);
        let words = match language {
            Language::Chinese => Words::read(&[include_str!("../../../i18n/day.zh-CN.json")]),
            Language::English => Words::read(&[include_str!("../../../i18n/day.en.json")]),
        };
        let seen = std::io::stdout().is_terminal() && !as_json;
        Teller {
            words,
            language,
            as_json,
            in_color: (seen && std::env::var_os("NO_COLOR").is_none())
                || std::env::var_os("CLICOLOR_FORCE").is_some(),
            with_bars: seen && std::io::stderr().is_terminal(),
            step: 0,
            name: "",
            begun: Instant::now(),
            results: Vec::new(),
            times: Vec::new(),
        }
    }

    /// What the programs are told to speak.
    pub fn language(&self) -> &'static str {
        match self.language {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }

    /// The words of a key.
    pub fn word(&self, key: &str, facts: Facts<'_>) -> String {
        self.words.say(key, facts)
    }

    /// Why something failed, in words.
    pub fn explain(&self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::NoProgram(path) => self.word("no_program", &[("path", &path.display().to_string())]),
            Trouble::Busy(path) => self.word("busy", &[("path", &path.display().to_string())]),
            other => other.to_string(),
        }
    }

    /// A line outside the steps.
    pub fn say(&self, key: &str, facts: Facts<'_>) {
        self.print(&self.word(key, facts), None);
    }

    /// The heading of it all.
    pub fn say_heading(&self, key: &str, facts: Facts<'_>) {
        self.print(&self.word(key, facts), Some(Paint::Title));
    }

    /// A step begins.
    pub fn begin(&mut self, name: &'static str) {
        self.step += 1;
        self.name = name;
        self.begun = Instant::now();
        self.results.clear();
        self.print("", None);
        let title = format!("{:>2}  {}", self.step, self.word(&format!("{name}.title"), &[]));
        self.print(&title, Some(Paint::Title));
        self.print(&format!("    {}", self.word(&format!("{name}.what"), &[])), Some(Paint::Faint));
    }

    /// Something came of it. `key` is the step's own: `center` says `center.<key>`.
    pub fn tell(&mut self, key: &str, facts: Facts<'_>) {
        let text = self.word(&format!("{}.{key}", self.name), facts);
        self.tell_text(key, &text, facts);
    }

    /// Something came of it, in words that a program said itself.
    pub fn quote(&mut self, key: &str, text: &str) {
        self.tell_text(key, text, &[]);
    }

    fn tell_text(&mut self, key: &str, text: &str, facts: Facts<'_>) {
        if self.as_json {
            let mut result: Map<String, Value> =
                facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            result.insert("what".to_owned(), json!(key));
            self.results.push(Value::Object(result));
            return;
        }
        let passed = self.word("seconds", &[("n", &seconds(self.begun.elapsed()))]);
        println!("    {} {text}  {}", self.painted("✓", Paint::Good), self.painted(&passed, Paint::Faint));
    }

    /// More about what came of it: a line of a list.
    pub fn detail(&self, text: &str) {
        self.print(&format!("      · {text}"), None);
    }

    /// The step ended.
    pub fn end(&mut self, outcome: &Result<(), Trouble>) {
        let took = self.begun.elapsed();
        self.times.push((self.name, took));
        if self.as_json {
            let mut line = json!({
                "step": self.step, "name": self.name, "ok": outcome.is_ok(),
                "seconds": (took.as_secs_f64() * 10.0).round() / 10.0, "results": self.results,
            });
            if let Err(trouble) = outcome {
                line["trouble"] = json!(trouble.to_string());
            }
            println!("{line}");
            return;
        }
        if let Err(trouble) = outcome {
            println!("    {} {}", self.painted("✗", Paint::Bad), trouble);
            let title = self.word(&format!("{}.title", self.name), &[]);
            println!("\n{}", self.word("failed", &[("step", &self.step.to_string()), ("title", &title)]));
        }
    }

    /// How long the steps of these names took together.
    pub fn time_of(&self, names: &[&str]) -> Duration {
        self.times.iter().filter(|(name, _)| names.contains(name)).map(|(_, took)| *took).sum()
    }

    /// How long all steps took.
    pub fn time_of_all(&self) -> Duration {
        self.times.iter().map(|(_, took)| *took).sum()
    }

    /// A bar of bytes, or a hidden one where nobody looks on.
    pub fn bar(&self, key: &str) -> ProgressBar {
        if !self.with_bars {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(0).with_message(self.word(key, &[]));
        if let Ok(style) =
            ProgressStyle::with_template("      {msg}  {bar:30.cyan/238}  {bytes}/{total_bytes}")
        {
            bar.set_style(style.progress_chars("━━─"));
        }
        bar
    }

    fn print(&self, text: &str, paint: Option<Paint>) {
        if !self.as_json {
            println!("{}", paint.map_or_else(|| text.to_owned(), |paint| self.painted(text, paint)));
        }
    }

    fn painted(&self, text: &str, paint: Paint) -> String {
        let code = match paint {
            Paint::Title => "1;38;5;30",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Bad => "31",
        };
        if self.in_color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// 1.2
pub fn seconds(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use bangban_model::words::Words;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_say_the_same_keys() {
        let zh = Words::read(&[include_str!("../../../i18n/day.zh-CN.json")]);
        let en = Words::read(&[include_str!("../../../i18n/day.en.json")]);
        let keys = |words: &Words| words.keys().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(keys(&zh), keys(&en));
        assert!(!keys(&zh).is_empty());
    }
}
