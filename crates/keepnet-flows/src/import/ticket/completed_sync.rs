//! The record of the last complete synchronization of a customer.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stored_ticket::{StoredTicket, json_of};
use crate::{Error, ErrorKind, Result};

/// When the users of a customer were last synchronized completely, also if nothing had to be written. It
/// has no people's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompletedSync {
    /// The name of the record, which is made of the company and its service.
    pub id: String,
    /// The resource id of the customer.
    pub company_id: String,
    /// The service.
    pub base_url: String,
    /// When it ended, in seconds since 1970.
    pub completed: u64,
}

impl StoredTicket for CompletedSync {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_finished(&self) -> bool {
        true
    }

    fn to_json(&self) -> Result<String> {
        json_of(self, "the record of a synchronization")
    }

    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<CompletedSync> {
        serde_json::from_slice(json).map_err(|error| {
            let problem = format!("{place} is not the record of a synchronization");
            Error::new(ErrorKind::Invalid, problem)
                .with_hint("remove the file; the next complete synchronization writes it again")
                .with_source(error)
        })
    }
}
