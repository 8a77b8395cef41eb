//! The recorder of contract violations. Without the feature `contract`, it records nothing.

#[cfg(feature = "contract")]
use std::sync::{Mutex, PoisonError};

use super::exchange::Exchange;
#[cfg(feature = "contract")]
use super::report::ContractReport;
use crate::dialect::Dialect;

/// Validates exchanges and keeps the report, if the sandbox was built to do so.
#[derive(Debug)]
pub(crate) struct ContractRecorder {
    #[cfg(feature = "contract")]
    report: Option<Mutex<ContractReport>>,
}

#[cfg(feature = "contract")]
impl ContractRecorder {
    pub(crate) fn new(is_enabled: bool) -> Self {
        Self {
            report: is_enabled.then(Mutex::default),
        }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.report.is_some()
    }

    pub(crate) fn record(&self, dialect: Dialect, exchange: &Exchange<'_>) {
        if let Some(report) = &self.report {
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            report.validate(dialect, exchange);
        }
    }

    /// Returns the report and starts a new one.
    pub(crate) fn take(&self) -> ContractReport {
        self.report
            .as_ref()
            .map_or_else(ContractReport::default, |report| {
                std::mem::take(&mut *report.lock().unwrap_or_else(PoisonError::into_inner))
            })
    }
}

#[cfg(not(feature = "contract"))]
impl ContractRecorder {
    pub(crate) fn new(_: bool) -> Self {
        Self {}
    }

    pub(crate) fn is_enabled(&self) -> bool {
        false
    }

    pub(crate) fn record(&self, _: Dialect, _: &Exchange<'_>) {}
}
