//! A call of one operation: its arguments, its options, and its response.

mod by_path;
mod path;
mod pending;
mod raw_response;
mod received;
mod response_info;
mod typed;

pub use raw_response::RawResponse;
pub use response_info::ResponseInfo;
pub use typed::{Call, CallFuture, CallWithResponse};
