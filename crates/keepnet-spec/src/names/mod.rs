//! The names of operations and schemas: chosen by rule once, pinned for ever.

pub(crate) mod dotnet;
pub(crate) mod lock;
pub(crate) mod operations;
pub(crate) mod schemas;
mod words;
