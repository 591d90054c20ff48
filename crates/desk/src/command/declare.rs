//! How commands are declared: one line gives registration, arguments, answer and TypeScript.

/// Declares the commands: `name { argument: Type } -> Answer = |call, arguments| …;`
macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $name:ident { $($argument:ident: $kind:ty),* } -> $answer:ty = $act:expr; )+) => {
        /// The name of every command.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// The arguments of every command.
        mod arguments {
            $(pub mod $name {
                #[allow(unused_imports)]
                use super::super::*;
                #[derive(serde::Deserialize, ts_rs::TS)]
                #[serde(deny_unknown_fields)]
                #[allow(missing_docs)]
                pub struct Arguments { $(pub $argument: $kind),* }
            })+
        }

        /// Does what the command of this name says.
        ///
        /// # Errors
        /// What the command answers; `BadInput` for a name or arguments that no screen of this program sends.
        pub fn call(call: &Call<'_>, name: &str, arguments: Value) -> Result<Value, DeskError> {
            match name {
                $(stringify!($name) => {
                    let act: fn(&Call<'_>, arguments::$name::Arguments) -> Result<$answer, DeskError> = $act;
                    let arguments = serde_json::from_value(arguments)
                        .map_err(|_| DeskError::new(Code::BadInput).with("path", name))?;
                    let answer = act(call, arguments)?;
                    if RECORDING.contains(&name) {
                        call.office.wake();
                    }
                    call.office.copy_soon();
                    serde_json::to_value(answer).map_err(|_| Code::Internal.into())
                })+
                _ => Err(DeskError::new(Code::BadInput).with("path", "command")),
            }
        }

        /// The commands as TypeScript: an interface of arguments and answers, and every type they name.
        #[must_use]
        pub fn typescript() -> String {
            let mut script = bangban_model::typescript::Script::new("crates/desk/src/command.rs");
            $(script.command(
                stringify!($name), &[$($doc),+],
                script.inline::<arguments::$name::Arguments>(), script.name::<$answer>());
              script.add_inner::<arguments::$name::Arguments>();
              script.add::<$answer>();)+
            script.add::<Event>();
            script.add::<ChosenFile>();
            script.end("Commands")
        }
    };
}
