//! Target users: the people of a company.

mod count;
mod edit;
mod record;
mod search;

pub(crate) use count::count_summary;
pub(crate) use edit::{create, delete, show, update};
pub(crate) use search::{export, search};
