//! Injected faults: their text form, the calls that they apply to, and their effects.

mod active;
mod choice;
mod effects;
mod grammar;
mod spec;

pub(crate) use active::ActiveFaults;
pub(crate) use effects::{FaultEffects, ServiceEffects};
#[cfg(feature = "command")]
pub(crate) use grammar::GRAMMAR;
pub use grammar::InvalidFault;
pub use spec::Fault;
pub(crate) use spec::{
    BodyFault, ErrorBody, ForeignImport, ImportFault, MappingFault, Replacement, ResetPoint,
    RetryAfter,
};
