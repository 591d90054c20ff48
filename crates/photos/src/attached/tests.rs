use super::*;
use proptest::prelude::*;

fn ole(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

fn zipped(entry: &str) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00".to_vec();
    bytes.extend([0; 8]);
    bytes.extend(u16::try_from(entry.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(entry.as_bytes());
    bytes.extend([0; 64]);
    bytes
}

fn brand(brand: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 0x18];
    bytes.extend(b"ftyp");
    bytes.extend(brand);
    bytes.resize(64, 0);
    bytes
}

fn media(bytes: &[u8]) -> Option<&'static str> {
    match kind_of(bytes)? {
        Attached::Picture => Some("picture"),
        Attached::File(kind) => Some(kind.media),
    }
}

#[test]
fn files_are_known_by_their_bytes() {
    let opus = [b"OggS".as_slice(), &[0; 24], b"OpusHead", &[0; 8]].concat();
    let webm = [&[0x1a, 0x45, 0xdf, 0xa3], b"\x42\x82\x84webm".as_slice(), &[0; 300]].concat();
    let saved = encoding_rs::GB18030.encode("姓名,电话\n何平,\n").0;
    for (bytes, expected) in [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3".to_vec(), "application/pdf"),
        (ole("WordDocument"), "application/msword"),
        (ole("Workbook"), "application/vnd.ms-excel"),
        (ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("姓名,电话\n何平,\n".into(), "text/plain"),
        (saved.into_owned(), "text/plain"),
        (b"BMI,22\n".to_vec(), "text/plain"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00".to_vec(), "audio/mpeg"),
        (brand(b"M4A "), "audio/m4a"),
        (vec![0xff, 0xf1, 0x50, 0x80, 0, 0x1f, 0xfc], "audio/aac"),
        (b"#!AMR\n\x3c\x00\x00\x00\x00\x00".to_vec(), "audio/amr"),
        (b"OggS\x00\x02\x00\x00".to_vec(), "audio/ogg"),
        (opus, "audio/opus"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ".to_vec(), "audio/x-wav"),
        (b"fLaC\x00\x00\x00\x22".to_vec(), "audio/x-flac"),
        (brand(b"isom"), "video/mp4"),
        (brand(b"3gp4"), "video/3gpp"),
        (webm, "video/webm"),
        (brand(b"qt  "), "video/quicktime"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec(), "picture"),
    ] {
        assert_eq!(media(&bytes), Some(expected));
    }
}

#[test]
fn the_newer_documents_are_told_apart_from_other_archives() {
    let office = |folder: &str| {
        let rest = zipped(folder);
        [zipped("[Content_Types].xml"), zipped("_rels/.rels"), zipped("docProps/app.xml"), rest].concat()
    };
    assert!(media(&office("word/document.xml")).unwrap().ends_with("wordprocessingml.document"));
    assert!(media(&office("xl/workbook.xml")).unwrap().ends_with("spreadsheetml.sheet"));
    assert!(media(&office("ppt/presentation.xml")).unwrap().ends_with("presentationml.presentation"));
    assert_eq!(media(&zipped("anything.txt")), None, "an archive may hold whatever");
    let program = [office("word/document.xml"), zipped("word/vbaProject.bin")].concat();
    assert_eq!(media(&program), None, "a document with a program in it");
}

#[test]
fn programs_pages_and_the_unknown_are_nothing_to_take_in() {
    for bytes in [
        b"MZ\x90\x00\x03\x00\x00\x00\x04".as_slice(),
        b"\x7fELF\x02\x01\x01\x00\x00\x00",
        b"#!/bin/sh\nrm -rf /\n",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<html><body>",
        b"<?xml version=\"1.0\"?><svg/>",
        &ole("SomethingElse"),
        b"plain\x00text",
        b"",
        &[0xff; 40],
    ] {
        assert_eq!(kind_of(bytes), None, "{:?}", &bytes[..bytes.len().min(12)]);
    }
}

#[test]
fn a_name_ends_as_what_the_file_is_and_leads_into_no_folder() {
    let pdf = known("application/pdf").unwrap();
    for (name, expected) in [
        ("残疾证明.pdf", "残疾证明.pdf"),
        ("SCAN.PDF", "SCAN.PDF"),
        ("C:\\Users\\me\\证明.pdf", "证明.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("report.exe", "report.exe.pdf"),
        ("a\u{202e}fdp.exe", "afdp.exe.pdf"),
        ("a\r\nb\".pdf", "ab.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
    ] {
        assert_eq!(fitting_name(name, &pdf), expected);
    }
    assert_eq!(fitting_picture_name("证书.HEIC.png", b"RIFF"), "证书.HEIC.webp");
    assert!(fitting_name(&"很".repeat(400), &pdf).chars().count() <= MAX_NAME_CHARS + 4);
}

proptest! {
    #[test]
    fn whatever_comes_is_looked_at_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..600), name in ".*") {
        if let Some(Attached::File(kind)) = kind_of(&bytes) {
            let name = fitting_name(&name, &kind);
            prop_assert!(!name.contains(['/', '\\', '\n', '"']) && name.len() > 3);
        }
    }
}
