//! Access tokens: how they are fetched, kept and shared.

mod token;
mod token_source;
