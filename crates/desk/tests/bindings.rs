//! The screen's types are those of the commands: the committed file is what the list says now.

use std::path::Path;

#[test]
fn the_committed_bindings_are_those_of_the_list_of_commands() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/shared/bindings/desk.ts");
    let now = bangban_desk::command::typescript();
    if std::env::var_os("BANGBAN_WRITE_BINDINGS").is_some() {
        std::fs::write(&file, &now).expect("written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == now,
        "ui/src/shared/bindings/desk.ts is old: run this test with BANGBAN_WRITE_BINDINGS=1"
    );
}
