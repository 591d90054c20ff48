//! 表单: a workbook is brought, looked at, tried, published. Trying keeps nothing here: the browser hands back what was given.

use super::api::{Call, Right, refuse};
use super::gate::{Gate, session_of};
use super::message::{
    BringArgs, FormCheck, FormFinding, FormTrial, FormsView, ItemForm, Nothing, PublishArgs, PublishedLine,
    TrialAct, TrialGiven, TrialProblem, TrialValue, TryArgs,
};
use crate::error::CenterError;
use crate::form::{FormOrder, item_code};
use crate::store::forming::FormDraft;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bangban_catalogue::form_screen::{fields_of, message_of, repeats_of, speak};
use bangban_catalogue::{CatalogueError, Item};
use bangban_forms::{Form, FormError, Kind, Session};
use bangban_model::published_form::FormFiles;
use bangban_model::words::Language;
use bangban_model::{Code, Digest};
use data_encoding::BASE64;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The longest name of a file, in characters.
const MAX_NAME_CHARS: usize = 120;

/// The forms in use, and what was published.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<FormsView, CenterError> {
    view(call)
}

fn view(call: &Call) -> Result<FormsView, CenterError> {
    let catalogue = call.center().catalogue_in(call.scope()?)?;
    let lines = call.center().store().form_lines()?;
    let named = |code: &str| {
        let item = catalogue.item(code).ok();
        item.map_or_else(|| code.to_owned(), |item| item.card.in_language(call.language).short_name)
    };
    let items = catalogue.all().map(|item| {
        let published = lines.iter().find(|line| line.item == item.card.code);
        item_form(call.language, item, published.map(|line| line.published_at.clone()))
    });
    Ok(FormsView {
        items: items.collect(),
        published: lines
            .iter()
            .map(|line| PublishedLine {
                number: line.number,
                name: named(&line.item),
                item: line.item.clone(),
                version: line.version.clone(),
                published_at: line.published_at.clone(),
                published_by: line.published_by.clone(),
            })
            .collect(),
    })
}

fn item_form(language: Language, item: &Item, published_at: Option<String>) -> ItemForm {
    let card = item.card.in_language(language);
    let form = item.form().ok();
    ItemForm {
        code: card.code,
        name: card.name,
        department: card.department,
        title: form.map(|form| form.title().to_owned()).unwrap_or_default(),
        version: form.map(|form| form.version().to_owned()).unwrap_or_default(),
        questions: form.map_or(0, Form::questions),
        published_at,
    }
}

/// Looks at a workbook; one without mistakes is kept for a while, to be tried and published.
pub(super) fn bring(call: &mut Call, args: BringArgs) -> Result<FormCheck, CenterError> {
    let files = files_of(&args)?;
    let form = match Form::read_with(&files.workbook, &files.attachments) {
        Ok(form) => form,
        Err(problems) => return Ok(broken(call.language, &files, &problems)),
    };
    // After the form's own check, which names the file that is too large.
    if !files.fits() {
        return Err(Code::FormTooLarge.into());
    }
    let draft = FormDraft {
        id: Uuid::now_v7(),
        staff: call.sign_in()?.staff.id,
        name: args.name.chars().take(MAX_NAME_CHARS).collect(),
        files,
    };
    call.center().store().keep_form_draft(&draft, call.center().now())?;
    let item = item_code("", &form);
    let missing = form.shown().iter().filter(|name| !holds(&draft.files, name)).cloned().collect();
    let known = call.center().catalogue_in(call.scope()?)?.item(&item).ok();
    let newest = known.as_ref().and_then(|item| item.own_digest());
    Ok(FormCheck {
        draft: Some(draft.id),
        title: form.title().to_owned(),
        version: form.version().to_owned(),
        item,
        new_item: known.is_none(),
        unchanged: newest == Some(draft.files.digest()),
        questions: form.questions(),
        missing,
        errors: Vec::new(),
        warnings: form.warnings().iter().map(|found| finding(call.language, found)).collect(),
    })
}

fn holds(files: &FormFiles, name: &str) -> bool {
    files.attachments.keys().any(|known| known.eq_ignore_ascii_case(name))
}

fn files_of(args: &BringArgs) -> Result<FormFiles, CenterError> {
    let bytes = |text: &str| {
        BASE64.decode(text.as_bytes()).map_err(|_| CenterError::About(Code::BadInput, "workbook".into()))
    };
    let mut attachments = BTreeMap::new();
    for (name, text) in &args.files {
        attachments.insert(name.clone(), bytes(text)?);
    }
    Ok(FormFiles { workbook: bytes(&args.workbook)?, attachments })
}

fn broken(language: Language, files: &FormFiles, problems: &[FormError]) -> FormCheck {
    let alone = Form::read(&files.workbook).ok();
    let needed = alone.as_ref().map(|form| form.attachments().to_vec()).unwrap_or_default();
    FormCheck {
        draft: None,
        title: alone.as_ref().map(|form| form.title().to_owned()).unwrap_or_default(),
        version: alone.as_ref().map(|form| form.version().to_owned()).unwrap_or_default(),
        item: alone.as_ref().map(|form| item_code("", form)).unwrap_or_default(),
        new_item: false,
        unchanged: false,
        questions: alone.as_ref().map_or(0, Form::questions),
        missing: needed.into_iter().filter(|name| !files.attachments.contains_key(name)).collect(),
        errors: problems.iter().map(|found| finding(language, found)).collect(),
        warnings: Vec::new(),
    }
}

fn finding(language: Language, found: &FormError) -> FormFinding {
    FormFinding {
        sheet: found.sheet.clone(),
        cell: found.cell.clone(),
        message: message_of(found, language).to_owned(),
    }
}

fn brought(call: &Call, draft: Uuid) -> Result<FormDraft, CenterError> {
    let staff = call.sign_in()?.staff.id;
    call.center().store().form_draft(draft, staff)?.ok_or_else(|| Code::FileUnknown.into())
}

/// One step of filling a form in for trial, by the same session as a laptop's.
pub(super) fn try_out(call: &mut Call, args: TryArgs) -> Result<FormTrial, CenterError> {
    let files = brought(call, args.draft)?.files;
    let form = Form::read_with(&files.workbook, &files.attachments)
        .map_err(|problems| CenterError::About(Code::FormBroken, problems.len().to_string()))?;
    let context = call.center().catalogue_in(call.scope()?)?.context_at(call.center().now());
    let mut session = match args.given {
        None => Session::new(&form, &context, &BTreeMap::new()),
        Some(given) => {
            let mut values = given.aside;
            values.extend(given.answers);
            Session::resume(&form, &context, &values)
        }
    };
    speak(&mut session, call.language);
    let done = match &args.act {
        None => Ok(()),
        Some(TrialAct::Answer { path, value }) => session.answer(path, value).map(drop),
        Some(TrialAct::Add { path }) => session.add_repeat(path).map(drop),
        Some(TrialAct::Remove { path }) => session.remove_repeat(path).map(drop),
    };
    done.map_err(|_| CenterError::Coded(Code::AnswerUnknown))?;
    Ok(trial(&form, &session, &files))
}

fn trial(form: &Form, session: &Session, files: &FormFiles) -> FormTrial {
    let nodes = session.nodes();
    let label = |path: &str| {
        let node = nodes.iter().find(|node| node.path == path);
        node.map_or_else(|| path.to_owned(), |node| node.label.clone())
    };
    let computed = nodes.iter().filter(|node| node.kind == Kind::Calculate && node.relevant);
    FormTrial {
        title: form.title().to_owned(),
        given: TrialGiven { answers: session.answers(), aside: session.aside() },
        // The browser brought the files and has them still: it shows them by their names.
        form: fields_of(session, &[], None, &|name| {
            let mut named = files.attachments.keys();
            named.find(|known| known.to_lowercase() == name.to_lowercase()).cloned()
        }),
        repeats: repeats_of(session),
        problems: session
            .problems()
            .into_iter()
            .map(|problem| TrialProblem {
                label: label(&problem.path),
                path: problem.path,
                message: problem.message,
            })
            .collect(),
        computed: computed
            .map(|node| TrialValue { path: node.path.clone(), value: node.value.clone() })
            .collect(),
    }
}

/// Publishes a workbook that was brought.
pub(super) fn publish(call: &mut Call, args: PublishArgs) -> Result<FormsView, CenterError> {
    let files = brought(call, args.draft)?.files;
    let order = FormOrder { item: args.item, name: args.name, department: args.department };
    call.center().publish_form(call.sign_in()?, &order, files)?;
    view(call)
}

/// GET /api/form/media/<digest>: a picture, sound or film that some form shows beside a question.
pub(super) async fn media(
    State(gate): State<Gate>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let found = center.blocking(move |center| {
        let session = session_of(&gate, &headers)?;
        Right::Staff.check(&session)?;
        let unknown = || CenterError::About(Code::PhotoUnknown, "form".into());
        let digest = Digest::parse(&digest).ok_or_else(unknown)?;
        center.form_media(&session.sign_in.staff.scope, digest)?.ok_or_else(unknown)
    });
    match found.await {
        Ok((bytes, kind)) => {
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, "inline")], Body::from(bytes)).into_response()
        }
        Err(problem) => refuse("form/media", &problem),
    }
}

/// GET /api/form/workbook/<item>: the workbook of the form in use, for an official to change and bring back.
pub(super) async fn workbook(
    State(gate): State<Gate>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let found = center.blocking(move |center| {
        let session = session_of(&gate, &headers)?;
        Right::Staff.check(&session)?;
        let about = |problem: CatalogueError| CenterError::Coded(problem.code());
        let item = center.catalogue_in(&session.sign_in.staff.scope)?.item(&code).map_err(about)?;
        Ok((item.card.code.clone(), item.own_files().ok_or(Code::ItemHasNoForm)?.workbook.clone()))
    });
    match found.await {
        Ok((code, bytes)) => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
            let name = format!("attachment; filename=\"{code}.xlsx\"");
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], Body::from(bytes)).into_response()
        }
        Err(problem) => refuse("form/workbook", &problem),
    }
}
