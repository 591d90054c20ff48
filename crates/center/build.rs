//! The console's pages are compiled into the program: they have to be built before it.

use std::path::Path;

fn main() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist/center");
    println!("cargo::rerun-if-changed={}", pages.display());
    if !pages.join("index.html").is_file() {
        println!("cargo::error=ui/dist/center/index.html is missing: run scripts/build-ui first");
        std::process::exit(1);
    }
}
