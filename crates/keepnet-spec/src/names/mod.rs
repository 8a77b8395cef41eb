//! The names of operations and schemas: chosen once by rule, then pinned in `names.lock`.

mod dotnet;
mod lock;
mod operation_shape;
mod operations;
mod schemas;
mod words;

pub(crate) use dotnet::TypeName;
pub use lock::NamesLock;
pub(crate) use operation_shape::OperationShape;
pub(crate) use operations::choose_operation_names;
pub(crate) use schemas::{HOISTED, SchemaNames, short_name};
