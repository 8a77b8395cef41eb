//! How long to wait after a refusal before signing in again.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::Credentials;
use crate::error::TokenFailure;

/// The wait after the first refusal; it doubles with each further one. A service may lock a client
/// that signs in with a wrong secret again and again.
const FIRST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(300);

/// A time in which signing in would lead to the same refusal.
#[derive(Clone, Copy)]
struct CoolDown {
    until: SystemTime,
    length: Duration,
}

impl CoolDown {
    fn after(previous: Option<Self>, now: SystemTime) -> Self {
        let length = previous.map_or(FIRST, |previous| (previous.length * 2).min(LONGEST));
        let until = now + length;
        Self { until, length }
    }

    fn is_over(&self, now: SystemTime) -> bool {
        now >= self.until
    }
}

/// The credentials that the service refused last.
#[derive(Default)]
pub(super) struct RefusedCredentials(Option<(Credentials, TokenFailure, CoolDown)>);

impl RefusedCredentials {
    /// The refusal, while these credentials are not to be sent again.
    pub(super) fn find(&self, credentials: &Credentials, now: SystemTime) -> Option<TokenFailure> {
        let (refused, failure, cool_down) = self.0.as_ref()?;
        let applies = refused.is_same(credentials) && !cool_down.is_over(now);
        applies.then(|| failure.clone())
    }

    pub(super) fn add(&mut self, credentials: Credentials, failure: TokenFailure, now: SystemTime) {
        let previous = self.0.take();
        let previous = previous.filter(|(refused, ..)| refused.is_same(&credentials));
        let cool_down = CoolDown::after(previous.map(|(.., cool_down)| cool_down), now);
        self.0 = Some((credentials, failure, cool_down));
    }

    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}

/// The operations that refused a new token as well, so that another one would not help.
#[derive(Default)]
pub(super) struct RefusingOperations(HashMap<&'static str, CoolDown>);

impl RefusingOperations {
    pub(super) fn is_cooling_down(&self, operation: &str, now: SystemTime) -> bool {
        let cool_down = self.0.get(operation);
        cool_down.is_some_and(|cool_down| !cool_down.is_over(now))
    }

    pub(super) fn add(&mut self, operation: &'static str, now: SystemTime) {
        let previous = self.0.get(operation).copied();
        // Calls that were under way together are refused together; that is one refusal, not many.
        if previous.is_none_or(|previous| previous.is_over(now)) {
            self.0.insert(operation, CoolDown::after(previous, now));
        }
    }

    pub(super) fn remove(&mut self, operation: &str) {
        self.0.remove(operation);
    }
}
