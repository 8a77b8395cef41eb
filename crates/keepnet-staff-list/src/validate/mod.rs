//! Validating the rows of a staff list before anything is sent.

mod addresses;
mod column_rule;
mod full_name;
mod problem;
mod report;
mod row_values;
mod validation;
mod validator;
mod value;
mod warnings;

pub use problem::{ProblemKind, RowProblem};
pub use report::{RowCounts, ValidationReport};
pub use validation::Validation;
pub use value::{normalized_value, validate_value};
