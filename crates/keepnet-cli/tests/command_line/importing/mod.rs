//! Importing staff lists, and the imports that stopped.

#[cfg(unix)]
mod followed_hints;
mod imports;
mod one_at_a_time;
#[cfg(unix)]
mod own_domains;
mod resuming;
mod staff_lists;
mod tickets;
#[cfg(unix)]
mod unfinished_work;
