//! The recorder of contract violations. Without the feature `contract`, it records nothing.

#[cfg(feature = "contract")]
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::exchange::Exchange;
#[cfg(feature = "contract")]
use super::report::{ContractReport, request_problems};
use crate::dialect::Dialect;

/// Validates exchanges and keeps the report, if the sandbox was built to do so.
#[derive(Debug)]
pub(crate) struct ContractRecorder {
    #[cfg(feature = "contract")]
    report: Option<Mutex<ContractReport>>,
    #[cfg(feature = "contract")]
    refuses_invalid: bool,
}

/// What a sandbox does with the contract.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ContractSettings {
    /// Whether accepted requests and responses are validated.
    #[cfg(feature = "contract")]
    pub(crate) validates: bool,
    /// Whether a request that breaks the contract is refused.
    #[cfg(feature = "contract")]
    pub(crate) refuses_invalid: bool,
}

#[cfg(feature = "contract")]
impl ContractRecorder {
    pub(crate) fn new(settings: ContractSettings) -> Self {
        Self {
            report: settings.validates.then(Mutex::default),
            refuses_invalid: settings.refuses_invalid,
        }
    }

    /// Where a request body breaks the contract, if such requests are refused.
    pub(crate) fn problems(&self, dialect: Dialect, operation: &str, body: &Value) -> Vec<String> {
        if self.refuses_invalid {
            request_problems(dialect, operation, body)
        } else {
            Vec::new()
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
    pub(crate) fn new(_: ContractSettings) -> Self {
        Self {}
    }

    pub(crate) fn problems(&self, _: Dialect, _: &str, _: &Value) -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn is_enabled(&self) -> bool {
        false
    }

    pub(crate) fn record(&self, _: Dialect, _: &Exchange<'_>) {}
}
