//! The console's pages are compiled into the program: they have to be built before it.

use std::path::PathBuf;

fn main() {
    // Asked as it runs: checkouts that share a target folder share the compiled script too.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let pages = here.join("../../ui/dist/center");
    println!("cargo::rerun-if-changed={}", pages.display());
    if !pages.join("index.html").is_file() {
        println!("cargo::error=ui/dist/center/index.html is missing: run scripts/build-ui first");
        std::process::exit(1);
    }
}
