//! TypeScript from the types that cross to a screen: one file, every type once, in the order of their names.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::{Config, TS, TypeVisitor};

/// A script under way.
pub struct Script {
    source: &'static str,
    config: Config,
    commands: String,
    types: BTreeMap<String, String>,
    seen: BTreeSet<TypeId>,
}

impl Script {
    /// A script made from this file.
    #[must_use]
    pub fn new(source: &'static str) -> Script {
        Script {
            source,
            config: Config::default().with_large_int("number"),
            commands: String::new(),
            types: BTreeMap::new(),
            seen: BTreeSet::new(),
        }
    }

    /// A type written out in place.
    #[must_use]
    pub fn inline<T: TS>(&self) -> String {
        let inline = T::inline(&self.config);
        if inline.trim() == "{  }" || inline.trim().is_empty() {
            "Record<string, never>".to_owned()
        } else {
            inline
        }
    }

    /// A type by its name.
    #[must_use]
    pub fn name<T: TS>(&self) -> String {
        T::name(&self.config)
    }

    /// One command more; its name as a TypeScript key.
    pub fn command(&mut self, name: &str, docs: &[&str], arguments: String, answer: String) {
        let doc = docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        if !doc.is_empty() {
            self.commands.push_str(&format!("  /** {doc} */\n"));
        }
        self.commands.push_str(&format!("  {name}: {{ args: {arguments}; reply: {answer} }}\n"));
    }

    /// A type and everything it names.
    pub fn add<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only types that a program's own file declares have an output path; the others are written out where they stand.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declared = T::decl(&self.config);
            let docs = if docs.is_empty() { String::new() } else { format!("{}\n", docs.trim_end()) };
            self.types.insert(T::ident(&self.config), compact(&format!("{docs}export {declared}\n")));
        }
        self.add_inner::<T>();
    }

    /// Everything that a type names, without the type itself.
    pub fn add_inner<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_dependencies(self);
        T::visit_generics(self);
    }

    /// The whole file.
    #[must_use]
    pub fn end(self, interface: &str) -> String {
        let types = self.types.into_values().collect::<Vec<_>>().join("\n");
        format!(
            "// Made from {}: do not change it here.\n\n{types}\nexport interface {interface} {{\n{}}}\n",
            self.source, self.commands
        )
    }
}

/// Comments of one line on one line, and no blank at the end of one.
fn compact(declared: &str) -> String {
    declared.replace("/**\n * ", "/** ").replace("\n */\n", " */\n").replace(" \n", "\n")
}

impl TypeVisitor for Script {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}
