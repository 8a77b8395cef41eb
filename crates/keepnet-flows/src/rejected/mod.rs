//! Rows that were not accepted, and what is wrong with them.

mod row;
pub(crate) mod row_values;

pub(crate) use row::{in_order, problem, service_problem};
