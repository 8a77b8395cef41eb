//! What a test adds to the sandbox: stubs, which answer in place of an operation, and expectations.

mod answer;
mod expectation;
mod request_pattern;
mod stub;

pub use answer::Answer;
pub(crate) use answer::AnswerBody;
pub(crate) use expectation::Expectations;
pub use expectation::Times;
pub use request_pattern::RequestPattern;
pub(crate) use stub::Stubs;
