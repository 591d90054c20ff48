//! The contract in TypeScript, written from the declarations: what passes, and every JSON route.

use super::routes::shapes;
use bangban_model::typescript::Script;

/// The file `ui/src/shared/bindings/console.ts`.
pub fn typescript() -> String {
    let mut script = Script::new("crates/center/src/console/routes.rs");
    for shape in shapes() {
        (shape.declare)(&mut script);
        let (args, reply) = ((shape.args)(&script), (shape.reply)(&script));
        script.command(&format!("'{}'", shape.path), &[], args, reply);
    }
    script.add::<bangban_model::Code>();
    script.end("Routes")
}
