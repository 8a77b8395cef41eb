//! Whether a sandbox is held to the contract: without the feature `contract`, never.

use serde_json::Value;

#[cfg(feature = "contract")]
use crate::contract::ContractReport;
use crate::delivery::Delivery;
use crate::dialect::Dialect;

/// What was seen so far, if anyone wants to know.
#[derive(Debug, Default)]
pub(crate) struct Held {
    #[cfg(feature = "contract")]
    report: Option<std::sync::Mutex<ContractReport>>,
}

/// A call that an operation answered without a fault.
#[cfg_attr(not(feature = "contract"), expect(dead_code, reason = "nobody looks"))]
pub(crate) struct Answered<'a> {
    pub(crate) operation: &'a str,
    /// The JSON body, if the operation reads one.
    pub(crate) sent: Option<&'a Value>,
    pub(crate) response: &'a hyper::Response<Delivery>,
}

#[cfg(feature = "contract")]
impl Held {
    pub(crate) fn on() -> Self {
        Self {
            report: Some(std::sync::Mutex::default()),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.report.is_some()
    }

    pub(crate) fn check(&self, dialect: Dialect, answered: &Answered<'_>) {
        let Some(report) = &self.report else {
            return;
        };
        let headers = answered.response.headers();
        let content_type = headers
            .get(hyper::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let exchange = crate::contract::Exchange {
            operation: answered.operation,
            sent: answered.sent,
            status: answered.response.status().as_u16(),
            content_type: content_type.unwrap_or_default(),
            body: &answered.response.body().bytes(),
        };
        let mut report = report
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        report.check(dialect, &exchange);
    }

    /// Gives what was seen, and forgets it.
    pub(crate) fn take(&self) -> ContractReport {
        let report = self.report.as_ref().map(|report| {
            let mut report = report
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *report)
        });
        report.unwrap_or_default()
    }
}

#[cfg(not(feature = "contract"))]
impl Held {
    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn check(&self, _: Dialect, _: &Answered<'_>) {}
}
