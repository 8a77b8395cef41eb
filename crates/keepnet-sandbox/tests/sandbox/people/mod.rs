//! Target users and their groups.

mod editing;
mod groups;
mod users;
