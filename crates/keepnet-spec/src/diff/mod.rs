//! The changes between two contracts, and what they mean for callers.
//!
//! *Wire* is the impact on an existing program that talks to the new service. *Rust* is the impact on
//! an existing caller that is compiled against the new bindings; it is read from the bindings that are
//! generated for both contracts. The semver step follows from the largest Rust impact.
//!
//! | change on the wire | impact |
//! | --- | --- |
//! | operation added, removed | additive, BREAKING |
//! | success status changed | BREAKING |
//! | servers, security or security schemes changed | BREAKING |
//! | deprecated, no longer deprecated, moved to another tag | - |
//! | body added or removed, media type of body or response changed | BREAKING |
//! | body or result retyped | BREAKING; no line if only names differ |
//! | parameter added | additive, BREAKING if required |
//! | parameter removed, retyped, now required | BREAKING |
//! | path parameter renamed, parameter now optional | - |
//! | field added | additive, BREAKING if required and sent |
//! | field removed, renamed to another spelling of the same words | BREAKING |
//! | field or scalar type retyped | BREAKING; no line if only names differ |
//! | field now required, now optional | BREAKING if sent, - |
//! | field may be null now, is never null now | BREAKING if received, BREAKING if sent |
//! | limit changed: length, range, pattern, format of a text, read-only | BREAKING if sent and tighter |
//! | known values: more, fewer | -, BREAKING if sent |
//!
//! | change of the bindings | impact |
//! | --- | --- |
//! | method, setter, type, field, constant, implementation added | additive |
//! | required field added to a type that is sent | BREAKING |
//! | any of them removed | BREAKING |
//! | method renamed (a line of `names.lock` was edited) | BREAKING |
//! | arguments or result of a method, type of a setter or field changed | BREAKING |
//! | feature of a method changed, or its retry class (a line of `retry-classes.toml` was edited) | BREAKING |
//!
//! The required fields of responses have no row: the contract opens all responses for reading.
//! Texts, examples, defaults, order, assembly versions and bodies cut by hand have none either:
//! [`EditorialChanges`] counts them. A difference of two contracts without any line is reported as
//! such.

mod bindings;
mod change;
mod contract_diff;
mod editorial;
mod operations;
mod remainder;
mod report;
#[cfg(test)]
mod tests;
mod tree;
mod types;
mod values;
mod wire;

pub use change::{Change, ChangeKind, Impact};
pub use contract_diff::ContractDiff;
pub use editorial::EditorialChanges;
