//! 登记簿: what agents of the township's villages wrote into registers.

use super::api::Call;
use super::label::village;
use super::message::{
    LineAnswer, LinePhoto, Nothing, RegisterArgs, RegisterLine, RegisterPart, RegisteredLine,
};
use crate::error::CenterError;
use crate::form::answers_of;
use bangban_catalogue::form_screen::speak;
use bangban_catalogue::register_view::{LineColumn, columns_of, questions_of, title_of, told_of};
use bangban_catalogue::{Item, Register};
use bangban_forms::Session;
use bangban_ledger::line_list::LineQuery;
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::line::{SEALED, line_of, written_late};
use bangban_model::photo::{PHOTO_PREFIX, PhotoField};
use bangban_model::roll::roll_of;
use bangban_model::{Actor, Code, Digest};
use chrono::Datelike;
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// At most so many lines are shown at once.
const MOST_LINES: u32 = 200;

/// The registers, with how much was written into each in scope.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<RegisterLine>, CenterError> {
    let (scope, today) = (call.scope()?.to_owned(), shanghai_day(call.center().now()));
    let catalogue = call.center().catalogue_in(&scope)?;
    let mut lines = Vec::new();
    for item in catalogue.registers() {
        let card = item.card.in_language(call.language);
        let all = LineQuery { register: card.code.clone(), scope: scope.clone(), ..LineQuery::default() };
        let month = LineQuery { from: today.with_day(1), to: Some(today), ..all.clone() };
        lines.push(RegisterLine {
            lines: call.center().store().lines_in(&all)?.1,
            this_month: call.center().store().lines_in(&month)?.1,
            code: card.code,
            name: card.name,
            about: card.agent_does,
        });
    }
    lines.sort_by_key(|line| (line.lines == 0, line.code.clone()));
    Ok(lines)
}

fn register_of(item: &Item) -> Result<&Register, CenterError> {
    item.card.register.as_ref().ok_or_else(|| Code::LineUnknown.into())
}

/// A part of a register's lines, the newest day first.
pub(super) fn lines(call: &mut Call, args: RegisterArgs) -> Result<RegisterPart, CenterError> {
    let scope = call.scope()?.to_owned();
    let catalogue = call.center().catalogue_in(&scope)?;
    let item = catalogue.item(&args.register).map_err(|problem| problem.code())?;
    let register = register_of(&item)?;
    let form = item.form().map_err(|problem| problem.code())?;
    let questions = questions_of(form, call.language);
    let columns = columns_of(&questions, &register.columns);
    let query = LineQuery {
        register: item.card.code.clone(),
        text: args.text,
        scope,
        stream: args.village,
        from: args.from,
        to: args.to,
        open: args.open,
        offset: args.offset.into(),
        limit: args.limit.min(MOST_LINES),
    };
    let (found, total) = call.center().store().lines_in(&query)?;
    let writers: Vec<Actor> = found.iter().filter_map(writer_of).collect();
    let names = call.center().store().names_of(&writers)?;
    let shown = Shown { item: &item, register, questions: &questions, columns: &columns, names: &names };
    let lines = found.iter().map(|document| shown.line(call, document)).collect::<Result<_, _>>()?;
    Ok(RegisterPart { total, columns, lines })
}

/// A line's answers; those of one that was sealed for the township are opened here, and nowhere else.
fn read(call: &Call, document: &Document) -> BTreeMap<String, String> {
    let Some(sealed) = document.value(SEALED).and_then(Value::as_str) else { return answers_of(document) };
    let sealed = BASE64.decode(sealed.as_bytes()).ok();
    let plain = sealed.and_then(|sealed| call.center().opening().open(&sealed).ok());
    plain.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_default()
}

fn writer_of(document: &Document) -> Option<Actor> {
    document.history.first().map(|line| line.by)
}

struct Shown<'a> {
    item: &'a Item,
    register: &'a Register,
    questions: &'a [LineColumn],
    columns: &'a [LineColumn],
    names: &'a BTreeMap<Actor, String>,
}

impl Shown<'_> {
    fn line(&self, call: &Call, document: &Document) -> Result<RegisteredLine, CenterError> {
        let line = line_of(document).ok_or(Code::LineUnknown)?;
        let form = self.item.form_of(line.form).map_err(|problem| problem.code())?;
        let stream = document.stream.as_str();
        let context = call.center().catalogue_in(stream)?.context_at(call.center().now());
        let mut session = Session::resume(form, &context, &read(call, document));
        speak(&mut session, call.language);
        let told = told_of(&session);
        let say = |name: &str| told.get(name).cloned().unwrap_or_default();
        let answers = self
            .questions
            .iter()
            .map(|question| LineAnswer { label: question.label.clone(), told: say(&question.name) });
        let here = call.center().store().verified_photos_of(document.subject)?;
        let photos = document.under(PHOTO_PREFIX).filter_map(|(digest, value)| {
            let digest = Digest::parse(digest).filter(|digest| here.contains(digest))?;
            let field = PhotoField::deserialize(value).ok()?;
            let thumb = field.thumb.filter(|thumb| here.contains(thumb)).map(|thumb| thumb.to_string());
            Some(LinePhoto { digest: digest.to_string(), width: field.width, height: field.height, thumb })
        });
        let first = document.history.first();
        Ok(RegisteredLine {
            id: document.subject,
            day: line.day,
            late: written_late(document),
            title: title_of(&self.register.title, &told),
            cells: self.columns.iter().map(|column| say(&column.name)).collect(),
            answers: answers.filter(|answer| !answer.told.is_empty()).collect(),
            photos: photos.collect(),
            village: village(call, stream),
            by: first.and_then(|line| self.names.get(&line.by)).cloned().unwrap_or_default(),
            received_at: first.and_then(|line| line.received_at.clone()),
            open: line.todo.is_some(),
            void: line.void.to_owned(),
            on_roll: roll_of(document).len() as u64,
        })
    }
}
