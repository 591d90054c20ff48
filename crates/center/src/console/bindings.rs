//! The contract in TypeScript, written from the declarations: what passes, and every JSON route.

use super::routes::shapes;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use ts_rs::{Config, TS, TypeVisitor};

/// TypeScript declarations by name.
pub struct Declarations {
    config: Config,
    known: BTreeMap<String, String>,
}

impl Declarations {
    fn new() -> Self {
        // Counts and times in milliseconds fit into a browser's numbers.
        Declarations { config: Config::new().with_large_int("number"), known: BTreeMap::new() }
    }

    /// Declares a type with a name of its own, and all that it names.
    pub(super) fn add<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.known.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            let declaration = on_one_line(&format!("{docs}export {}", T::decl(&self.config)));
            self.known.insert(name, declaration);
        }
        self.needs_of::<T>();
    }

    /// Declares what a type names, without the type itself.
    fn needs_of<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// Puts comments of one line onto one line.
fn on_one_line(declaration: &str) -> String {
    declaration
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */")
        .replace("{ \n", "{\n")
        .replace(", \n", ",\n")
}

/// The file `ui/src/shared/bindings/console.ts`.
pub fn typescript() -> String {
    let mut declarations = Declarations::new();
    let mut routes = String::new();
    for shape in shapes() {
        (shape.declare)(&mut declarations);
        let (args, reply) = ((shape.args)(&declarations.config), (shape.reply)(&declarations.config));
        let _ = writeln!(routes, "  '{}': {{ args: {args}; reply: {reply} }}", shape.path);
    }
    declarations.add::<super::message::Uploaded>();
    declarations.add::<bangban_model::Code>();
    let mut text = String::from(
        "// Written from the declarations of crates/center/src/console: do not edit. BANGBAN_WRITE_BINDINGS=1 writes it anew.\n\n",
    );
    for declaration in declarations.known.values() {
        let _ = writeln!(text, "{declaration}");
    }
    let _ = write!(text, "\n/** POST /api/<noun>/<verb> */\nexport interface Routes {{\n{routes}}}\n");
    text
}
