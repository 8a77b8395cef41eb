//! Companies, groups of companies, and their monthly figure of users.

mod customers;
mod groups;
mod monthly_users;

pub(crate) use customers::{export, license_check, search, show, tree};
pub(crate) use groups::{
    add_companies, companies as group_companies, create as create_group, delete as delete_group,
    list as list_groups, remove_companies, search as search_groups, show as show_group,
    update as update_group,
};
pub(super) use monthly_users::{count as count_monthly_users, months_until, start as month_start};
