//! Where the program takes its settings and credentials from.

mod access;
mod certificates;
mod profiles;
mod stored_credentials;
