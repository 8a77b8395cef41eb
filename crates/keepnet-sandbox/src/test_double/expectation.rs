//! What a test expects to be sent, and whether it was.

use std::fmt;
use std::ops::{RangeFrom, RangeInclusive, RangeToInclusive};

use serde_json::Value;

use super::request_pattern::RequestPattern;
use crate::state::RecordedRequest;

/// How often a request is expected: `1`, `2..=3`, `1..` or `..=2`. Zero means never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times(RangeInclusive<u64>);

impl From<u64> for Times {
    fn from(times: u64) -> Self {
        Self(times..=times)
    }
}

impl From<RangeInclusive<u64>> for Times {
    fn from(times: RangeInclusive<u64>) -> Self {
        Self(times)
    }
}

impl From<RangeFrom<u64>> for Times {
    fn from(times: RangeFrom<u64>) -> Self {
        Self(times.start..=u64::MAX)
    }
}

impl From<RangeToInclusive<u64>> for Times {
    fn from(times: RangeToInclusive<u64>) -> Self {
        Self(0..=times.end)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (*self.0.start(), *self.0.end()) {
            (0, 0) => f.write_str("no request"),
            (1, 1) => f.write_str("1 request"),
            (from, to) if from == to => write!(f, "{from} requests"),
            (from, u64::MAX) => write!(f, "at least {from} requests"),
            (0, to) => write!(f, "at most {to} requests"),
            (from, to) => write!(f, "{from} to {to} requests"),
        }
    }
}

/// The expectations of a running sandbox, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Expectations(Vec<Expectation>);

/// How often requests of a pattern are expected, and what has come.
#[derive(Debug)]
pub(crate) struct Expectation {
    pattern: RequestPattern,
    times: Times,
    received: u64,
    nearest: Option<NearestRequest>,
}

/// The request that came nearest to an expectation without matching it.
#[derive(Debug)]
struct NearestRequest {
    is_of_operation: bool,
    differences: Vec<String>,
}

impl NearestRequest {
    /// Smaller is nearer: the same operation first, then fewer differences.
    fn distance(&self) -> (bool, usize) {
        (!self.is_of_operation, self.differences.len())
    }
}

impl Expectations {
    pub(crate) fn add(&mut self, pattern: RequestPattern, times: Times) {
        self.0.push(Expectation::new(pattern, times));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn need_content(&self) -> bool {
        self.0
            .iter()
            .any(|expected| expected.pattern.needs_content())
    }

    /// Counts a request for each expectation that it matches.
    pub(crate) fn count(&mut self, request: &RecordedRequest) {
        if self.0.is_empty() {
            return;
        }
        let json = request.content.as_ref().and_then(|content| content.json());
        for expected in &mut self.0 {
            expected.count(request, json.as_ref());
        }
    }

    /// The expectations that do not hold, each as one line.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let unmet = self.0.iter().filter(|expected| !expected.is_met());
        unmet.map(ToString::to_string).collect()
    }
}

impl Expectation {
    pub(crate) fn new(pattern: RequestPattern, times: Times) -> Self {
        Self {
            pattern,
            times,
            received: 0,
            nearest: None,
        }
    }

    /// Counts a request if it matches.
    pub(crate) fn count(&mut self, request: &RecordedRequest, json: Option<&Value>) {
        let differences = self.pattern.differences(request, json);
        if differences.is_empty() {
            self.received += 1;
            return;
        }
        let request = NearestRequest {
            is_of_operation: self.pattern.names_operation_of(request),
            differences,
        };
        let nearest = self.nearest.as_ref();
        if nearest.is_none_or(|nearest| request.distance() < nearest.distance()) {
            self.nearest = Some(request);
        }
    }

    fn is_met(&self) -> bool {
        self.times.0.contains(&self.received)
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pattern,
            times,
            received,
            nearest,
        } = self;
        write!(f, "expected {times} for {pattern}, received {received}")?;
        match nearest {
            Some(nearest) if received < times.0.start() => {
                let differences = nearest.differences.join(", ");
                write!(f, "; the nearest other request differs: {differences}")
            }
            _ => Ok(()),
        }
    }
}
