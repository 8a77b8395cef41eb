//! The licence of a customer, and whether an import fits into it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Company, Result};

/// The seats of a customer's licence, now and after an import.
///
/// Only active users take a seat. The service is not known to refuse anybody beyond the licence: the
/// vendor's pages say that it warns, accepts and charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct LicenseUse {
    /// How many users the licence covers; null for no limit.
    pub seats: Option<u64>,
    /// How many active users there are; null if the service does not say.
    pub used: Option<u64>,
    /// How many there are after the import, if each new user is active.
    pub after: Option<u64>,
}

impl LicenseUse {
    /// Whether the import fits: `None` if the service does not say how many users there are.
    pub fn is_within(&self) -> Option<bool> {
        match self.seats {
            None => Some(true),
            Some(seats) => Some(self.after? <= seats),
        }
    }
}

impl Company {
    /// The licence, before and after `new` users more.
    pub(crate) async fn license_use(&self, new: u64) -> Result<LicenseUse> {
        let license = self.raw().check_company_license(self.id()).await;
        let license = license.map_err(self.context("reading the licence"))?;
        let count = |count: Option<i32>| count.and_then(|it| u64::try_from(it).ok());
        // A licence without a limit stores 9999 seats, so the flag decides.
        let is_limited = license.is_limited != Some(false);
        let used = count(license.active_user_count);
        Ok(LicenseUse {
            seats: count(license.license_limit).filter(|_| is_limited),
            used,
            after: used.map(|used| used + new),
        })
    }
}

/// Such as `licence: 100 seats, 90 used, 120 after the import`.
impl fmt::Display for LicenseUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seats {
            Some(1) => f.write_str("licence: 1 seat")?,
            Some(seats) => write!(f, "licence: {seats} seats")?,
            None => f.write_str("licence: no limit")?,
        }
        if let (Some(used), Some(after)) = (self.used, self.after) {
            write!(f, ", {used} used, {after} after the import")?;
        }
        Ok(())
    }
}
