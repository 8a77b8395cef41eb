//! The licence of a company.

use jiff::Timestamp;

use crate::reference::{LicenseType, LookupEntry};

#[derive(Clone, Debug)]
pub(crate) struct License {
    pub(crate) kind: &'static LicenseType,
    pub(crate) modules: Vec<&'static LookupEntry>,
    /// How many active users it covers; `None` for no limit.
    pub(crate) limit: Option<u32>,
    pub(crate) end: Timestamp,
}

impl License {
    /// The number that the service stores without a limit. Only the flag says that there is none.
    const STORED_WITHOUT_LIMIT: u32 = 9999;

    /// The number in a row; it means something only if the licence is limited.
    pub(crate) fn stored_limit(&self) -> u32 {
        self.limit.unwrap_or(Self::STORED_WITHOUT_LIMIT)
    }

    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.end < now
    }
}
