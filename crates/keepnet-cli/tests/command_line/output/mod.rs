//! What the program prints: formats, words, outcomes and help.

#[cfg(unix)]
mod broken_output;
mod contract;
mod counting;
mod help;
#[cfg(unix)]
mod narrow;
mod outcomes;
pub(crate) mod output_contract;
mod paths;
pub(crate) mod printed;
#[cfg(unix)]
mod transcript;
mod words;
mod wrong_arguments;
