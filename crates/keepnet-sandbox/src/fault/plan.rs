//! What goes wrong with one call, when all faults that hit it are put together.

use std::time::Duration;

use super::armed::between;
use super::{ErrorBody, Fault, ImportFault, Kind, MappingFault, RetryAfter};

/// What goes wrong with one call. Latencies add up; of two faults that exclude each other, the one
/// that was set first counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) latency: Duration,
    pub(crate) instead: Option<Instead>,
    pub(crate) cut_off: Option<CutOff>,
    pub(crate) shaping: Option<Shaping>,
    pub(crate) content_type: Option<String>,
    pub(crate) effects: Effects,
    /// The faults, as they are written.
    pub(crate) names: Vec<String>,
}

/// An answer in the place of the operation's.
#[derive(Clone, Debug)]
pub(crate) enum Instead {
    Status {
        code: u16,
        retry_after: Option<RetryAfter>,
        body: ErrorBody,
    },
    /// 200, with this `status` in the envelope.
    Envelope(String),
}

/// Where the connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutOff {
    BeforeReading,
    AfterCommit,
    InBody,
}

/// What is done to the body of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shaping {
    Stall(Duration),
    Truncate,
}

/// What goes wrong inside the service.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effects {
    pub(crate) token_lifetime: Option<Duration>,
    pub(crate) token_revoked: bool,
    pub(crate) transaction_expires: bool,
    pub(crate) mapping: Option<MappingFault>,
    pub(crate) import: Option<ImportFault>,
}

impl Plan {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a fault; `roll` gives a random number from 0 up to 1.
    pub(super) fn add(&mut self, fault: &Fault, roll: impl FnOnce() -> f64) {
        self.names.push(fault.to_string());
        let effects = &mut self.effects;
        match &fault.kind {
            Kind::Latency(range) => self.latency += between(range.start, range.end, roll()),
            Kind::Status {
                code,
                retry_after,
                body,
            } => {
                self.instead.get_or_insert(Instead::Status {
                    code: *code,
                    retry_after: *retry_after,
                    body: *body,
                });
            }
            Kind::Envelope(status) => {
                self.instead
                    .get_or_insert_with(|| Instead::Envelope(status.clone()));
            }
            Kind::Reset(at) => {
                self.cut_off.get_or_insert(*at);
            }
            Kind::Stall(pause) => {
                self.shaping.get_or_insert(Shaping::Stall(*pause));
            }
            Kind::Truncate => {
                self.shaping.get_or_insert(Shaping::Truncate);
            }
            Kind::ContentType(name) => {
                self.content_type.get_or_insert_with(|| name.clone());
            }
            Kind::TokenLifetime(lifetime) => {
                effects.token_lifetime.get_or_insert(*lifetime);
            }
            Kind::TokenRevoked => effects.token_revoked = true,
            Kind::TransactionExpires => effects.transaction_expires = true,
            Kind::Mapping(fault) => {
                effects.mapping.get_or_insert(*fault);
            }
            Kind::Import(fault) => {
                effects.import.get_or_insert(*fault);
            }
        }
    }
}
