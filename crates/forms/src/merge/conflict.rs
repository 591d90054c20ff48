//! Where two items say different things of the same question.

use super::source::Source;
use super::tree::Joined;
use crate::columns::Column;
use crate::error::{FormError, FormErrorCode};
use crate::graph::{Aspect, CycleFound};
use crate::report::Report;
use crate::survey::SHEET;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Kind,
    Choices,
    Bounds,
    Formula,
    Start,
    Triggers,
    Lock,
    Rows,
    /// What the same formula sees.
    Sight,
}

impl What {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Kind => ("题目类型", "type"),
            Self::Choices => ("选项", "choices"),
            Self::Bounds => ("参数", "parameters"),
            Self::Formula => ("公式", "calculation"),
            Self::Start => ("初始值", "default"),
            Self::Triggers => ("trigger", "trigger"),
            Self::Lock => ("read_only", "read_only"),
            Self::Rows => ("repeat_count", "repeat_count"),
            Self::Sight => ("公式所用题目的范围或显示条件", "questions and conditions behind its formula"),
        }
    }

    fn column(self) -> Column {
        match self {
            Self::Kind | Self::Choices => Column::Type,
            Self::Bounds => Column::Parameters,
            Self::Formula | Self::Sight => Column::Calculation,
            Self::Start => Column::Default,
            Self::Triggers => Column::Trigger,
            Self::Lock => Column::ReadOnly,
            Self::Rows => Column::RepeatCount,
        }
    }
}

/// The conflicts found so far.
#[derive(Debug, Default)]
pub(super) struct Conflicts {
    report: Report,
}

impl Conflicts {
    /// Notes that a later workbook says something else of an item than an earlier one.
    pub(super) fn add(&mut self, earlier: &Source, (later, item): (&Source, usize), what: What) {
        let path = later.item(item).map_or("", |item| item.path.as_str());
        let (zh, en) = what.words();
        self.report.error(
            SHEET,
            later.cell(item, what.column()),
            FormErrorCode::Conflict,
            &format!(
                "“{}”与“{}”都有 {path}，但{zh}不同，不能只问一次：请改成一样，或在“{}”里另起名称",
                earlier.called.zh, later.called.zh, later.called.zh
            ),
            &format!(
                "“{}” and “{}” both have {path}, but not with the same {en}, so that it cannot be asked once: \
                 make them the same, or rename it in “{}”",
                earlier.called.en, later.called.en, later.called.en
            ),
        );
    }

    /// Notes that a workbook uses the tick-list's name.
    pub(super) fn add_reserved(&mut self, source: &Source, item: usize) {
        let path = source.item(item).map_or("", |item| item.path.as_str());
        self.report.error(
            SHEET,
            source.cell(item, Column::Name),
            FormErrorCode::BadName,
            &format!("“{}”的 {path} 与一件事的事项清单重名，请改名", source.called.zh),
            &format!(
                "{path} of “{}” has the name of the bundle's list of items; rename it",
                source.called.en
            ),
        );
    }

    pub(super) fn stop(&self) -> Result<(), Vec<FormError>> {
        if self.report.errors.is_empty() { Ok(()) } else { Err(self.report.errors.clone()) }
    }
}

/// Questions that depend on themselves only when the forms are put together.
pub(super) fn told_cycle(cycle: &CycleFound, joined: &[Joined], sources: &[Source]) -> Vec<FormError> {
    let column = match cycle.aspect {
        Aspect::Relevance => Column::Relevant,
        Aspect::Rows => Column::RepeatCount,
        _ => Column::Calculation,
    };
    let from = joined.get(cycle.item).map(|one| one.from.as_slice()).unwrap_or_default();
    let names = |zh: bool| {
        let called = from.iter().filter_map(|(source, _)| sources.get(*source)).map(|source| &source.called);
        called.map(|called| if zh { called.zh.as_str() } else { called.en.as_str() }).collect::<Vec<_>>()
    };
    let last = from.last().and_then(|(source, item)| Some((sources.get(*source)?, *item)));
    let cell = last.map(|(source, item)| source.cell(item, column)).unwrap_or_default();
    let way = cycle.names.join(" → ");
    let mut report = Report::default();
    report.error(
        SHEET,
        cell,
        cycle.code,
        &format!("“{}”：合在一起后循环引用：{way}", names(true).join("”“")),
        &format!("“{}”: put together, these depend on themselves: {way}", names(false).join("”, “")),
    );
    report.errors
}
