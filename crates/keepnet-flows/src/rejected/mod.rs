//! Rows that were not accepted, and what is wrong with them.

mod row;
pub(crate) mod row_values;

pub use row::RejectedRow;
pub(crate) use row::{in_order, of_check, problem};
