//! Signing in at the console: name and password in, a token out; the token stands for a while (rule S2: one incarnation
//! a sign-in).

use crate::center::Center;
use crate::error::CenterError;
use crate::password;
use crate::staff::SignIn;
use crate::store::staffing::{KeptPassword, NewSession, TryLimit};
use bangban_keys::{Zeroizing, random_bytes};
use bangban_model::{Code, Digest, IncarnationId, planted};
use chrono::TimeDelta;
use uuid::Uuid;

/// After so many wrong tries a name is closed for so long, whether or not anybody has it.
pub const TRY_LIMIT: TryLimit = TryLimit { tries: 5, minutes: 5 };
/// A sign-in ends after so many minutes without use, unless the center is told otherwise.
pub const IDLE_MINUTES: u32 = 30;
/// And after so many hours in any case.
const LONGEST_HOURS: i64 = 12;
/// Its last use is kept to so many seconds.
const TOUCH_SECONDS: i64 = 60;

/// The secret that a browser holds. Only its hash is kept.
pub type SessionToken = Zeroizing<String>;

/// Somebody signed in at the console.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who, and under which incarnation.
    pub sign_in: SignIn,
    /// SHA-256 of the token.
    pub token_hash: Digest,
    /// Whether a new password has to be chosen first.
    pub must_change: bool,
}

fn hash_of(token: &str) -> Digest {
    Digest::of_parts(&[b"bangban/console-token/1", token.as_bytes()])
}

impl Center {
    /// Signs in with a name (or id) and a password. Wrong names, wrong passwords and closed accounts answer alike, in
    /// like time; `LockedOut` carries the minutes to wait.
    pub fn sign_in_with_password(
        &self,
        named: &str,
        password: &str,
    ) -> Result<(SessionToken, Session), CenterError> {
        let now = self.now();
        if let Some(minutes) = self.store().count_try(named, TRY_LIMIT, now)? {
            return Err(CenterError::About(Code::LockedOut, minutes.to_string()));
        }
        let mut candidates = self.store().candidates(named)?;
        // A name that two have says nobody: they sign in by their ids.
        let candidate = if candidates.len() == 1 { candidates.pop() } else { None };
        let kept = candidate.as_ref().and_then(|candidate| candidate.phc.as_deref());
        let fits = password::fits(password, kept)? || (planted::out("any_password") && candidate.is_some());
        let Some(candidate) = candidate.filter(|_| fits) else { return Err(Code::WrongPassword.into()) };
        self.store().forget_tries(named)?;
        let token = Zeroizing::new(data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>()?));
        let session = NewSession {
            token_hash: hash_of(&token),
            staff: candidate.member.id,
            life: IncarnationId(Uuid::new_v4()),
            now,
        };
        self.store().begin_session(&session, now - TimeDelta::hours(LONGEST_HOURS))?;
        tracing::info!(staff = %candidate.member.id, life = %session.life, "signed in at the console");
        let kept = self.store().session(session.token_hash)?.ok_or(Code::NotSignedIn)?;
        let sign_in = SignIn { staff: kept.member, life: kept.life };
        Ok((token, Session { sign_in, token_hash: session.token_hash, must_change: kept.must_change }))
    }

    /// Who this token stands for. `active` says that a person did something: it moves the limit of idleness.
    pub fn session(&self, token: &str, idle_minutes: u32, active: bool) -> Result<Session, CenterError> {
        let token_hash = hash_of(token);
        let kept = self.store().session(token_hash)?.ok_or(Code::NotSignedIn)?;
        let now = self.now();
        let idle = now - kept.seen_at >= TimeDelta::minutes(i64::from(idle_minutes));
        if (idle || now - kept.begun_at >= TimeDelta::hours(LONGEST_HOURS)) && !planted::out("no_idle_limit")
        {
            self.store().end_session(token_hash)?;
            return Err(Code::NotSignedIn.into());
        }
        if active && now - kept.seen_at >= TimeDelta::seconds(TOUCH_SECONDS) {
            self.store().touch_session(token_hash, now)?;
        }
        let sign_in = SignIn { staff: kept.member, life: kept.life };
        Ok(Session { sign_in, token_hash, must_change: kept.must_change })
    }

    /// A person's own new password; their other sign-ins end.
    pub fn change_password(&self, session: &Session, old: &str, new: &str) -> Result<(), CenterError> {
        let staff = &session.sign_in.staff;
        if let Some(minutes) = self.store().count_try(&staff.id.to_string(), TRY_LIMIT, self.now())? {
            return Err(CenterError::About(Code::LockedOut, minutes.to_string()));
        }
        let candidate = self.store().candidates(&staff.id.to_string())?.pop();
        let kept = candidate.and_then(|candidate| candidate.phc);
        if !password::fits(old, kept.as_deref())? {
            return Err(Code::WrongPassword.into());
        }
        if old == new {
            return Err(Code::WeakPassword.into());
        }
        let password = KeptPassword { phc: password::hash(new, &staff.name)?, must_change: false };
        let (by, keep) = (Some(staff.id), Some(session.token_hash));
        self.store().set_password(staff.id, &password, keep, by, self.now())?;
        tracing::info!(staff = %staff.id, "password changed");
        Ok(())
    }
}
