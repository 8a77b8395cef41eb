use reqwest::{Response, StatusCode};

use crate::error::Failure;

/// No service answers with this status; it marks a response that only carries a [`Failure`].
const NO_ANSWER: u16 = 599;

/// A response that only says why there is none.
pub(crate) fn no_answer(failure: Failure) -> Response {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(NO_ANSWER).unwrap_or(StatusCode::BAD_GATEWAY);
    response.extensions_mut().insert(failure);
    response.into()
}
