//! Importing staff lists, and the imports that stopped.

mod imports;
mod resuming;
mod staff_lists;
mod tickets;
