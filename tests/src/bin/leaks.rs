//! `leaks FOLDER…`: whether texts stand in plain in any file of these folders, however they are written. The texts come as a
//! JSON list on standard input; where one stood is told by its number in the list alone.

use bangban_tests::harness::canary::Canaries;
use serde_json::json;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let texts: Vec<String> = serde_json::from_reader(std::io::stdin())?;
    let canaries = Canaries::new(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let (mut bytes, mut seen) = (0, Vec::new());
    for folder in std::env::args().skip(1).filter(|word| word != "--json") {
        bytes += canaries.in_folder(Path::new(&folder), &mut seen);
    }
    let seen: Vec<_> = seen
        .iter()
        .map(|one| json!({"place": one.place, "text": one.canary, "written": one.written}))
        .collect();
    println!("{}", json!({"bytes": bytes, "seen": seen}));
    Ok(())
}
