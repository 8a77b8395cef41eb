//! The usage of all customers, for the invoice.

mod difference;
mod snapshot;
mod take;

pub use difference::{BillingChange, BillingDifference};
pub use snapshot::{BillingLine, BillingSnapshot};
