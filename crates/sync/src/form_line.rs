//! A published form on its way to a laptop: by network and in receipt files alike.

use crate::signed::{Signed, Statement, StatementProblem};
use bangban_keys::{SigningKey, VerifyingKey};
use bangban_model::Digest;
use bangban_model::published_form::{FormFiles, PublishedForm};
use data_encoding::BASE64_NOPAD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The center's word that it published a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormNote {
    /// The center.
    pub center: Uuid,
    /// 1, 2, 3 … at this center.
    pub number: u64,
    /// The item's code.
    pub item: String,
    /// Where it holds: a division code prefix, empty for every village.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The item's card as TOML, where it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// What differs here from the item's card, as TOML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// The form's version, as its settings say.
    pub version: String,
    /// Digest of its files.
    pub digest: Digest,
    /// The center's clock.
    pub published_at: String,
}

impl Statement for FormNote {
    const CONTEXT: &'static str = "bangban/form/1";
}

/// A published form on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormLine {
    /// What it is.
    pub note: Signed<FormNote>,
    /// The workbook, base64.
    pub workbook: String,
    /// The files it reads by name, base64.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attachments: BTreeMap<String, String>,
}

impl FormLine {
    /// The line of a form.
    pub fn of(form: &PublishedForm, center: Uuid, key: &SigningKey) -> Result<Self, StatementProblem> {
        let note = FormNote {
            center,
            number: form.number,
            item: form.item.clone(),
            scope: form.scope.clone(),
            card: form.card.clone(),
            local: form.local.clone(),
            version: form.version.clone(),
            digest: form.files.digest(),
            published_at: form.published_at.clone(),
        };
        let text = |bytes: &Vec<u8>| BASE64_NOPAD.encode(bytes);
        Ok(FormLine {
            note: Signed::sign(&note, key)?,
            workbook: text(&form.files.workbook),
            attachments: form
                .files
                .attachments
                .iter()
                .map(|(name, file)| (name.clone(), text(file)))
                .collect(),
        })
    }

    /// The form, once the center's signature and the digest of its files hold.
    pub fn verified(self, center: Uuid, key: &VerifyingKey) -> Option<PublishedForm> {
        let note = self.note.verify(key).ok().filter(|note| note.center == center)?;
        let bytes = |text: &String| BASE64_NOPAD.decode(text.as_bytes()).ok();
        let mut attachments = BTreeMap::new();
        for (name, file) in &self.attachments {
            attachments.insert(name.clone(), bytes(file)?);
        }
        let files = FormFiles { workbook: bytes(&self.workbook)?, attachments };
        let holds = files.digest() == note.digest && files.fits();
        holds.then_some(PublishedForm {
            number: note.number,
            item: note.item,
            scope: note.scope,
            card: note.card,
            local: note.local,
            version: note.version,
            files,
            published_at: note.published_at,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_is_believed_only_whole_and_from_its_center() {
        let key = SigningKey::random().unwrap();
        let center = Uuid::from_u128(1);
        let form = PublishedForm {
            number: 3,
            item: "GAOLING".into(),
            scope: "420703".into(),
            card: None,
            local: Some("deciding_body = '乡镇'".into()),
            version: "2".into(),
            files: FormFiles {
                workbook: b"a workbook".to_vec(),
                attachments: [("a.csv".into(), b"name\n".to_vec())].into(),
            },
            published_at: "2026-11-26T09:00:00+08:00".into(),
        };
        let line = FormLine::of(&form, center, &key).unwrap();
        let verifying = key.verifying_key();
        assert_eq!(line.clone().verified(center, &verifying), Some(form));
        assert_eq!(line.clone().verified(Uuid::from_u128(2), &verifying), None, "another center's");
        let other = SigningKey::random().unwrap().verifying_key();
        assert_eq!(line.clone().verified(center, &other), None, "another key's");
        let mut changed = line.clone();
        changed.workbook = BASE64_NOPAD.encode(b"another workbook");
        assert_eq!(changed.verified(center, &verifying), None, "another workbook");
        let mut renamed = line;
        let file = renamed.attachments.remove("a.csv").unwrap();
        renamed.attachments.insert("b.csv".into(), file);
        assert_eq!(renamed.verified(center, &verifying), None, "another name");
    }
}
