//! Walking through a search page by page.

mod items;
mod pages;
mod position;
mod recent_ids;

pub use items::Items;
pub use pages::Pages;
pub(crate) use pages::{MOST_AHEAD, PAGE, Search, convert_page};
pub(crate) use position::{Position, digest};
