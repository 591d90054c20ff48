//! The identifiers of the ledger. Each is a type of its own, so that none is taken for another.

use crate::digest::Digest;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok($name(Uuid::parse_str(text)?))
            }
        }
    };
}

uuid_id! {
    /// An entry: UUIDv7, made where it is written.
    EntryId
}
uuid_id! {
    /// One unbroken life of a ledger file.
    IncarnationId
}
uuid_id! {
    /// What an entry is about: a resident, household, visit, case …
    SubjectId
}
uuid_id! {
    /// Entries that were written together and are judged whole.
    RecordId
}
uuid_id! {
    /// A helper agent.
    AgentId
}
uuid_id! {
    /// A staff member of the center.
    StaffId
}

/// The district's key for deriving the ids of residents and households; received at enrolment.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DistrictKey(pub Digest);

impl fmt::Debug for DistrictKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DistrictKey")
    }
}

impl SubjectId {
    /// Rule E5: the same person or household in the same stream has the same id on every laptop.
    ///
    /// `noun` keeps residents and households apart; `number` is the normalised identity number or 户号.
    pub fn derive(key: &DistrictKey, stream: &StreamId, noun: &str, number: &str) -> Self {
        // HMAC takes a key of any length, so this cannot fail; the fallback keeps the function total.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0.0) else {
            return SubjectId(Uuid::nil());
        };
        for part in [noun, stream.as_str(), number] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        let tag = mac.finalize().into_bytes();
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&tag[..16]);
        SubjectId(Uuid::new_v8(bytes))
    }
}

/// A stream: all entries of one village, named by its 12-digit division code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct StreamId(String);

impl StreamId {
    /// The stream of the village with this 12-digit code, if it is one.
    pub fn parse(code: &str) -> Option<Self> {
        (code.len() == 12 && code.bytes().all(|b| b.is_ascii_digit())).then(|| StreamId(code.to_owned()))
    }

    /// The 12-digit division code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        StreamId::parse(&text).ok_or_else(|| serde::de::Error::custom("not a 12-digit village code"))
    }
}

/// Who wrote an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A helper agent on a laptop.
    Agent(AgentId),
    /// A staff member at the center.
    Staff(StaffId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Agent(id) => write!(f, "agent:{id}"),
            Actor::Staff(id) => write!(f, "staff:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            Some(("agent", id)) => Ok(Actor::Agent(id.parse().map_err(|_| ())?)),
            Some(("staff", id)) => Ok(Actor::Staff(id.parse().map_err(|_| ())?)),
            _ => Err(()),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("neither an agent nor a staff member"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e5_the_same_number_in_the_same_village_is_the_same_person_and_nowhere_else() {
        let key = DistrictKey(Digest::of(b"district"));
        let village = StreamId::parse("420703200209").expect("a village");
        let other = StreamId::parse("420703200210").expect("a village");
        let id = SubjectId::derive(&key, &village, "resident", "42070419480315002X");
        assert_eq!(id, SubjectId::derive(&key, &village, "resident", "42070419480315002X"));
        assert_eq!(id.0.get_version_num(), 8);
        assert_ne!(id, SubjectId::derive(&key, &other, "resident", "42070419480315002X"));
        assert_ne!(id, SubjectId::derive(&key, &village, "household", "42070419480315002X"));
        let elsewhere = DistrictKey(Digest::of(b"another district"));
        assert_ne!(id, SubjectId::derive(&elsewhere, &village, "resident", "42070419480315002X"));
    }
}
