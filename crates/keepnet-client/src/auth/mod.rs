//! Signing in: the access token and what it says.

mod refusals;
mod request;
mod token;
mod token_info;
mod tokens;

pub use token_info::TokenInfo;

pub(crate) use request::TOKEN_PATH;
pub(crate) use token::Token;
pub(crate) use tokens::Tokens;
