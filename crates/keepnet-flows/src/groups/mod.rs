//! The target groups of a company, and those that imported people join.

mod list;

pub use list::Group;
pub(crate) use list::{Groups, find};
