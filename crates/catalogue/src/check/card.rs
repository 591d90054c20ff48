//! What a card says of itself, and the names it uses.

use super::{CARD_FILE, FORM_FILE, Known, questions_of};
use crate::facts::is_fact;
use crate::finding::{FindingCode, Findings};
use crate::item_card::ItemCard;
use crate::item_parts::{Bundle, NamedLimit};
use crate::item_register::Register;
use crate::item_words::{CycleKind, DayKind, Obtained};
use bangban_forms::{EvalError, Form, Kind, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The longest limit that makes sense, in days.
const MAX_LIMIT_DAYS: u32 = 3_660;
/// The longest review cycle or validity, in months.
const MAX_MONTHS: u32 = 1_200;

/// What can be told of a card without any other item.
pub(super) fn check_card(card: &ItemCard, folder: &str, files: &BTreeMap<&str, &[u8]>, found: &mut Findings) {
    check_code(card, folder, found);
    check_form_file(card, files, found);
    check_dates(card, found);
    check_cycle(card, found);
    for (list, limits) in [("statutory", &card.limits.statutory), ("promised", &card.limits.promised)] {
        check_limits(card, list, limits, found);
    }
    let stages = card.stages.iter().map(|stage| &stage.id);
    check_ids(stages, "stages", found);
    check_ids(card.materials.iter().map(|material| &material.id), "materials", found);
    for (at, material) in card.materials.iter().enumerate() {
        if material.picture && material.obtained != Obtained::Ask {
            let (zh, en) =
                ("不向申请人收取的材料不能要求照片", "a paper that is not asked for cannot need a picture");
            found.error(format!("materials[{}].picture", at + 1), FindingCode::BadValue, zh, en);
        }
        if material.valid_months.is_some_and(|months| !(1..=MAX_MONTHS).contains(&months)) {
            bad_months(format!("materials[{}].valid_months", at + 1), found);
        }
    }
}

fn check_code(card: &ItemCard, folder: &str, found: &mut Findings) {
    // A blank one is missing, which was told.
    if !card.code.is_empty() && !is_word(&card.code, 2..=32, |letter| letter.is_ascii_uppercase()) {
        let (zh, en) = (
            "代码由 2 至 32 个大写字母、数字、下划线组成，以字母开头",
            "a code has 2 to 32 capital letters, digits and underscores, and begins with a letter",
        );
        found.error("code", FindingCode::BadValue, zh, en);
    }
    if !folder.is_empty() && folder != card.code {
        let (zh, en) = (
            format!("文件夹名“{folder}”与代码“{}”不一致", card.code),
            format!("the folder is {folder}, the code {}", card.code),
        );
        found.error("code", FindingCode::WrongFolder, zh, en);
    }
}

fn check_form_file(card: &ItemCard, files: &BTreeMap<&str, &[u8]>, found: &mut Findings) {
    let there = files.contains_key(FORM_FILE);
    match card.form.as_deref() {
        Some(FORM_FILE) if !there => {
            let (zh, en) = ("文件夹里没有 form.xlsx", "the folder has no form.xlsx");
            found.error("form", FindingCode::MissingFile, zh, en);
        }
        Some(FORM_FILE) => {}
        Some(_) => {
            let (zh, en) = ("表单文件应为 form.xlsx", "the form's file is form.xlsx");
            found.error("form", FindingCode::BadValue, zh, en);
        }
        None if there => {
            let (zh, en) = (
                "文件夹里有 form.xlsx，请写 form = \"form.xlsx\"",
                "there is a form.xlsx: write form = \"form.xlsx\"",
            );
            found.error("form", FindingCode::MissingKey, zh, en);
        }
        None => {}
    }
}

fn check_dates(card: &ItemCard, found: &mut Findings) {
    if card.valid_from.zip(card.valid_to).is_some_and(|(from, to)| to < from) {
        let (zh, en) = ("失效日期早于生效日期", "valid_to lies before valid_from");
        found.error("valid_to", FindingCode::BadValue, zh, en);
    }
    let ends = card.closed.as_ref().zip(card.valid_to);
    if ends.is_some_and(|(closed, to)| to < closed.from) {
        let (zh, en) = ("停办日期晚于失效日期，不起作用", "closed only after valid_to: it has no effect");
        found.warning("closed.from", FindingCode::BadValue, zh, en);
    }
}

fn check_cycle(card: &ItemCard, found: &mut Findings) {
    let Some(cycle) = &card.review_cycle else { return };
    match (cycle.kind, cycle.months) {
        (CycleKind::None, Some(_)) => {
            let (zh, en) = ("不复核的不写 months", "without a review there are no months");
            found.warning("review_cycle.months", FindingCode::BadValue, zh, en);
        }
        (CycleKind::Rolling | CycleKind::Periodic, None) => {
            let (zh, en) = ("请写每几个月复核一次（months）", "months is missing");
            found.error("review_cycle.months", FindingCode::MissingKey, zh, en);
        }
        (_, Some(months)) if !(1..=MAX_MONTHS).contains(&months) => {
            bad_months("review_cycle.months".to_owned(), found);
        }
        _ => {}
    }
}

fn bad_months(cell: String, found: &mut Findings) {
    found.error(cell, FindingCode::BadValue, "月数应为 1 至 1200", "months are 1 to 1200");
}

fn check_limits(card: &ItemCard, list: &str, limits: &[NamedLimit], found: &mut Findings) {
    let mut whole = false;
    for (at, limit) in limits.iter().enumerate() {
        let cell = |key: &str| format!("limits.{list}[{}].{key}", at + 1);
        let instant = limit.day_kind == DayKind::Instant;
        if instant != (limit.days == 0) || limit.days > MAX_LIMIT_DAYS {
            let (zh, en) =
                ("当场办结的写 0；其余的写 1 至 3660", "0 where it is done at once, else 1 to 3660");
            found.error(cell("days"), FindingCode::BadValue, zh, en);
        }
        if let Some(stage) = limit.stage.as_deref() {
            if limit.whole {
                let (zh, en) = ("全程时限不属于某个环节", "a limit of the whole way bounds no single stage");
                found.error(cell("stage"), FindingCode::BadValue, zh, en);
            } else if !card.stages.iter().any(|known| known.id == stage) {
                let (zh, en) = (format!("没有“{stage}”这个环节"), format!("there is no stage {stage}"));
                found.error(cell("stage"), FindingCode::UnknownId, zh, en);
            }
        }
        if limit.from.is_some() && limit.stage.is_none() {
            let (zh, en) = ("只有环节的时限写起算点（from）", "only a stage's limit says what it runs from");
            found.error(cell("from"), FindingCode::BadValue, zh, en);
        }
        if limit.whole && whole {
            let (zh, en) = ("全程时限只有第一个起作用", "only the first limit of the whole way counts");
            found.warning(cell("whole"), FindingCode::BadValue, zh, en);
        }
        whole |= limit.whole;
    }
}

/// Letters of one kind, digits and underscores, a letter first.
fn is_word(text: &str, length: RangeInclusive<usize>, is_letter: impl Fn(char) -> bool) -> bool {
    let rest = |letter: char| is_letter(letter) || letter.is_ascii_digit() || letter == '_';
    length.contains(&text.len()) && text.chars().next().is_some_and(&is_letter) && text.chars().all(rest)
}

/// Ids are small letters, digits and underscores. That they differ the list of keys has made sure of.
fn check_ids<'a>(ids: impl Iterator<Item = &'a String>, list: &str, found: &mut Findings) {
    for (at, id) in ids.enumerate() {
        if !id.is_empty() && !is_word(id, 1..=64, |letter| letter.is_ascii_lowercase()) {
            let (zh, en) = (
                "标识由小写字母、数字、下划线组成，以字母开头",
                "an id has small letters, digits and underscores, and begins with a letter",
            );
            found.error(format!("{list}[{}].id", at + 1), FindingCode::BadValue, zh, en);
        }
    }
}

/// The names that a card uses: facts, questions, other items.
pub(super) fn check_names(
    card: &ItemCard,
    form: Option<&Form>,
    broken_form: bool,
    known: &Known,
    found: &mut Findings,
) {
    for (at, eligibility) in card.eligibility.iter().enumerate() {
        check_rule(&eligibility.rule, &format!("eligibility[{}].rule", at + 1), is_fact, found);
    }
    let questions = if broken_form { None } else { questions_asked(card, form, known) };
    for (at, material) in card.materials.iter().enumerate() {
        let Some(when) = &material.when else { continue };
        let is_known =
            |name: &str| is_fact(name) || questions.as_ref().is_none_or(|questions| questions.contains(name));
        check_rule(when, &format!("materials[{}].when", at + 1), is_known, found);
    }
    for (at, answer) in card.fixed_answers.iter().enumerate() {
        if form.is_some_and(|form| !questions_of(form).contains(&answer.name)) {
            let (zh, en) =
                (format!("表单里没有“{}”这道题", answer.name), format!("the form asks no {}", answer.name));
            found.error(format!("fixed_answers[{}].name", at + 1), FindingCode::BadValue, zh, en);
        }
    }
    for (at, code) in card.related.iter().enumerate().filter(|(_, code)| !known.items.contains_key(*code)) {
        let (zh, en) = (format!("没有“{code}”这个事项"), format!("there is no item {code}"));
        found.warning(format!("related[{}]", at + 1), FindingCode::UnknownItem, zh, en);
    }
    if let Some(register) = &card.register {
        check_register(card, register, form, broken_form, found);
    }
    if let Some(bundle) = &card.bundle {
        check_bundle(card, bundle, form.is_some() || broken_form, known, found);
    }
}

/// The questions that are asked for an item: its own, and those of a bundle's items. `None` where it cannot be told.
fn questions_asked(card: &ItemCard, form: Option<&Form>, known: &Known) -> Option<BTreeSet<String>> {
    let mut questions = form.map(questions_of).unwrap_or_default();
    for item in card.bundle.iter().flat_map(|bundle| &bundle.items) {
        questions.extend(known.items.get(&item.code)?.questions.clone()?);
    }
    Some(questions)
}

/// A register's form asks everything that its card names, and takes pictures alone; no case is opened for it.
fn check_register(
    card: &ItemCard,
    register: &Register,
    form: Option<&Form>,
    broken_form: bool,
    found: &mut Findings,
) {
    if card.bundle.is_some() {
        let (zh, en) = ("登记簿不能是一件事", "a register is no bundle");
        found.error("register", FindingCode::BadValue, zh, en);
    }
    let Some(form) = form else {
        if !broken_form {
            let (zh, en) = ("登记簿要有表单", "a register needs a form");
            found.error("register", FindingCode::MissingFile, zh, en);
        }
        return;
    };
    let questions = questions_of(form);
    for (cell, name) in register.questions().into_iter().filter(|(_, name)| !questions.contains(*name)) {
        let (zh, en) = (format!("表单里没有“{name}”这道题"), format!("the form asks no {name}"));
        found.error(cell, FindingCode::UnknownName, zh, en);
    }
    let shows = register.person || register.case || register.open.is_some() || register.roll.is_some();
    let pictured = form.view().items.iter().any(|item| item.kind.is_kept_apart());
    if register.sealed && (shows || pictured || !register.counts.is_empty()) {
        // All of these would tell something of what is sealed, or leave it outside.
        let zh = "密封的登记簿不能有照片、人员、办件、待办、名单和计数";
        let en = "a sealed register has no pictures, people, cases, open lines, roll or counts";
        found.error("register.sealed", FindingCode::BadValue, zh, en);
    }
    if register.category.is_some() && !register.person {
        let (zh, en) = (
            "登记类别的登记簿要属于人员（person = true）",
            "categories are those of a person (person = true)",
        );
        found.error("register.category", FindingCode::BadValue, zh, en);
    }
    if !register.page.is_empty() && !register.person {
        let (zh, en) = (
            "只有属于人员的登记簿（person = true）才能显示在群众页面上",
            "what stands on a person's page is about a person (person = true)",
        );
        found.error("register.page", FindingCode::BadValue, zh, en);
    }
    let moves = register.open.as_ref().filter(|open| open.every.is_some());
    if moves.is_some_and(|open| open.by.is_none() || !register.person) {
        let (zh, en) = (
            "按走访顺延日期的登记簿要属于人员（person = true），并写明到期日期（by）",
            "a day that visits move has a question (by) and is about a person (person = true)",
        );
        found.error("register.open.every", FindingCode::BadValue, zh, en);
    }
    if register.chain.is_some() && !register.case {
        let (zh, en) = ("材料交接的登记要属于办件（case = true）", "papers pass on for a case (case = true)");
        found.error("register.chain", FindingCode::BadValue, zh, en);
    }
    let files = form.view().items.into_iter().filter(|item| item.kind.is_kept_apart());
    for item in files.filter(|item| item.kind != Kind::Image) {
        let (zh, en) = (
            format!("登记簿只收照片和签名，不收文件、录音、录像（{}）", item.name),
            format!("a register takes pictures alone, no files, sounds or films ({})", item.name),
        );
        found.error("register", FindingCode::BadValue, zh, en);
    }
}

fn check_rule(text: &str, cell: &str, is_known: impl Fn(&str) -> bool, found: &mut Findings) {
    match Rule::read(text) {
        Err(error) => {
            let (zh, en) = (rule_in_chinese(&error), format!("the rule cannot be used: {error}"));
            found.error(cell, FindingCode::BadRule, zh, en);
        }
        Ok(rule) => {
            for name in rule.names().iter().filter(|name| !is_known(name)) {
                let (zh, en) =
                    (format!("没有“{name}”这个情况或问题"), format!("there is no fact or question {name}"));
                found.error(cell, FindingCode::UnknownName, zh, en);
            }
        }
    }
}

fn rule_in_chinese(error: &EvalError) -> String {
    match error {
        EvalError::Syntax { at, .. } => format!("规则写法有误：第 {at} 个字符处"),
        EvalError::FullWidthSymbol { at, symbol } => {
            format!("规则第 {at} 个字符是全角符号“{symbol}”，请改用英文（半角）符号")
        }
        EvalError::UnknownFunction { name } => format!("没有“{name}”这个函数"),
        EvalError::ArgumentCount { name, given } => format!("函数“{name}”的参数个数不对（写了 {given} 个）"),
        EvalError::UnknownName { name } => format!("没有“{name}”这个情况或问题"),
        EvalError::BadRegex => "正则表达式无法使用".to_owned(),
        EvalError::TooLarge | EvalError::TooManySteps => "规则太长或嵌套太深".to_owned(),
        _ => "规则无法使用".to_owned(),
    }
}

fn check_bundle(card: &ItemCard, bundle: &Bundle, has_own_form: bool, known: &Known, found: &mut Findings) {
    let mut any_form = has_own_form;
    let mut told = false;
    for (at, item) in bundle.items.iter().enumerate() {
        let cell = format!("bundle.items[{}].code", at + 1);
        let code = &item.code;
        match known.items.get(code) {
            Some(other) if *code == card.code || other.is_bundle => {
                let (zh, en) = ("一件事里不能再放一件事", "a bundle holds no bundle");
                found.error(cell, FindingCode::BadValue, zh, en);
                told = true;
            }
            Some(other) if other.has_form => any_form = true,
            Some(_) => {
                let (zh, en) = (
                    format!("“{code}”没有表单，合并的表单里不会问到它"),
                    format!("{code} has no form: the bundle's form asks nothing for it"),
                );
                found.warning(cell, FindingCode::ItemWithoutForm, zh, en);
            }
            None => {
                let (zh, en) = (format!("没有“{code}”这个事项"), format!("there is no item {code}"));
                told = true;
                if known.alone {
                    found.warning(cell, FindingCode::UnknownItem, zh, en);
                } else {
                    found.error(cell, FindingCode::UnknownItem, zh, en);
                }
            }
        }
    }
    if !any_form && !told {
        let (zh, en) = (
            format!("一件事里没有一个事项有表单，自己也没有 {FORM_FILE}"),
            format!("no item of the bundle has a form, nor has it a {FORM_FILE} beside its {CARD_FILE}"),
        );
        found.error("bundle.items", FindingCode::ItemWithoutForm, zh, en);
    }
}
