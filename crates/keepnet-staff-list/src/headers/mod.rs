//! The headers of a staff list, and the fields that they name.

mod guess;
mod header;
mod synonyms;

pub(crate) use guess::{
    CERTAIN, EXACT_CONFIDENCE, Guess, THRESHOLD, guess_fields, is_manager_word,
};
pub use header::Header;
pub(crate) use header::{letter, list_headers};
