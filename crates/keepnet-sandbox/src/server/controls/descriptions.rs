//! The JSON bodies of the controls.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::contract::UnknownOperation;
use crate::test_double::{Answer, RequestPattern, Times};

/// `{ "faults": ["SPEC", …] }`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultsDescription {
    pub(super) faults: Vec<String>,
}

/// A pattern and its answer. Without `data`, `json`, `body` and `error`, the answer is a success
/// without data.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StubDescription {
    request: PatternDescription,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    data: Value,
    json: Option<Value>,
    body: Option<String>,
    #[serde(default = "plain_text")]
    content_type: String,
    error: Option<String>,
    times: Option<u64>,
}

/// A pattern and how often it is expected: once, unless `times`, `atLeast` or `atMost` says otherwise.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ExpectationDescription {
    request: PatternDescription,
    times: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

/// A pattern, how many requests to wait for, and for how long: one, and 10 s.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WaitDescription {
    request: PatternDescription,
    at_least: Option<usize>,
    within_seconds: Option<u64>,
}

/// A pattern; without an operation, it is for any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternDescription {
    operation: Option<String>,
    company: Option<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<Value>,
}

impl StubDescription {
    pub(super) fn build(self) -> Result<(RequestPattern, Answer), UnknownOperation> {
        let mut answer = match (self.error, self.body, self.json) {
            (Some(message), _, _) => Answer::error(400, message),
            (None, Some(body), _) => Answer::file(self.content_type, body),
            (None, None, Some(json)) => Answer::json(json),
            (None, None, None) => Answer::data(self.data),
        };
        if let Some(status) = self.status {
            answer = answer.with_status(status);
        }
        for (name, value) in self.headers {
            answer = answer.with_header(name, value);
        }
        if let Some(times) = self.times {
            answer = answer.times(times);
        }
        Ok((self.request.build()?, answer))
    }
}

impl ExpectationDescription {
    pub(super) fn build(self) -> Result<(RequestPattern, Times), UnknownOperation> {
        let times = match (self.times, self.at_least, self.at_most) {
            (Some(times), _, _) => times.into(),
            (None, None, None) => 1.into(),
            (None, from, to) => (from.unwrap_or(0)..=to.unwrap_or(u64::MAX)).into(),
        };
        Ok((self.request.build()?, times))
    }
}

impl WaitDescription {
    pub(super) fn build(self) -> Result<(RequestPattern, usize, Duration), UnknownOperation> {
        let limit = Duration::from_secs(self.within_seconds.unwrap_or(10));
        Ok((self.request.build()?, self.at_least.unwrap_or(1), limit))
    }
}

impl PatternDescription {
    fn build(self) -> Result<RequestPattern, UnknownOperation> {
        let mut pattern = match &self.operation {
            Some(operation) => RequestPattern::of(operation)?,
            None => RequestPattern::any(),
        };
        if let Some(company) = self.company {
            pattern = pattern.in_company(company);
        }
        for (name, value) in self.query {
            pattern = pattern.with_query(name, value);
        }
        for (name, value) in self.headers {
            pattern = pattern.with_header(name, value);
        }
        if let Some(json) = self.json {
            pattern = pattern.with_json(json);
        }
        Ok(pattern)
    }
}

fn plain_text() -> String {
    "text/plain; charset=utf-8".to_owned()
}
