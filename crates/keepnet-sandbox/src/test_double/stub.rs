//! The stubs of a running sandbox.

use serde_json::Value;

use super::answer::Answer;
use super::request_pattern::RequestPattern;
use crate::state::RecordedRequest;

/// The stubs, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Stubs(Vec<Stub>);

#[derive(Debug)]
struct Stub {
    pattern: RequestPattern,
    answer: Answer,
    answered: u64,
}

impl Stubs {
    pub(crate) fn add(&mut self, pattern: RequestPattern, answer: Answer) {
        self.0.push(Stub {
            pattern,
            answer,
            answered: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn need_content(&self) -> bool {
        self.0.iter().any(|stub| stub.pattern.needs_content())
    }

    /// The answer to a request, of the stub that was added last; the request is counted.
    pub(crate) fn answer(
        &mut self,
        request: &RecordedRequest,
        json: Option<&Value>,
    ) -> Option<Answer> {
        let stub = self.0.iter_mut().rev().find(|stub| {
            stub.answer.times.is_none_or(|times| stub.answered < times)
                && stub.pattern.matches(request, json)
        })?;
        stub.answered += 1;
        Some(stub.answer.clone())
    }
}
