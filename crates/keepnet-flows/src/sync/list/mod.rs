//! The staff list that the company is compared with.

mod given_list;
mod staff_list;
mod staff_rows;

pub(crate) use given_list::GivenList;
pub(crate) use staff_list::{ListFile, StaffList, find_column, read_list};
pub(crate) use staff_rows::RowIndex;
