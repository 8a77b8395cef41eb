//! The workspace seen as an outside consumer: the tests are in `workspace/`, and the programs of
//! the README are compiled and run as the examples of this page.
#![doc = include_str!("../../README.md")]

/// The three tasks of a reseller: calls, program, command and errors.
pub mod use_cases {
    #![doc = include_str!("../../docs/use-cases.md")]
}
