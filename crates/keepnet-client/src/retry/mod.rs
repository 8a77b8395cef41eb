//! How often, how fast and how many at once: the policy, the shared budget and the limit on
//! requests in flight.

mod budget;
mod outcome;
mod permits;
mod policy;
mod retry_after;

pub use permits::Concurrency;
pub use policy::RetryPolicy;

pub(crate) use budget::{PaidRetry, RetryBudget};
pub(crate) use outcome::{Outcome, status_may_have_acted};
pub(crate) use permits::Permits;
pub(crate) use retry_after::retry_after;
