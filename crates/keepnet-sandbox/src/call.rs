//! One call of an operation, after routing and authorization.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::core::Core;
use crate::dialect::Dialect;
use crate::fault::ServiceEffects;
use crate::http::{ApiError, JsonObject};
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::state::{Caller, CompanyIndex};

/// The input of a handler.
pub(crate) struct Call {
    pub(crate) core: Arc<Core>,
    pub(crate) caller: Caller,
    /// The company that the call acts in.
    pub(crate) company: CompanyIndex,
    pub(crate) params: Params,
    /// Null for a request without a body.
    pub(crate) json: Value,
    /// The injected faults that concern what the call starts.
    pub(crate) effects: ServiceEffects,
}

impl Call {
    pub(crate) fn dialect(&self) -> Dialect {
        self.core.settings.dialect
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.core.settings.rules
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.core.settings.clock.now()
    }

    /// The body, which must be a JSON object.
    pub(crate) fn body(&self) -> Result<JsonObject<'_>, ApiError> {
        JsonObject::new(&self.json, "the body")
    }

    /// Finds the record with the id in the placeholder `resourceId`. A text that is not an id belongs
    /// to no record.
    pub(crate) fn find<T>(
        &self,
        record: &str,
        find: impl FnOnce(ResourceId) -> Option<T>,
    ) -> Result<T, ApiError> {
        let id = self.params.get("resourceId").parse().ok();
        let found = id.and_then(find);
        found.ok_or_else(|| ApiError::not_found(format!("{record} was not found")))
    }
}

/// The values of the `{placeholders}` of a path.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    pub(crate) fn new(values: Vec<(&'static str, String)>) -> Self {
        Self(values)
    }

    /// The value of a placeholder; empty if the path does not have it.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }
}
