//! Companies, their settings, and many of them.

mod administration;
mod companies;
mod fleet;
mod fleet_seed;
