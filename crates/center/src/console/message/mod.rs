//! What passes between browser and center. The TypeScript types come from these declarations.

mod audit;
mod batch;
mod case;
mod due_list;
mod erasure;
mod form;
mod guide;
mod office;
mod recovery;
mod register;
mod session;
mod standing;

pub use audit::*;
pub use batch::*;
pub use case::*;
pub use due_list::*;
pub use erasure::*;
pub use form::*;
pub use guide::*;
pub use office::*;
pub use recovery::*;
pub use register::*;
pub use session::*;
pub use standing::*;
