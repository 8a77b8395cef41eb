//! How often, how fast and how many at once: the policy, the shared budget and the limit on
//! requests in flight.

mod budget;
mod limiter;
mod outcome;
mod policy;
mod retry_after;

pub use limiter::Concurrency;
pub use policy::RetryPolicy;

pub(crate) use budget::RetryBudget;
pub(crate) use limiter::{Limiters, Permit};
pub(crate) use outcome::Outcome;
pub(crate) use retry_after::retry_after;
