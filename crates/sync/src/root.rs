//! The root of a center: a signing key that stays offline and says which keys are the center's (rule K3).

use crate::messages::CenterIdentity;
use crate::signed::{Signed, Statement, StatementProblem};
use bangban_keys::{SealingKey, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the root says of a center's keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterKeys {
    /// The center.
    pub center: Uuid,
    /// Signs its receipts and stream heads.
    pub verifying_key: VerifyingKey,
    /// The township's offline key.
    pub escrow_key: SealingKey,
}

impl Statement for CenterKeys {
    const CONTEXT: &'static str = "bangban/center-keys/1";
}

/// The root's public half, and its word on the center's keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Verifies what the root signed.
    pub key: VerifyingKey,
    /// Which keys are the center's.
    pub certificate: Signed<CenterKeys>,
}

impl Root {
    /// Certifies a center's keys.
    pub fn certify(root: &SigningKey, keys: &CenterKeys) -> Result<Self, StatementProblem> {
        Ok(Root { key: root.verifying_key(), certificate: Signed::sign(keys, root)? })
    }
}

impl CenterIdentity {
    /// Whether its root certified exactly these keys; without a root nothing is certified.
    pub fn is_certified(&self) -> bool {
        let keys = CenterKeys {
            center: self.id,
            verifying_key: self.verifying_key,
            escrow_key: self.escrow_key.clone(),
        };
        self.root
            .as_ref()
            .is_some_and(|root| root.certificate.verify(&root.key).is_ok_and(|said| said == keys))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bangban_keys::OpeningKey;

    #[test]
    fn k3_only_keys_that_the_root_certified_are_the_centers() {
        let root = SigningKey::random().unwrap();
        let keys = CenterKeys {
            center: Uuid::from_u128(7),
            verifying_key: SigningKey::random().unwrap().verifying_key(),
            escrow_key: OpeningKey::random().sealing_key(),
        };
        let identity = CenterIdentity {
            id: keys.center,
            name: "临江乡".into(),
            verifying_key: keys.verifying_key,
            batch_key: OpeningKey::random().sealing_key(),
            escrow_key: keys.escrow_key.clone(),
            root: Some(Root::certify(&root, &keys).unwrap()),
        };
        assert!(identity.is_certified());
        let stranger = Root::certify(&SigningKey::random().unwrap(), &keys).unwrap();
        let swapped = Root { key: root.verifying_key(), ..stranger };
        for changed in [
            CenterIdentity { root: None, ..identity.clone() },
            CenterIdentity { root: Some(swapped), ..identity.clone() },
            CenterIdentity { id: Uuid::from_u128(8), ..identity.clone() },
            CenterIdentity { escrow_key: OpeningKey::random().sealing_key(), ..identity.clone() },
            CenterIdentity { verifying_key: root.verifying_key(), ..identity.clone() },
        ] {
            assert!(!changed.is_certified());
        }
    }
}
