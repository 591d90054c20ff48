//! The one door between the screens and `desk`.

use bangban_desk::command::{self, Call};
use bangban_desk::{DeskError, Office};
use bangban_model::Code;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use tauri::State;
use uuid::Uuid;

/// What the screen hears when desk cannot do what it was asked.
#[derive(Debug, Serialize)]
pub struct Refusal {
    code: Code,
    facts: Map<String, Value>,
}

impl From<DeskError> for Refusal {
    fn from(problem: DeskError) -> Self {
        tracing::info!(code = problem.code.as_str(), cause = problem.cause, "refused");
        Refusal { code: problem.code, facts: problem.facts }
    }
}

/// Does what a command of desk's list says.
#[tauri::command]
pub async fn call(
    office: State<'_, Arc<Office>>,
    command: String,
    args: Value,
    job: Option<Uuid>,
) -> Result<Value, Refusal> {
    let office = office.inner().clone();
    let done = tauri::async_runtime::spawn_blocking(move || {
        command::call(&Call { office: &office, job }, &command, args)
    });
    match done.await {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(DeskError::from(Code::Internal).into()),
    }
}
