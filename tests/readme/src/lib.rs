//! The program of the README is compiled and run as the example of this page, with the dependencies
//! that the README lists and no others.
#![doc = include_str!("../../../README.md")]

/// The program of the page about the sandbox.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/sandbox.md")]
struct SandboxPage;
