//! Listing, adding, changing and exporting the users of a customer.

mod adding;
mod editing;
mod files;
mod groups;
mod jobs;
mod listing;
mod lists;
mod parts;
