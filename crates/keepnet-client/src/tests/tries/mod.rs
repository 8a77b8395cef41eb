//! How long a call lasts: tries, time limits, and what is seen of it meanwhile.

mod budget;
mod in_flight;
mod may_have_acted;
mod observer;
mod progress;
mod retry;
mod timeouts;
