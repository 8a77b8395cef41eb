//! Importing staff lists, and the imports that stopped.

mod imports;
#[cfg(unix)]
mod own_domains;
mod resuming;
mod staff_lists;
mod tickets;
