//! What the program prints: formats, words, outcomes and help.

mod contract;
mod help;
mod outcomes;
pub(crate) mod output_contract;
pub(crate) mod printed;
#[cfg(unix)]
mod transcript;
mod words;
