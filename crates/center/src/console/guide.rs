//! 事项: guides to read, cards to change, the calendar.

use super::api::Call;
use super::message::{
    AgainArgs, BeginArgs, CalendarArgs, CalendarView, CalendarYear, CardArgs, CardCheck, CardFinding,
    CardWords, EditorView, GuideList, GuideListArgs, ItemArgs, Nothing, PublicationLine,
};
use crate::error::CenterError;
use crate::form::{is_item_code, new_card};
use crate::publish::check_card;
use crate::store::forming::FormLine;
use bangban_catalogue::card_json::{json_of, toml_of};
use bangban_catalogue::guide_view::{GuideView, GuideWord, guide_line, guide_view};
use bangban_catalogue::item_words::{
    Actor, Authority, Category, Certainty, Counter, CycleKind, DayKind, Level, LimitFrom, Obtained, OpenAs,
    PaperKind, RollOf, ServiceWay, Tag,
};
use bangban_catalogue::{Bundle, Catalogue, CatalogueError, Finding, ItemCard};
use bangban_model::clock::shanghai_day;
use bangban_model::published_form::WORKDAYS;
use bangban_model::words::Language;
use bangban_model::workday::CalendarProblem;
use bangban_model::{Code, workday};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;

fn about(problem: CatalogueError) -> CenterError {
    CenterError::Coded(problem.code())
}

fn today(call: &Call) -> NaiveDate {
    shanghai_day(call.center().now())
}

fn catalogue(call: &Call) -> Result<Catalogue, CenterError> {
    call.center().catalogue_in(call.scope()?)
}

/// The guides that fit what is typed.
pub(super) fn list(call: &mut Call, args: GuideListArgs) -> Result<GuideList, CenterError> {
    let (catalogue, today) = (catalogue(call)?, today(call));
    let found = bangban_catalogue::search::search(catalogue.all().map(|item| &item.card), &args.text);
    let items = found.iter().filter_map(|code| catalogue.item(code).ok());
    Ok(GuideList { lines: items.map(|item| guide_line(&item, call.language, today)).collect() })
}

/// A guide whole.
pub(super) fn show(call: &mut Call, args: ItemArgs) -> Result<GuideView, CenterError> {
    let catalogue = catalogue(call)?;
    let item = catalogue.item(&args.code).map_err(about)?;
    Ok(guide_view(&catalogue, &item, call.language, today(call)))
}

/// A card to be changed.
pub(super) fn edit(call: &mut Call, args: ItemArgs) -> Result<EditorView, CenterError> {
    editor(call, &args.code)
}

/// The longest code that a new item gets.
const MAX_CODE_CHARS: usize = 24;

/// An empty card for an item that is not there yet; it is one once it is published.
pub(super) fn begin(call: &mut Call, args: BeginArgs) -> Result<EditorView, CenterError> {
    let code = args.code.trim();
    if !is_item_code(code) || code.len() > MAX_CODE_CHARS {
        return Err(CenterError::About(Code::BadInput, "code".into()));
    }
    // Another township's item of that code is as much in the way: a case names its item by the code alone.
    let taken = call.center().store().form_lines()?.iter().any(|line| line.item == code);
    if taken || catalogue(call)?.item(code).is_ok() {
        return Err(CenterError::About(Code::ItemKnown, code.to_owned()));
    }
    let category = Category::ALL.iter().find(|word| word.as_str() == args.category);
    let mut card = new_card(code, &args.name, &args.department)?;
    card.category = *category.ok_or_else(|| CenterError::About(Code::BadInput, "category".into()))?;
    card.valid_from = Some(today(call));
    card.bundle = args.bundle.then(Bundle::default);
    Ok(EditorView { is_new: true, ..view_of(call, &card)? })
}

fn editor(call: &Call, code: &str) -> Result<EditorView, CenterError> {
    view_of(call, &catalogue(call)?.item(code).map_err(about)?.card)
}

fn view_of(call: &Call, card: &ItemCard) -> Result<EditorView, CenterError> {
    let sign_in = call.sign_in()?;
    let lines = call.center().store().form_lines()?;
    let here = lines.iter().filter(|line| line.item == card.code);
    Ok(EditorView {
        card: json_of(card).map_err(about)?,
        is_new: false,
        local: !sign_in.staff.scope.is_empty(),
        differs: call.center().differs_locally(sign_in, card)?,
        may_publish: sign_in.staff.role.administers(),
        published: here.map(|line| publication(call, line)).collect::<Result<_, _>>()?,
        words: words(call.language),
        scope: sign_in.staff.scope.clone(),
    })
}

fn publication(call: &Call, line: &FormLine) -> Result<PublicationLine, CenterError> {
    let sign_in = call.sign_in()?;
    Ok(PublicationLine {
        number: line.number,
        card: line.card,
        local: line.local,
        form: !line.version.is_empty(),
        version: line.version.clone(),
        again: sign_in.staff.role.administers() && line.scope == sign_in.staff.scope,
        scope: line.scope.clone(),
        published_at: line.published_at.clone(),
        published_by: line.published_by.clone(),
    })
}

/// Looks at a card, and shows the guide as it would be.
pub(super) fn check(call: &mut Call, args: CardArgs) -> Result<CardCheck, CenterError> {
    let (catalogue, text) = (catalogue(call)?, toml_of(&args.card).map_err(about)?);
    let report = check_card(&catalogue, &text);
    let told = |found: &[Finding]| -> Vec<CardFinding> {
        let findings = found.iter().map(|found| CardFinding {
            cell: found.cell.clone(),
            message: told_at_field(call.language, found),
        });
        findings.collect()
    };
    let card = ItemCard::read(&text).ok().filter(|_| report.ok);
    let preview = card.map(|card| {
        let item = catalogue.preview(card);
        guide_view(&catalogue, &item, call.language, today(call))
    });
    Ok(CardCheck { ok: report.ok, errors: told(&report.errors), warnings: told(&report.warnings), preview })
}

/// A finding in the words of a screen that shows the field by its label: the key is no word of an official.
fn told_at_field(language: Language, found: &Finding) -> String {
    match (found.code.as_str(), language) {
        ("missing_key", Language::Chinese) => "必须填写".to_owned(),
        ("missing_key", Language::English) => "has to be filled in".to_owned(),
        _ => found.message(language).to_owned(),
    }
}

/// Publishes a card as it was changed: whole for the whole center, what differs for a township.
pub(super) fn publish(call: &mut Call, args: CardArgs) -> Result<EditorView, CenterError> {
    let published = call.center().publish_change(call.sign_in()?, &toml_of(&args.card).map_err(about)?)?;
    editor(call, &published.item)
}

/// Takes the local difference away again.
pub(super) fn withdraw(call: &mut Call, args: ItemArgs) -> Result<EditorView, CenterError> {
    call.center().publish_local(call.sign_in()?, &args.code, "")?;
    editor(call, &args.code)
}

/// Publishes again what was published once.
pub(super) fn again(call: &mut Call, args: AgainArgs) -> Result<EditorView, CenterError> {
    let published = call.center().publish_again(call.sign_in()?, args.number)?;
    editor(call, &published.item)
}

/// The calendar that holds.
pub(super) fn calendar(call: &mut Call, _: Nothing) -> Result<CalendarView, CenterError> {
    calendar_view(call)
}

/// Publishes a calendar.
pub(super) fn publish_calendar(call: &mut Call, args: CalendarArgs) -> Result<CalendarView, CenterError> {
    if let Err(problem) = workday::Calendar::from_json(&args.text) {
        return Err(CenterError::About(Code::CalendarBroken, calendar_words(call.language, &problem)));
    }
    call.center().publish_workdays(call.sign_in()?, &args.text)?;
    calendar_view(call)
}

/// What is wrong with a calendar, for whoever chose the file.
fn calendar_words(language: Language, problem: &CalendarProblem) -> String {
    if language == Language::English {
        return problem.to_string();
    }
    match problem {
        CalendarProblem::TooLarge { .. } => "文件太大，不像工作日历。".to_owned(),
        CalendarProblem::Unreadable(problem) => {
            format!("第 {} 行第 {} 个字符处读不下去。", problem.line(), problem.column())
        }
        CalendarProblem::Empty => "文件里没有一个年份。".to_owned(),
        CalendarProblem::NotAYear => "有一处年份不是四位数字。".to_owned(),
        CalendarProblem::WrongYear { year, date } => format!("{date} 列在了 {year} 年下面。"),
        CalendarProblem::Miscounted { year, stated, counted } => {
            format!("{year} 年写明工作日 {stated} 天，按所列日子算是 {counted} 天。")
        }
    }
}

/// Publishes an earlier calendar again.
pub(super) fn calendar_again(call: &mut Call, args: AgainArgs) -> Result<CalendarView, CenterError> {
    let published = call.center().publish_again(call.sign_in()?, args.number)?;
    if published.item != WORKDAYS {
        return Err(Code::ItemUnknown.into());
    }
    calendar_view(call)
}

fn calendar_view(call: &Call) -> Result<CalendarView, CenterError> {
    let catalogue = catalogue(call)?;
    let days = catalogue.calendar();
    let years: BTreeSet<i32> = days.years().collect();
    let lines = call.center().store().form_lines()?;
    let here = lines.iter().filter(|line| line.item == WORKDAYS);
    Ok(CalendarView {
        years: years.into_iter().rev().map(|year| year_of(days, year)).collect(),
        local_days_off: days.local_days_off().map(|day| day.to_string()).collect(),
        published: here.map(|line| publication(call, line)).collect::<Result<_, _>>()?,
        text: days.to_json().map_err(|_| CenterError::Coded(Code::Internal))?,
    })
}

fn year_of(days: &workday::Calendar, year: i32) -> CalendarYear {
    let weekend = |day: &&NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let texts = |days: Vec<&NaiveDate>| days.into_iter().map(ToString::to_string).collect();
    let of_year = |day: &&NaiveDate| day.year() == year;
    CalendarYear {
        year,
        workdays: days.workdays_in(year),
        days_off: texts(days.days_off().iter().filter(of_year).filter(|day| !weekend(day)).collect()),
        makeup_days: texts(days.makeup_days().iter().filter(of_year).collect()),
    }
}

/// The words that a card chooses from, in one language.
fn words(language: Language) -> Vec<CardWords> {
    macro_rules! of {
        ($($key:literal $kind:ident),+ $(,)?) => {
            vec![$(CardWords {
                key: $key.to_owned(),
                words: $kind::ALL
                    .iter()
                    .map(|word| GuideWord { word: word.as_str().to_owned(), text: word.say(language).to_owned() })
                    .collect(),
            }),+]
        };
    }
    of![
        "category" Category, "level" Level, "authority" Authority, "tags" Tag, "service_ways" ServiceWay,
        "certainty" Certainty, "day_kind" DayKind, "limit_from" LimitFrom, "paper_kind" PaperKind, "obtained" Obtained, "by" Actor,
        "cycle" CycleKind, "counter" Counter, "roll_of" RollOf,
        "open_as" OpenAs,
    ]
}
