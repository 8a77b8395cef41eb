use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};

use crate::call;
use crate::failure::Failure;

/// A message is read whole within its try, so that one that breaks off can be asked for again.
pub(crate) const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;
/// No service answers with this status; it marks a response that only carries a [`Failure`].
const NO_ANSWER: u16 = 599;

/// Reads a successful JSON answer whole; anything else is left for the caller to read.
pub(crate) async fn whole(answer: Response) -> Result<Response, Failure> {
    let json = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().contains("json"));
    if !answer.status().is_success() || !json {
        return Ok(answer);
    }
    let mut bare = http::Response::new(());
    *bare.status_mut() = answer.status();
    *bare.headers_mut() = answer.headers().clone();
    let announced = answer.content_length().unwrap_or_default();
    if announced > MESSAGE_LIMIT as u64 {
        return Err(Failure::TooLarge(MESSAGE_LIMIT));
    }
    let (body, ended) = call::read_limited(answer, MESSAGE_LIMIT + 1).await;
    ended.map_err(Failure::transport)?;
    if body.len() > MESSAGE_LIMIT {
        return Err(Failure::TooLarge(MESSAGE_LIMIT));
    }
    Ok(bare.map(|()| body).into())
}

/// A response that only says why there is none.
pub(crate) fn no_answer(failure: Failure) -> Response {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(NO_ANSWER).unwrap_or(StatusCode::BAD_GATEWAY);
    response.extensions_mut().insert(failure);
    response.into()
}
