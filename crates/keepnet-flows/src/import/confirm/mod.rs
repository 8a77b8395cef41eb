//! From the preview to the receipt: the import is asked for, and its job is watched.

mod confirmed_import;
mod submission;
mod watcher;

pub use confirmed_import::Confirm;
pub(super) use watcher::{APPEARANCE, Follow};
