//! 口令、帮代办员 and 恢复码 at the command line.

use crate::args::Agent;
use crate::print::Printer;
use crate::run::{Done, ask_new_pin, ask_pin};
use bangban_desk::keys::{self, KeyState};
use bangban_desk::sign_in::Door;
use bangban_desk::{Desk, DeskError};
use bangban_model::Code;
use bangban_model::ids::AgentId;
use serde_json::json;
use std::process::ExitCode;

/// Changes the PIN of who signed in.
pub(crate) fn change_pin(desk: &Desk, out: &Printer) -> Done {
    // She opened the ledger with it a moment ago; a person at a terminal types it once more.
    let present = ask_pin(out, "pin.present")?;
    keys::change_pin(desk, &present, &ask_new_pin(out)?)?;
    out.show(&json!({"changed": true}), |words| vec![words.say("pin.changed", &[])]);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn run_agent(desk: &Desk, out: &Printer, verb: Agent) -> Done {
    match verb {
        Agent::List => {}
        Agent::Add { name } => {
            keys::add_agent(desk, &name, &ask_new_pin(out)?)?;
        }
        Agent::Remove { agent } => keys::remove_agent(desk, agent_of(&keys::key_state(desk)?, &agent)?)?,
    }
    let state = keys::key_state(desk)?;
    out.show(&state, |words| {
        let mut lines: Vec<String> = state
            .agents
            .iter()
            .map(|line| {
                let key = if line.is_me { "agent.me" } else { "agent.line" };
                words.say(key, &[("name", &line.agent.name), ("id", &line.agent.id.to_string())])
            })
            .collect();
        let numbers = state.recovery_numbers.join("、");
        lines.push(match (state.escrow_deposited, numbers.is_empty()) {
            (true, false) => words.say("agent.recoverable", &[("numbers", &numbers)]),
            _ => words.say("agent.not_recoverable", &[]),
        });
        if !state.has_keyring {
            lines.push(words.say("agent.no_keyring", &[]));
        }
        if state.is_rotating {
            lines.push(words.say("agent.rotating", &[]));
        }
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn agent_of(state: &KeyState, said: &str) -> Result<AgentId, DeskError> {
    let known = state.agents.iter().map(|line| &line.agent);
    let mut fitting = known.filter(|agent| agent.name == said || agent.id.to_string() == said);
    match (fitting.next(), fitting.next()) {
        (Some(agent), None) => Ok(agent.id),
        _ => Err(Code::AgentUnknown.into()),
    }
}

/// Gets in with a recovery code that the township read out.
pub(crate) fn recover(door: &Door, out: &Printer, code: &str, name: Option<&str>) -> Done {
    let agents = door.recovery_agents(code)?;
    let agent = match (name, agents.as_slice()) {
        (None, [only]) => only,
        (Some(name), _) => agents
            .iter()
            .find(|agent| agent.name == name || agent.id.to_string() == name)
            .ok_or(Code::AgentUnknown)?,
        _ => return Err(DeskError::new(Code::AgentUnknown).with("agents", agents.len())),
    };
    door.recover(code, agent.id, &ask_new_pin(out)?)?;
    out.show(&json!({"agent": agent.id, "recovered": true}), |words| {
        vec![words.say("recover.done", &[("name", &agent.name)])]
    });
    Ok(ExitCode::SUCCESS)
}
