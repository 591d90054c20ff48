//! Sealing: only the holder of the opening key reads this. The bytes are plain age v1, so that a township can open
//! them with the age program as well.

use crate::KeyError;
use age::secrecy::ExposeSecret;
use age::x25519;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read, Write};
use std::iter;
use zeroize::Zeroizing;

const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";

/// A header sealed to one key takes some 300 to 700 bytes. A longer one is refused before age, which parses it again
/// for every line, sees it.
const MAX_HEADER_BYTES: u64 = 8 * 1024;

/// Public keys with which every shared secret is zero (sign bit cleared): age ends the process on one of them, so a
/// key from a stranger must not get that far. Source: the points of small order of Curve25519 and its twist.
const SMALL_ORDER: [[u8; 32]; 7] = [
    little_endian(0, 0, 0),
    little_endian(1, 0, 0),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    little_endian(0xec, 0xff, 0x7f),
    little_endian(0xed, 0xff, 0x7f),
    little_endian(0xee, 0xff, 0x7f),
];

const fn little_endian(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// The secret key that opens what was sealed to its public half; wiped from memory when dropped.
#[derive(Clone)]
pub struct OpeningKey(x25519::Identity);

impl OpeningKey {
    /// A new key from the system's randomness.
    pub fn random() -> Self {
        Self(x25519::Identity::generate())
    }

    /// The key that [`OpeningKey::to_secret_text`] gave; blanks around it are dropped.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        text.trim().parse().map(Self).map_err(|_| KeyError::BadKey)
    }

    /// "AGE-SECRET-KEY-1…", to be kept in an encrypted or an offline place.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The public half.
    pub fn sealing_key(&self) -> SealingKey {
        SealingKey(self.0.to_public().to_string())
    }

    /// Opens what [`SealingKey::seal`] gave.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut plain = Vec::new();
        open_from(self, sealed)?.read_to_end(&mut plain)?;
        Ok(plain)
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningKey(…)")
    }
}

/// A public key to seal to, "age1…"; a string in JSON.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SealingKey(String);

impl SealingKey {
    /// Reads "age1…"; refuses what is no X25519 key, or one that everybody can open.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let recipient: x25519::Recipient = text.trim().parse().map_err(|_| KeyError::BadKey)?;
        let spelling = recipient.to_string();
        let (_, mut bytes) = bech32::decode(&spelling).map_err(|_| KeyError::BadKey)?;
        if let Some(last) = bytes.last_mut() {
            *last &= 0x7f;
        }
        if SMALL_ORDER.iter().any(|point| point.as_slice() == bytes) {
            return Err(KeyError::BadKey);
        }
        Ok(Self(spelling))
    }

    /// "age1…".
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seals these bytes; the result is some 250 to 700 bytes longer.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut writer = seal_to(self, Vec::with_capacity(plain.len() + 1024))?;
        writer.write_all(plain)?;
        writer.finish()
    }
}

impl TryFrom<String> for SealingKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::parse(&text)
    }
}

impl From<SealingKey> for String {
    fn from(key: SealingKey) -> Self {
        key.0
    }
}

impl fmt::Display for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.0)
    }
}

/// Seals a stream: what is written goes to `output` sealed. Without [`SealWriter::finish`] the result is damaged.
pub fn seal_to<W: Write>(key: &SealingKey, output: W) -> Result<SealWriter<W>, KeyError> {
    let recipient: x25519::Recipient = key.0.parse().map_err(|_| KeyError::BadKey)?;
    let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .map_err(|_| KeyError::BadKey)?;
    Ok(SealWriter(encryptor.wrap_output(output)?))
}

/// What [`seal_to`] gives to write to.
#[must_use = "a sealed stream that is not finished cannot be opened"]
pub struct SealWriter<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> SealWriter<W> {
    /// Writes the sealed end and gives the output back.
    pub fn finish(self) -> Result<W, KeyError> {
        Ok(self.0.finish()?)
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Opens a sealed stream. Every 64 KiB read are genuine and in their place, but only the end of the stream proves
/// that nothing is missing after them: act on nothing before a read has returned 0.
///
/// Errors while reading are [`io::Error`]s that carry a [`KeyError`]; `KeyError::from` takes it out.
pub fn open_from<R: Read>(key: &OpeningKey, sealed: R) -> Result<OpenReader<R>, KeyError> {
    let mut sealed = BufReader::new(sealed);
    let header = read_header(&mut sealed)?;
    let decryptor = age::Decryptor::new_buffered(Cursor::new(header).chain(sealed)).map_err(sort_error)?;
    let reader = decryptor.decrypt(iter::once(&key.0 as &dyn age::Identity)).map_err(sort_error)?;
    Ok(OpenReader(reader))
}

/// What [`open_from`] gives to read from.
pub struct OpenReader<R: Read>(age::stream::StreamReader<Chain<Cursor<Vec<u8>>, BufReader<R>>>);

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        self.0.read(into).map_err(|error| match sort_io_error(error) {
            KeyError::Io(kind) => kind.into(),
            key_error => key_error.into(),
        })
    }
}

/// Reads up to and with the line that ends an age header.
fn read_header(sealed: &mut impl BufRead) -> Result<Vec<u8>, KeyError> {
    let mut header = Vec::new();
    loop {
        let start = header.len();
        let left = MAX_HEADER_BYTES.saturating_sub(start as u64);
        sealed.take(left).read_until(b'\n', &mut header)?;
        let line = header.get(start..).unwrap_or_default();
        if !line.ends_with(b"\n") || (start == 0 && line != FIRST_LINE) {
            return Err(KeyError::Damaged);
        }
        if line.starts_with(b"---") {
            return Ok(header);
        }
    }
}

fn sort_error(error: age::DecryptError) -> KeyError {
    match error {
        age::DecryptError::NoMatchingKeys => KeyError::NotForThisKey,
        age::DecryptError::Io(error) => sort_io_error(error),
        _ => KeyError::Damaged,
    }
}

/// age reports damage in the same type as a failing disk; the kind tells them apart.
fn sort_io_error(error: io::Error) -> KeyError {
    match KeyError::from(error) {
        KeyError::Io(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => KeyError::Damaged,
        other => other,
    }
}

#[cfg(test)]
mod tests;
