//! Signing in: the access token and what it says.

mod token_info;
mod tokens;

pub use token_info::TokenInfo;

pub(crate) use tokens::{TOKEN_PATH, Token, Tokens};
