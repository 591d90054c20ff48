//! The office around the cases: quarantine, staff and their passwords, laptops, how things stand, verifying.

use super::args::{Quarantine, Staff};
use super::print::Printer;
use super::run::scope_of;
use bangban_center::password;
use bangban_center::staff::FirstPassword;
use bangban_center::store::SettleAsk;
use bangban_center::{Center, CenterError, StaffMember};
use bangban_keys::Zeroizing;
use bangban_model::body::Settling;
use bangban_model::{Code, RecordId};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use uuid::Uuid;

pub(super) fn run_quarantine(center: &Center, out: &Printer, verb: Quarantine) -> Result<(), CenterError> {
    match verb {
        Quarantine::List { staff } => {
            let records = center.store().quarantined(&scope_of(center, staff.as_deref())?)?;
            let gaps = center.store().gaps(&scope_of(center, staff.as_deref())?)?;
            let object = json!({
                "records": records.iter().map(|record| json!({
                    "record": record.record, "incarnation": record.life, "village": record.stream, "by": record.by,
                    "reason": record.reason,
                    "entries": record.entries.iter().map(|(seq, kind, subject)| json!({"seq": seq, "kind": kind, "subject": subject})).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
                "gaps": gaps.iter().map(|gap| json!({"incarnation": gap.life, "missing_from": gap.missing_from, "held": gap.held})).collect::<Vec<_>>(),
            });
            out.show(&object, || {
                if records.is_empty() && gaps.is_empty() {
                    return vec![out.say("quarantine.none", &[])];
                }
                let mut lines: Vec<String> = records
                    .iter()
                    .map(|record| {
                        let reason = serde_json::to_value(record.reason).unwrap_or_default();
                        let why = out.say(&format!("reason.{}", reason.as_str().unwrap_or_default()), &[]);
                        format!("{}  {}  {why}", record.record, record.stream)
                    })
                    .collect();
                lines.extend(gaps.iter().map(|gap| {
                    out.say(
                        "quarantine.gap",
                        &[("from", &gap.missing_from.to_string()), ("held", &gap.held.to_string())],
                    )
                }));
                lines
            });
        }
        Quarantine::Release { record, staff } => {
            let id = record
                .parse::<RecordId>()
                .map_err(|_| CenterError::About(Code::BadInput, "record".into()))?;
            let given = center.release_record(&center.sign_in(&staff)?, id)?;
            out.show(&json!({"record": record, "positioned": given}), || {
                vec![out.say("quarantine.released", &[("n", &given.to_string())])]
            });
        }
        Quarantine::Settle { record, staff, how, note } => {
            let id = record
                .parse::<RecordId>()
                .map_err(|_| CenterError::About(Code::BadInput, "record".into()))?;
            let erases = how == "erased";
            let ask = SettleAsk {
                record: id,
                how: if erases { Settling::Erased } else { Settling::SetAside },
                note: &note,
            };
            center.settle_record(&center.sign_in(&staff)?, &ask)?;
            out.show(&json!({"record": record, "how": how}), || {
                vec![out.say(if erases { "quarantine.erased" } else { "quarantine.set_aside" }, &[])]
            });
        }
        Quarantine::ReleaseGap { incarnation, staff } => {
            let life =
                incarnation.parse().map_err(|_| CenterError::About(Code::BadInput, "incarnation".into()))?;
            let given = center.release_gap(&center.sign_in(&staff)?, life)?;
            out.show(&json!({"incarnation": incarnation, "positioned": given}), || {
                vec![out.say("quarantine.released", &[("n", &given.to_string())])]
            });
        }
    }
    Ok(())
}

/// A first password: the line on standard input, or a random one that has to be changed.
fn first_password(from_stdin: bool) -> Result<(Zeroizing<String>, bool), CenterError> {
    if !from_stdin {
        return Ok((password::random()?, true));
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok((line, false))
}

pub(super) fn run_staff(center: &Center, out: &Printer, verb: Staff) -> Result<(), CenterError> {
    let mut told = None;
    let mut first = |from_stdin| {
        let (password, must_change) = first_password(from_stdin)?;
        told = must_change.then(|| password.clone());
        Ok::<_, CenterError>((password, must_change))
    };
    let shown = match verb {
        Staff::Add { name, role, scope, password_stdin } => {
            let role = role.parse().map_err(CenterError::Coded)?;
            let (password, must_change) = first(password_stdin)?;
            vec![center.engage_staff(
                &name,
                role,
                &scope,
                &FirstPassword { password: &password, must_change },
            )?]
        }
        Staff::SetPassword { staff, password_stdin } => {
            let (password, must_change) = first(password_stdin)?;
            vec![center.give_password(None, &staff, &FirstPassword { password: &password, must_change })?]
        }
        Staff::Close { staff } => vec![center.close_staff(None, &staff)?],
        Staff::List => center.store().staff()?,
    };
    let mut object = json!({"staff": shown.iter().map(|member| json!({
        "id": member.id, "name": member.name, "role": member.role.as_str(), "scope": member.scope,
    })).collect::<Vec<_>>()});
    if let Some(password) = &told {
        object["password"] = json!(password.as_str());
    }
    out.show(&object, || {
        let line = |member: &StaffMember| {
            let role = out.say(&format!("role.{}", member.role.as_str()), &[]);
            format!("{}  {}  {role}  {}", member.id, member.name, member.scope)
        };
        let mut lines: Vec<String> = shown.iter().map(line).collect();
        if let Some(password) = &told {
            lines.push(out.say("staff.first_password", &[("password", password)]));
        }
        lines
    });
    Ok(())
}

/// What a laptop would hear by network, into a file.
pub(super) fn answer_laptop(
    center: &Center,
    out: &Printer,
    laptop: Uuid,
    file: &Path,
) -> Result<(), CenterError> {
    let wanted = center.write_answer_file(laptop, file)?;
    let place = file.display().to_string();
    out.show(&json!({"file": place, "wanted": wanted}), || {
        vec![out.say("laptop.answered", &[("file", &place)])]
    });
    Ok(())
}

pub(super) fn list_laptops(center: &Center, out: &Printer) -> Result<(), CenterError> {
    let laptops = center.store().laptops_in("")?;
    let object = json!({"laptops": laptops.iter().map(|line| json!({
        "id": line.laptop.id, "incarnation": line.laptop.present_life, "villages": line.laptop.villages,
        "revoked": line.laptop.is_revoked(), "revoked_at": line.laptop.revoked_at, "enrolled_at": line.enrolled_at, "last_seen": line.last_seen,
        "skew_ms": line.skew_ms, "program": line.program, "pending_entries": line.pending_entries, "agents": line.agents,
    })).collect::<Vec<_>>()});
    out.show(&object, || {
        let villages = |line: &bangban_center::store::LaptopLine| {
            line.laptop.villages.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        };
        laptops
            .iter()
            .map(|line| {
                let seen = line.last_seen.as_deref().unwrap_or("—");
                format!("{}  {}  {}  {seen}", line.laptop.id, line.agents.join("、"), villages(line))
            })
            .collect()
    });
    Ok(())
}

pub(super) fn show_status(center: &Center, out: &Printer) -> Result<(), CenterError> {
    let counts = center.store().counts()?;
    let object = json!({
        "center": center.identity().name, "laptops": counts.laptops, "people": counts.people, "cases": counts.cases,
        "photos": counts.photos, "photos_wanted": counts.photos_wanted, "entries": counts.entries, "held": counts.held,
        "quarantined": counts.quarantined, "batches_waiting": counts.batches_waiting,
    });
    out.show(&object, || {
        let mut lines = vec![center.identity().name.clone()];
        for key in [
            "laptops",
            "people",
            "cases",
            "photos",
            "photos_wanted",
            "entries",
            "held",
            "quarantined",
            "batches_waiting",
        ] {
            lines.push(out.say(&format!("status.{key}"), &[("n", &object[key].to_string())]));
        }
        lines
    });
    Ok(())
}

pub(super) fn verify(center: &Center, out: &Printer) -> Result<ExitCode, CenterError> {
    let verified = center.verify()?;
    let object = json!({
        "entries": verified.entries, "documents": verified.documents, "photos": verified.photos,
        "findings": verified.findings.iter().map(|finding| json!({"place": finding.place, "problem": finding.problem})).collect::<Vec<_>>(),
    });
    out.show(&object, || {
        let key = if verified.findings.is_empty() { "verify.whole" } else { "verify.wrong" };
        let facts = [verified.entries, verified.photos].map(|count| count.to_string());
        let mut lines = vec![out.say(key, &[("entries", &facts[0]), ("photos", &facts[1])])];
        lines.extend(
            verified.findings.iter().map(|finding| format!("  ✗ {}  {}", finding.place, finding.problem)),
        );
        lines
    });
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
