//! Questions, signals, and how the program behaves on a terminal and in a pipe.

#[cfg(unix)]
mod interrupting;
#[cfg(unix)]
mod questions;
mod talking;
#[cfg(unix)]
pub(crate) mod terminal;
