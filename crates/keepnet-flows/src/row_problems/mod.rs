//! The problems that the service reports about rows.

mod personal_values;
mod service_problem;

pub(crate) use service_problem::{ServiceProblem, sort_by_row};
