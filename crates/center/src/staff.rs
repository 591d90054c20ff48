//! Staff: who works at the center, in which role, for which villages.

use crate::center::Center;
use crate::error::CenterError;
use crate::password;
use crate::store::staffing::KeptPassword;
use bangban_model::ids::StaffId;
use bangban_model::{Code, IncarnationId};
use std::str::FromStr;
use uuid::Uuid;

/// What a staff member may do. One person never both accepts and confirms one case, whatever the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 受理: imports, accepts, returns, settles quarantine.
    Acceptor,
    /// 审核: confirms.
    Confirmer,
    /// 领导: looks on.
    Leader,
    /// 管理员: settles quarantine, adds staff and laptops; decides no case.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Role::Acceptor, Role::Confirmer, Role::Leader, Role::Admin];

    /// As stored, typed and shown in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Acceptor => "acceptor",
            Role::Confirmer => "confirmer",
            Role::Leader => "leader",
            Role::Admin => "admin",
        }
    }

    /// Whether the role imports, accepts and returns.
    pub fn accepts(self) -> bool {
        self == Role::Acceptor
    }

    /// Whether the role confirms.
    pub fn confirms(self) -> bool {
        self == Role::Confirmer
    }

    /// Whether the role adds staff and laptops.
    pub fn administers(self) -> bool {
        self == Role::Admin
    }

    /// Whether the role looks over what staff did.
    pub fn oversees(self) -> bool {
        matches!(self, Role::Leader | Role::Admin)
    }

    /// Whether the role erases what is known of somebody.
    pub fn erases(self) -> bool {
        self == Role::Admin
    }

    /// Whether the role settles what stands in quarantine or behind a gap.
    pub fn settles(self) -> bool {
        matches!(self, Role::Acceptor | Role::Admin)
    }
}

impl FromStr for Role {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(Code::BadInput)
    }
}

/// A staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// For good.
    pub id: StaffId,
    /// As the screen shows them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// A division code prefix: what lies outside is not seen.
    pub scope: String,
}

/// A staff member at work: one incarnation of the center's own per sign-in (rule S2).
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub staff: StaffMember,
    /// Under which incarnation this sign-in writes.
    pub life: IncarnationId,
}

/// A division code prefix has 2, 4, 6, 9 or 12 digits; an empty one is the whole center.
pub fn is_scope(text: &str) -> bool {
    matches!(text.len(), 0 | 2 | 4 | 6 | 9 | 12) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A password that somebody else gives.
pub struct FirstPassword<'a> {
    /// The password.
    pub password: &'a str,
    /// Whether it has to be changed at the first sign-in.
    pub must_change: bool,
}

impl FirstPassword<'_> {
    fn keep(&self, name: &str) -> Result<KeptPassword, CenterError> {
        Ok(KeptPassword { phc: password::hash(self.password, name)?, must_change: self.must_change })
    }
}

fn new_member(name: &str, role: Role, scope: &str) -> Result<StaffMember, CenterError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(CenterError::About(Code::BadInput, "name".into()));
    }
    if !is_scope(scope) {
        return Err(CenterError::About(Code::BadInput, "scope".into()));
    }
    Ok(StaffMember { id: StaffId(Uuid::new_v4()), name: name.to_owned(), role, scope: scope.to_owned() })
}

impl Center {
    /// Adds a staff member who acts at the machine alone.
    pub fn add_staff(&self, name: &str, role: Role, scope: &str) -> Result<StaffMember, CenterError> {
        let member = new_member(name, role, scope)?;
        self.store().add_staff(&member, None, None, self.now())?;
        Ok(member)
    }

    /// Adds a staff member who may sign in at the console. The name has to be one that nobody else at work has.
    pub fn engage_staff(
        &self,
        name: &str,
        role: Role,
        scope: &str,
        first: &FirstPassword<'_>,
    ) -> Result<StaffMember, CenterError> {
        self.engage_staff_by(None, name, role, scope, first)
    }

    /// The same, done by this staff member.
    pub fn engage_staff_by(
        &self,
        by: Option<StaffId>,
        name: &str,
        role: Role,
        scope: &str,
        first: &FirstPassword<'_>,
    ) -> Result<StaffMember, CenterError> {
        let member = new_member(name, role, scope)?;
        if self.store().staff()?.iter().any(|other| other.name == member.name) {
            return Err(Code::NameTaken.into());
        }
        self.store().add_staff(&member, Some(&first.keep(&member.name)?), by, self.now())?;
        Ok(member)
    }

    /// Gives a staff member, named as for [`Center::sign_in`], a new password. Their sign-ins end.
    pub fn give_password(
        &self,
        by: Option<StaffId>,
        named: &str,
        first: &FirstPassword<'_>,
    ) -> Result<StaffMember, CenterError> {
        let member = self.sign_in(named)?.staff;
        self.store().set_password(member.id, &first.keep(&member.name)?, None, by, self.now())?;
        tracing::info!(staff = %member.id, "password given");
        Ok(member)
    }

    /// A staff member, named as for [`Center::sign_in`], leaves; the name stays in the history.
    pub fn close_staff(&self, by: Option<StaffId>, named: &str) -> Result<StaffMember, CenterError> {
        let member = self.sign_in(named)?.staff;
        self.store().close_staff(member.id, by, self.now())?;
        tracing::info!(staff = %member.id, "staff member left");
        Ok(member)
    }

    /// Signs a staff member in, named by id or by a name that only one of them has.
    pub fn sign_in(&self, named: &str) -> Result<SignIn, CenterError> {
        let everyone = self.store().staff()?;
        let id = named.parse::<Uuid>().ok();
        let mut found =
            everyone.into_iter().filter(|member| Some(member.id.0) == id || member.name == named.trim());
        match (found.next(), found.next()) {
            (Some(staff), None) => Ok(SignIn { staff, life: IncarnationId(Uuid::new_v4()) }),
            _ => Err(CenterError::Coded(Code::StaffUnknown)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_both_accepts_and_confirms() {
        for role in Role::ALL {
            assert!(!(role.accepts() && role.confirms()), "{}", role.as_str());
            assert_eq!(role.as_str().parse::<Role>(), Ok(role));
        }
    }

    #[test]
    fn a_scope_is_a_prefix_that_ends_where_a_level_of_division_ends() {
        for scope in ["", "42", "4207", "420703", "420703200", "420703200209"] {
            assert!(is_scope(scope), "{scope}");
        }
        for wrong in ["4", "42070320", "4207032002091", "42070a", "%"] {
            assert!(!is_scope(wrong), "{wrong}");
        }
    }
}
