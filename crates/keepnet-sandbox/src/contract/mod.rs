//! The contract: the names of its operations, and the validation of requests and responses.

#[cfg(feature = "contract")]
mod deviations;
mod exchange;
mod operation_names;
mod recorder;
#[cfg(feature = "contract")]
mod report;
#[cfg(feature = "contract")]
mod schema;
#[cfg(feature = "contract")]
mod violation;

pub(crate) use exchange::Exchange;
pub(crate) use operation_names::operation_names;
pub(crate) use recorder::ContractRecorder;
#[cfg(feature = "contract")]
pub use report::ContractReport;
#[cfg(feature = "contract")]
pub use violation::{Direction, Violation};
