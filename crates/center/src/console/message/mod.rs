//! What passes between browser and center. The TypeScript types come from these declarations.

mod batch;
mod case;
mod form;
mod office;
mod session;

pub use batch::*;
pub use case::*;
pub use form::*;
pub use office::*;
pub use session::*;
