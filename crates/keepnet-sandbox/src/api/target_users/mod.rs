//! Target users: the users of a company.

mod bulk;
mod count;
mod edit;
mod fields;
mod membership;
mod search;
mod view;

pub(crate) use bulk::bulk_delete;
pub(crate) use count::count_summary;
pub(crate) use edit::{create, delete, show, update};
pub(super) use fields::FREE_TEXT;
pub(crate) use membership::{add_to_groups, export_members, members, remove_from_group};
pub(crate) use search::{by_ids, by_ids_including_deleted, export, search, search_email};
pub(super) use view::add_manager;
