//! The headers of a staff list, and the fields that they name.

mod guess;
mod header;
mod synonyms;

pub(crate) use guess::{CERTAIN, EXACT_CONFIDENCE, Guess, THRESHOLD, guess_fields};
pub use header::Header;
pub(crate) use header::list_headers;
