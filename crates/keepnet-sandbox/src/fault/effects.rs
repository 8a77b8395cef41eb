//! The combined effects of all faults that apply to one call.

use std::time::Duration;

use super::spec::{
    BodyFault, Fault, ForeignImport, ImportFault, Kind, MappingFault, Replacement, ResetPoint,
};

/// What goes wrong with one call. Latencies add up; of two faults that exclude each other, the one
/// that was added first counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultEffects {
    pub(crate) latency: Duration,
    pub(crate) replacement: Option<Replacement>,
    pub(crate) reset: Option<ResetPoint>,
    pub(crate) body: Option<BodyFault>,
    pub(crate) content_type: Option<String>,
    pub(crate) foreign_import: Option<ForeignImport>,
    pub(crate) service: ServiceEffects,
    /// The faults in their text form.
    pub(crate) faults: Vec<String>,
    /// The calls that count only if the operation accepts them.
    pub(super) provisional: Vec<CountedCall>,
}

/// A call that a fault has counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedCall {
    pub(super) fault: u64,
    pub(super) is_hit: bool,
}

/// What goes wrong inside the service.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServiceEffects {
    pub(crate) token_lifetime: Option<Duration>,
    pub(crate) token_revoked: bool,
    pub(crate) transaction_expires: bool,
    pub(crate) mapping: Option<MappingFault>,
    pub(crate) import: Option<ImportFault>,
}

impl FaultEffects {
    /// Adds a fault; `random` returns a number from 0 (included) to 1 (excluded).
    pub(super) fn add(&mut self, fault: &Fault, random: impl FnOnce() -> f64) {
        self.faults.push(fault.to_string());
        let service = &mut self.service;
        match &fault.kind {
            Kind::Latency(range) => {
                self.latency += range.start + (range.end - range.start).mul_f64(random());
            }
            Kind::Replace(replacement) => {
                self.replacement.get_or_insert_with(|| replacement.clone());
            }
            Kind::Reset(point) => _ = self.reset.get_or_insert(*point),
            Kind::Body(fault) => _ = self.body.get_or_insert(*fault),
            Kind::ContentType(name) => {
                self.content_type.get_or_insert_with(|| name.clone());
            }
            Kind::ForeignImport(import) => _ = self.foreign_import.get_or_insert(*import),
            Kind::TokenLifetime(lifetime) => _ = service.token_lifetime.get_or_insert(*lifetime),
            Kind::TokenRevoked => service.token_revoked = true,
            Kind::TransactionExpires => service.transaction_expires = true,
            Kind::Mapping(fault) => _ = service.mapping.get_or_insert(*fault),
            Kind::Import(fault) => _ = service.import.get_or_insert(*fault),
        }
    }
}
