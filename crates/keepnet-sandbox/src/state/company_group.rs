//! A group of companies.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::company::CompanyIndex;
use crate::resource_id::ResourceId;

/// A group of customers of one reseller.
#[derive(Clone, Debug)]
pub(crate) struct CompanyGroup {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) reseller: CompanyIndex,
    pub(crate) created: Timestamp,
    pub(crate) members: BTreeSet<CompanyIndex>,
}
