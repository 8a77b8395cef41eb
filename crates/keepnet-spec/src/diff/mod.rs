//! The changes between two contracts, and what they mean for callers.
//!
//! *Wire* is the impact on an existing program that talks to the new service; *Rust* is the impact
//! on an existing caller that is compiled against the new bindings. The semver step follows from the
//! largest Rust impact.
//!
//! | change | wire | Rust |
//! | --- | --- | --- |
//! | operation added | additive | additive |
//! | operation removed | BREAKING | BREAKING |
//! | method renamed (a line of `names.lock` was edited), moved to another area | - | BREAKING |
//! | safety changed (a line of `retry-classes.toml` was edited) | - | BREAKING |
//! | deprecated | - | - |
//! | success status changed | BREAKING | - |
//! | body added or removed, media type of body or response changed | BREAKING | BREAKING |
//! | body or result retyped | BREAKING, `-` if only names differ | BREAKING |
//! | parameter added | additive, BREAKING if required | additive if optional and in the query, else BREAKING |
//! | parameter removed | BREAKING | BREAKING |
//! | path parameter renamed | - | - |
//! | parameter retyped | BREAKING, `-` if only names differ | BREAKING |
//! | parameter now required | BREAKING | BREAKING |
//! | parameter now optional | - | BREAKING |
//! | type added | - | additive |
//! | type removed | - | BREAKING |
//! | field added | additive, BREAKING if required and sent | the same |
//! | field removed | BREAKING | BREAKING |
//! | field renamed to another spelling of the same words | BREAKING | - |
//! | field or scalar type retyped | BREAKING, `-` if only names differ | BREAKING |
//! | field now required | BREAKING if sent | BREAKING |
//! | field now optional | - | BREAKING |
//! | field may be null now | BREAKING if received | BREAKING if required |
//! | field is never null now | BREAKING if sent | BREAKING if required |
//! | limit changed: length, range, pattern, format of a text, read-only | BREAKING if sent and tighter | - |
//! | known values of a type: more | - | additive |
//! | known values of a type: fewer | BREAKING if sent | BREAKING |
//! | known values of a field or parameter: more, fewer | -, BREAKING if sent and fewer | - |
//! | part of a form, field of a page beside its rows | as a field | - |
//!
//! The required fields of responses have no row: the contract opens all responses for reading.
//! Texts, examples, order, assembly versions and bodies cut by hand have none either:
//! [`EditorialChanges`] counts them.

mod change;
mod contract_diff;
mod editorial;
mod operations;
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
