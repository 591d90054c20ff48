//! What is sealed to the public half of a slot, and to the township's offline key.

use super::{Deposited, SEALED_CONTEXT};
use crate::{DataKey, KeyError, OpeningKey, RecoveryCode, SealingKey};
use zeroize::Zeroizing;

/// Stands before what is sealed to the offline key: five digits of the code's number, the 35 of the code, then the data
/// keys as in a slot.
const ESCROW_CONTEXT: &[u8] = b"bangban escrow 2\n";
const NUMBER_DIGITS: usize = 5;
const CODE_DIGITS: usize = 35;

pub(super) fn seal_data_keys(
    recipient: &SealingKey,
    data_key: &DataKey,
    previous: Option<&DataKey>,
) -> Result<Vec<u8>, KeyError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(SEALED_CONTEXT.len() + 64));
    plain.extend_from_slice(SEALED_CONTEXT);
    push_keys(&mut plain, data_key, previous);
    recipient.seal(&plain)
}

pub(super) fn open_data_keys(
    sealed: &[u8],
    key: &OpeningKey,
) -> Result<(DataKey, Option<DataKey>), KeyError> {
    let plain = Zeroizing::new(key.open(sealed)?);
    read_keys(plain.strip_prefix(SEALED_CONTEXT).ok_or(KeyError::Damaged)?)
}

pub(super) fn seal_escrow(
    recipient: &SealingKey,
    number: &str,
    code: &RecoveryCode,
    data_key: &DataKey,
    previous: Option<&DataKey>,
) -> Result<Vec<u8>, KeyError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(ESCROW_CONTEXT.len() + 128));
    plain.extend_from_slice(ESCROW_CONTEXT);
    plain.extend_from_slice(number.as_bytes());
    plain.extend_from_slice(code.digits());
    push_keys(&mut plain, data_key, previous);
    recipient.seal(&plain)
}

/// Opens a deposited escrow ([`super::SlotFile::escrow_sealed`]) with the township's offline key. One of before there were
/// recovery codes has the data key alone.
pub fn open_escrow(sealed: &[u8], key: &OpeningKey) -> Result<Deposited, KeyError> {
    let plain = Zeroizing::new(key.open(sealed)?);
    if let Some(keys) = plain.strip_prefix(SEALED_CONTEXT) {
        let (data_key, previous) = read_keys(keys)?;
        return Ok(Deposited { data_key, previous, recovery: None });
    }
    let rest = plain.strip_prefix(ESCROW_CONTEXT).ok_or(KeyError::Damaged)?;
    let (number, rest) = rest.split_at_checked(NUMBER_DIGITS).ok_or(KeyError::Damaged)?;
    let (code, keys) = rest.split_at_checked(CODE_DIGITS).ok_or(KeyError::Damaged)?;
    let text = |bytes: &[u8]| str::from_utf8(bytes).map(str::to_owned).map_err(|_| KeyError::Damaged);
    let code = RecoveryCode::parse(&Zeroizing::new(text(code)?)).map_err(|_| KeyError::Damaged)?;
    let (data_key, previous) = read_keys(keys)?;
    Ok(Deposited { data_key, previous, recovery: Some((text(number)?, code)) })
}

fn push_keys(plain: &mut Vec<u8>, data_key: &DataKey, previous: Option<&DataKey>) {
    plain.extend_from_slice(data_key.expose());
    if let Some(previous) = previous {
        plain.extend_from_slice(previous.expose());
    }
}

fn read_keys(bytes: &[u8]) -> Result<(DataKey, Option<DataKey>), KeyError> {
    match bytes.as_chunks::<32>() {
        ([current], []) => Ok((DataKey::from_bytes(*current), None)),
        ([current, previous], []) => {
            Ok((DataKey::from_bytes(*current), Some(DataKey::from_bytes(*previous))))
        }
        _ => Err(KeyError::Damaged),
    }
}
