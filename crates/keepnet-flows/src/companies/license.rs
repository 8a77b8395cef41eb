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
    /// Whether the licence has a limit; null if the service does not say.
    #[serde(default)]
    pub is_limited: Option<bool>,
    /// How many users the licence covers, if it has a limit; null without a limit, and if the service does
    /// not say.
    pub seats: Option<u64>,
    /// How many active users there are; null if the service does not say.
    pub used: Option<u64>,
    /// How many there are after the import, if each new user is active.
    pub after: Option<u64>,
}

impl LicenseUse {
    /// Whether the import fits: `None` if the service does not say enough.
    pub fn is_within(&self) -> Option<bool> {
        match (self.is_limited, self.seats) {
            (Some(false), _) => Some(true),
            (Some(true), seats) => Some(self.after? <= seats?),
            // It fits whether there is a limit or not.
            (None, seats) => Some(self.after? <= seats?).filter(|is_within| *is_within),
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
        let may_be_limited = license.is_limited != Some(false);
        let used = count(license.active_user_count);
        Ok(LicenseUse {
            is_limited: license.is_limited,
            seats: count(license.license_limit).filter(|_| may_be_limited),
            used,
            after: used.map(|used| used + new),
        })
    }
}

/// Such as `licence: 100 seats, 90 used, 120 after the import`.
impl fmt::Display for LicenseUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_limited, self.seats) {
            (Some(false), _) => f.write_str("licence: no limit")?,
            (_, None) => f.write_str("licence: limit unknown")?,
            (_, Some(1)) => f.write_str("licence: 1 seat")?,
            (_, Some(seats)) => write!(f, "licence: {seats} seats")?,
        }
        if self.is_limited.is_none() && self.seats.is_some() {
            f.write_str(" if it has a limit")?;
        }
        if let (Some(used), Some(after)) = (self.used, self.after) {
            write!(f, ", {used} used, {after} after the import")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_covers_an_import_or_it_is_unknown() {
        let check = |is_limited, seats, after, expected: (Option<bool>, &str)| {
            let license = LicenseUse {
                is_limited,
                seats,
                used: None,
                after,
            };
            let found = (license.is_within(), license.to_string());
            assert_eq!((found.0, found.1.as_str()), expected, "{license:?}");
        };
        let (yes, no) = (Some(true), Some(false));
        check(no, None, Some(20_000), (yes, "licence: no limit"));
        check(yes, Some(10), Some(10), (yes, "licence: 10 seats"));
        check(yes, Some(1), Some(2), (no, "licence: 1 seat"));
        check(yes, Some(1), None, (None, "licence: 1 seat"));
        check(yes, None, Some(2), (None, "licence: limit unknown"));
        check(None, None, Some(2), (None, "licence: limit unknown"));
        let assumed = "licence: 9999 seats if it has a limit";
        check(None, Some(9999), Some(9999), (yes, assumed));
        check(None, Some(9999), Some(10_000), (None, assumed));
    }
}
