//! The container of Excel workbooks before 2007 (and of protected ones since): finds the one stream that matters, and
//! builds a new, sound container around it, so that no parser has to follow a stranger's chains of sectors.

use crate::SheetError;

/// What every such container begins with.
pub(crate) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const BROKEN: SheetError = SheetError::Broken { part: "container of the xls workbook" };
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const FAT_SECTOR: u32 = 0xFFFF_FFFD;
const MINI_SECTOR_BYTES: usize = 64;

/// Streams shorter than this lie in the mini stream.
const MINI_BELOW_BYTES: usize = 4096;

/// Sector size of the containers built here.
const NEW_SECTOR_BYTES: usize = 4096;

/// Takes the workbook stream out of a container.
pub(crate) fn find_workbook(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    let container = Container::open(bytes).ok_or(BROKEN)?;
    if container.find("EncryptedPackage").is_some() {
        return Err(SheetError::Encrypted);
    }
    // A Word document or an e-mail is such a container too.
    let entry =
        container.find("Workbook").or_else(|| container.find("Book")).ok_or(SheetError::NotAWorkbook)?;
    container.stream(entry).ok_or(BROKEN)
}

struct Entry {
    name: String,
    start: u32,
    len: usize,
}

struct Container<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    fat: Vec<u32>,
    entries: Vec<Entry>,
    mini_fat: Vec<u32>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector_bytes = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut container =
            Container { bytes, sector_bytes, fat: Vec::new(), entries: Vec::new(), mini_fat: Vec::new() };
        let mut fat_sectors: Vec<u32> = numbers(bytes.get(76..512)?).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut left = bytes.len() / sector_bytes;
        while next < FAT_SECTOR && left > 0 {
            let sector = container.sector(next)?;
            let mut listed: Vec<u32> = numbers(sector).collect();
            next = listed.pop()?;
            fat_sectors.append(&mut listed);
            left -= 1;
        }
        // There cannot be more sectors of the table than sectors, whatever is listed how often.
        let most = bytes.len() / sector_bytes + 1;
        for id in fat_sectors.into_iter().filter(|id| *id < FAT_SECTOR).take(most) {
            let sector = container.sector(id)?;
            container.fat.extend(numbers(sector));
        }
        let directory = container.chain(u32_at(bytes, 48)?, usize::MAX)?;
        container.entries = directory.as_chunks::<128>().0.iter().filter_map(Entry::read).collect();
        if u32_at(bytes, 64)? > 0 {
            container.mini_fat = numbers(&container.chain(u32_at(bytes, 60)?, usize::MAX)?).collect();
        }
        Some(container)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector_bytes)?;
        // The last sector of a file may be short.
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let mut chain = Vec::new();
        let mut id = start;
        while id != END_OF_CHAIN && chain.len() < len {
            chain.extend_from_slice(self.sector(id)?);
            // A chain that is longer than the file goes in circles.
            if chain.len() > self.bytes.len() {
                return None;
            }
            id = *self.fat.get(id as usize)?;
        }
        chain.truncate(len);
        (len == usize::MAX || chain.len() == len).then_some(chain)
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        if entry.len >= MINI_BELOW_BYTES {
            return self.chain(entry.start, entry.len);
        }
        let root = self.entries.first()?;
        let mini = self.chain(root.start, root.len)?;
        let mut stream = Vec::new();
        let mut id = entry.start;
        while stream.len() < entry.len {
            let start = (id as usize).checked_mul(MINI_SECTOR_BYTES)?;
            stream.extend_from_slice(mini.get(start..start.checked_add(MINI_SECTOR_BYTES)?)?);
            id = self.mini_fat.get(id as usize).copied().unwrap_or(END_OF_CHAIN);
        }
        stream.truncate(entry.len);
        Some(stream)
    }
}

impl Entry {
    fn read(entry: &[u8; 128]) -> Option<Entry> {
        let units = entry.get(..64)?.as_chunks::<2>().0.iter().map(|two| u16::from_le_bytes(*two));
        let name = char::decode_utf16(units.take_while(|unit| *unit != 0))
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect();
        Some(Entry { name, start: u32_at(entry, 116)?, len: u32_at(entry, 120)? as usize })
    }
}

/// Builds a container that holds nothing but a workbook stream. Its length must be below 400 MB.
pub(crate) fn wrap_workbook(mut stream: Vec<u8>) -> Vec<u8> {
    let sectors = stream.len().div_ceil(NEW_SECTOR_BYTES).max(1);
    stream.resize(sectors * NEW_SECTOR_BYTES, 0);
    let per_sector = NEW_SECTOR_BYTES / 4;
    // The table has an entry for each sector: its own, the directory's one, and the stream's.
    let mut fat_sectors = 1;
    while fat_sectors * per_sector < fat_sectors + 1 + sectors {
        fat_sectors += 1;
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(FREE);
    let mut header = vec![0_u8; NEW_SECTOR_BYTES];
    let mut write = |at: usize, bytes: &[u8]| {
        if let Some(place) = header.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    write(0, SIGNATURE);
    write(24, &[0x3E, 0, 4, 0, 0xFE, 0xFF, 12, 0, 6, 0]);
    write(44, &number(fat_sectors).to_le_bytes());
    write(48, &number(fat_sectors).to_le_bytes());
    write(56, &number(MINI_BELOW_BYTES).to_le_bytes());
    write(60, &END_OF_CHAIN.to_le_bytes());
    write(68, &END_OF_CHAIN.to_le_bytes());
    for listed in 0..109 {
        let id = if listed < fat_sectors { number(listed) } else { FREE };
        write(76 + listed * 4, &id.to_le_bytes());
    }
    let mut fat: Vec<u32> = vec![FAT_SECTOR; fat_sectors];
    fat.push(END_OF_CHAIN);
    fat.extend((1..sectors).map(|n| number(fat_sectors + 1 + n)));
    fat.push(END_OF_CHAIN);
    fat.resize(fat_sectors * per_sector, FREE);
    let mut directory = entry("Root Entry", 5, 0, 0);
    directory.extend(entry("Workbook", 2, number(fat_sectors + 1), stream.len()));
    directory.resize(NEW_SECTOR_BYTES, 0);
    let fat: Vec<u8> = fat.into_iter().flat_map(u32::to_le_bytes).collect();
    [header, fat, directory, stream].concat()
}

fn entry(name: &str, kind: u8, start: u32, len: usize) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_bytes = u8::try_from(entry.len() + 2).unwrap_or(64);
    entry.resize(64, 0);
    entry.extend([name_bytes, 0, kind, 1]);
    entry.extend([0xFF; 12]);
    entry.resize(116, 0);
    entry.extend(start.to_le_bytes());
    entry.extend((len as u64).to_le_bytes());
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_is_found_again() {
        for len in [1, 4095, 4096, 4097, 5_000_000] {
            let stream: Vec<u8> = (0..len).map(|n: usize| (n % 251) as u8).collect();
            let found = find_workbook(&wrap_workbook(stream.clone())).unwrap();
            assert_eq!(&found[..len], &stream);
            assert!(found[len..].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn a_container_of_something_else_is_no_workbook_and_a_cut_one_is_broken() {
        let mut other = wrap_workbook(vec![7; 9000]);
        let at = other.windows(4).position(|name| name == b"W\0o\0").unwrap();
        other[at] = b'X';
        assert_eq!(find_workbook(&other), Err(SheetError::NotAWorkbook));
        let whole = wrap_workbook(vec![7; 9000]);
        for len in (8..whole.len()).step_by(97) {
            assert!(find_workbook(&whole[..len]).is_err(), "cut at {len}");
        }
    }

    #[test]
    fn a_protected_workbook_is_called_so() {
        let mut protected = wrap_workbook(vec![7; 9000]);
        let at = protected.windows(4).position(|name| name == b"W\0o\0").unwrap();
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        protected[at..at + name.len()].copy_from_slice(&name);
        assert_eq!(find_workbook(&protected), Err(SheetError::Encrypted));
    }
}
