//! Lists every folder under `catalogue/`: a folder that is added is an item that is added.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What a form may look values up in.
const ATTACHED: &[&str] = &["csv", "xml", "geojson"];

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder"));
    let catalogue = here.join("../../catalogue");
    println!("cargo::rerun-if-changed={}", catalogue.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut list = String::from("&[\n");
    for folder in entries(&catalogue).into_iter().filter(|path| path.join("item.toml").is_file()) {
        list.push_str("    BuiltIn {\n");
        writeln!(list, "        card: include_str!({:?}),", absolute(&folder.join("item.toml")))
            .expect("a string");
        let form = folder.join("form.xlsx");
        let bytes = |path: &Path| format!("include_bytes!({:?})", absolute(path));
        let workbook = if form.is_file() { format!("Some({})", bytes(&form)) } else { "None".to_owned() };
        writeln!(list, "        workbook: {workbook},\n        attachments: &[").expect("a string");
        for file in entries(&folder).iter().filter(|path| is_attachment(path)) {
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
            writeln!(list, "            ({name:?}, {}),", bytes(file)).expect("a string");
        }
        list.push_str("        ],\n    },\n");
    }
    list.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder to write to"));
    std::fs::write(out.join("built_in.rs"), list).expect("the list of items is written");
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder).expect("the catalogue's folder is read");
    let mut paths: Vec<PathBuf> = listed.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn absolute(path: &Path) -> String {
    let whole = path.canonicalize().expect("a file of the catalogue");
    whole.to_str().expect("a path in UTF-8").to_owned()
}

fn is_attachment(path: &Path) -> bool {
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    ATTACHED.iter().any(|known| kind.eq_ignore_ascii_case(known)) && path.is_file()
}
