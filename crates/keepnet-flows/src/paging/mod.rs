//! Listing the results of a search page by page.

mod items;
mod list_doubt;
mod listing;
mod pages;
mod position;
mod recent_ids;

pub use items::Items;
pub use list_doubt::ListDoubt;
pub(crate) use listing::{ListOptions, Listing, Search, convert_page};
pub use pages::Pages;
pub(crate) use position::digest;

#[cfg(test)]
mod tests;
