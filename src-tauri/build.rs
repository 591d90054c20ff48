//! Embeds the screens, and names the only two commands that they may call.

fn main() {
    let screens = std::path::Path::new("../ui/dist/village/index.html");
    println!("cargo::rerun-if-changed={}", screens.display());
    if !screens.exists() {
        println!("cargo::error=the screens are not built: run scripts/build-ui");
        return;
    }
    let manifest = tauri_build::AppManifest::new().commands(&["call", "choose"]);
    if let Err(problem) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={problem:#}");
    }
}
