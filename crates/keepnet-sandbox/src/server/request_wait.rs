//! Waiting until requests have come.

use std::fmt;
use std::time::Duration;

use crate::core::Core;
use crate::state::RecordedRequest;
use crate::test_double::{Expectation, RequestPattern};

/// Why [`Sandbox::wait_for_requests`](crate::Sandbox::wait_for_requests) failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The requests did not come within the limit.
    #[error("after {limit:?}: {expected}; {received}")]
    Missing {
        /// What was expected, how often it was received, and in what the nearest other request differs.
        /// It contains no value of a query, header or body.
        expected: String,
        /// The limit of the wait.
        limit: Duration,
        /// All requests that were received.
        received: ReceivedRequests,
    },
    /// The sandbox stopped before the requests came.
    #[error("the sandbox stopped before the requests came")]
    Stopped,
    /// The pattern has a condition on what requests carry, and that is not recorded.
    #[error(
        "the pattern has a condition on the query, a header or the body, and the sandbox does not record them; \
         start it with record_content"
    )]
    ContentNotRecorded,
}

/// How often each operation was called, in the order of the first calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedRequests(Vec<(String, usize)>);

/// See [`Sandbox::wait_for_requests`](crate::Sandbox::wait_for_requests).
pub(crate) async fn wait_for_requests(
    core: &Core,
    pattern: RequestPattern,
    at_least: usize,
    limit: Duration,
) -> Result<Vec<RecordedRequest>, WaitError> {
    if pattern.needs_content() && !core.settings.record_content {
        return Err(WaitError::ContentNotRecorded);
    }
    let mut recorded = core.recorded();
    let found = async {
        loop {
            recorded.borrow_and_update();
            let found = find(core, &pattern);
            // The sender lives as long as the core, so waiting fails only with it.
            if found.len() >= at_least || recorded.changed().await.is_err() {
                return found;
            }
        }
    };
    tokio::select! {
        biased;
        found = found => return Ok(found),
        () = core.stopped() => return Err(WaitError::Stopped),
        () = tokio::time::sleep(limit) => {}
    }
    Err(missing(core, pattern, at_least, limit))
}

fn find(core: &Core, pattern: &RequestPattern) -> Vec<RecordedRequest> {
    let state = core.state();
    let is_it = |request: &&RecordedRequest| {
        let content = request.content.as_ref();
        let content = content.filter(|_| pattern.needs_content());
        pattern.matches(request, content.and_then(|it| it.json()).as_ref())
    };
    state.requests.iter().filter(is_it).cloned().collect()
}

fn missing(core: &Core, pattern: RequestPattern, at_least: usize, limit: Duration) -> WaitError {
    let mut expected = Expectation::new(pattern, (at_least as u64..).into());
    let mut received = ReceivedRequests::default();
    for request in &core.state().requests {
        let json = request.content.as_ref().and_then(|it| it.json());
        expected.count(request, json.as_ref());
        received.add(request);
    }
    WaitError::Missing {
        expected: expected.to_string(),
        limit,
        received,
    }
}

impl ReceivedRequests {
    fn add(&mut self, request: &RecordedRequest) {
        let unknown = || format!("{} of an unknown path", request.method);
        let operation = request.operation.clone().unwrap_or_else(unknown);
        match self.0.iter_mut().find(|(it, _)| *it == operation) {
            Some((_, count)) => *count += 1,
            None => self.0.push((operation, 1)),
        }
    }
}

impl fmt::Display for ReceivedRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no request was received");
        }
        let each = self
            .0
            .iter()
            .map(|(operation, count)| format!("{count} {operation}"));
        let each = each.collect::<Vec<String>>().join(", ");
        write!(f, "the requests in all: {each}")
    }
}
