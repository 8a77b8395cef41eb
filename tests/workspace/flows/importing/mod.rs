//! Importing staff lists.

mod changes;
mod import_modes;
mod imports;
mod interrupted_imports;
mod licenses;
mod odd_files;
mod one_at_a_time;
mod own_domains;
mod report_files;
mod resuming;
mod running_twice;
mod tickets;
