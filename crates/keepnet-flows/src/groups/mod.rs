//! The target groups of a company, and those that imported people join.

mod create;
mod edit;
mod find;
mod group;
mod membership;

pub use group::Group;
pub(crate) use membership::{Membership, find_groups};
