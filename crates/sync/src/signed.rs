//! A statement with its signature, over the exact text that was signed.

use bangban_keys::{Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::marker::PhantomData;

/// What can be signed; the context keeps a signature on one from being taken for another.
pub trait Statement: Serialize + DeserializeOwned {
    /// The domain of the signature.
    const CONTEXT: &'static str;
}

/// A statement as it was signed: its exact JSON, and the Ed25519 signature over context and JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Signed<T> {
    /// The exact JSON text.
    pub text: String,
    /// The signature over it.
    pub signature: Signature,
    #[serde(skip)]
    statement: PhantomData<fn() -> T>,
}

/// Why a signed statement is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementProblem {
    /// The signature is not by this key.
    #[error("the signature does not hold")]
    BadSignature,
    /// The text is not the statement it should be.
    #[error("the statement cannot be read")]
    Unreadable,
}

impl<T: Statement> Signed<T> {
    /// Signs a statement.
    pub fn sign(statement: &T, key: &SigningKey) -> Result<Self, StatementProblem> {
        let text = serde_json::to_string(statement).map_err(|_| StatementProblem::Unreadable)?;
        let signature = key.sign(T::CONTEXT, text.as_bytes());
        Ok(Signed { text, signature, statement: PhantomData })
    }

    /// The statement, if this key signed it.
    pub fn verify(&self, key: &VerifyingKey) -> Result<T, StatementProblem> {
        key.verify(T::CONTEXT, self.text.as_bytes(), &self.signature)
            .map_err(|_| StatementProblem::BadSignature)?;
        self.unverified()
    }

    /// The statement before its signature was looked at: only to find out whose key to verify with.
    pub fn unverified(&self) -> Result<T, StatementProblem> {
        serde_json::from_str(&self.text).map_err(|_| StatementProblem::Unreadable)
    }
}
