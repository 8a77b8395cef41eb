//! What a test adds to the sandbox: stubs, which answer in place of an operation, and expectations.

mod answer;
mod expectation;
mod request_pattern;
mod stub;

pub use answer::Answer;
pub(crate) use answer::AnswerBody;
pub use expectation::Times;
pub(crate) use expectation::{Expectation, Expectations};
pub use request_pattern::RequestPattern;
pub(crate) use stub::Stubs;
