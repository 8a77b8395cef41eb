//! The contract: its operations, made-up responses, and the validation of requests and responses.

#[cfg(feature = "contract")]
mod deviations;
mod document;
mod example;
mod exchange;
mod recorder;
#[cfg(feature = "contract")]
mod report;
mod request_field;
#[cfg(feature = "contract")]
mod schema;
mod service_operation;
#[cfg(feature = "contract")]
mod violation;

pub(crate) use example::{ExampleBody, ExampleResponse};
pub(crate) use exchange::Exchange;
pub(crate) use recorder::{ContractRecorder, ContractSettings};
#[cfg(feature = "contract")]
pub use report::ContractReport;
pub use request_field::{FieldPlace, RequestField, request_fields};
pub(crate) use service_operation::ServiceOperation;
pub use service_operation::UnknownOperation;
#[cfg(feature = "contract")]
pub use violation::{Direction, Violation};
