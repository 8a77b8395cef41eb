//! Listing, adding, changing and exporting the users of a company.

mod adding;
mod created_users;
mod custom_fields;
mod doubtful_lists;
mod editing;
mod editing_many;
mod exports;
mod groups;
mod users;
