//! Which column of a staff list fills which field.

mod mapper;
mod mapping;

pub use mapper::Mapper;
pub use mapping::{MappedColumn, Mapping};
