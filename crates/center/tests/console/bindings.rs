//! The TypeScript contract is the declarations'.

use bangban_center::console::bindings::typescript;
use std::path::Path;

#[test]
fn the_browser_and_the_center_have_the_same_contract() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/shared/bindings/console.ts");
    let text = typescript();
    if std::env::var_os("BANGBAN_WRITE_BINDINGS").is_some() {
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(kept == text, "the contract changed: BANGBAN_WRITE_BINDINGS=1 writes {} anew", place.display());
}
