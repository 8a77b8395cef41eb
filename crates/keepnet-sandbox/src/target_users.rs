//! Target users: the people of a company.

mod count;
mod edit;
mod membership;
mod record;
mod search;
mod selection;

pub(crate) use count::count_summary;
pub(crate) use edit::{create, delete, show, update};
pub(crate) use membership::{add_to_groups, export_members, members, remove_from_group};
pub(crate) use search::{export, search, search_email};
pub(crate) use selection::bulk_delete;
