//! Questions, signals, and how the program behaves on a terminal and in a pipe.

#[cfg(unix)]
mod escapes;
#[cfg(unix)]
mod interrupting;
#[cfg(unix)]
mod questions;
mod quiet;
mod talking;
#[cfg(unix)]
pub(crate) mod terminal;
