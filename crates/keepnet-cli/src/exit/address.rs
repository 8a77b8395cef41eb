//! Errors of a service that is not there, or that is another one.

use std::error::Error;

use keepnet_flows::{Error as FlowError, ErrorKind};

use super::CliError;

impl CliError {
    /// Whether the service did not respond at all.
    pub(crate) fn is_connection_failure(&self) -> bool {
        self.flow_error().is_some_and(|error| {
            let is_of_connection =
                matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Timeout);
            is_of_connection && error.operation().is_some() && error.status().is_none()
        })
    }

    /// Whether something other than the service responded.
    pub(crate) fn is_foreign_response(&self) -> bool {
        let error = self.flow_error();
        error.is_some_and(|error| error.foreign_host().is_some())
    }

    /// Adds which address the program calls, and what says so.
    pub(crate) fn with_address(mut self, address: Option<String>) -> CliError {
        if let Some(address) = address {
            self.hint = Some(match self.hint.take() {
                Some(hint) => format!("{hint}; {address}"),
                None => address,
            });
        }
        self
    }

    fn flow_error(&self) -> Option<&FlowError> {
        let source = self.source.as_deref().map(|error| error as &dyn Error);
        source.and_then(|error| error.downcast_ref())
    }
}
