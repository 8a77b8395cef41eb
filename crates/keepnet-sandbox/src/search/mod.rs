//! The search body that all lists share: filter, order and page.

mod fields;
mod filter;
mod page;
mod value;

pub(crate) use fields::{Getter, SearchFields};
pub(crate) use filter::Filter;
pub(crate) use page::Search;
pub(crate) use value::{FieldValue, status_name};
