//! The program of the README is compiled and run as the example of this page, with the dependencies
//! that the README lists and no others.
#![doc = include_str!("../../../README.md")]
