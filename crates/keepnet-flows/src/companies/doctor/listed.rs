//! What the list of customers shows of each: its limit, the end of its licence, its privacy setting.

use super::finding::{FindingKind, Found};
use crate::companies::conditions::Basis;
use crate::companies::summary::{CompanySummary, UserLimit};

impl CompanySummary {
    /// What its row shows.
    pub(super) fn found_in_row(&self, expires_within: u32, basis: &Basis) -> Vec<Found> {
        use FindingKind::{Closed, EndUnknown, Expired, ExpiresSoon, LimitUnknown, OverLimit};
        let end = self.license_end.as_deref().unwrap_or("unknown");
        let count = |count: Option<u64>| count.map_or("unknown".to_owned(), |it| it.to_string());
        let seats = match self.limit() {
            UserLimit::Users(limit) => format!("a limit of {limit}"),
            UserLimit::Unlimited => "no limit".to_owned(),
            UserLimit::Unknown => "an unknown limit".to_owned(),
        };
        let users = format!("{} users, {seats}", count(self.target_user_count));
        let of_limit = match self.is_over_limit() {
            Some(true) => Some(Found::new(
                OverLimit,
                users,
                "deactivate users who have left, or extend the licence",
            )),
            Some(false) => None,
            None => Some(Found::new(
                LimitUnknown,
                users,
                "look at the licence of the company in the web client",
            )),
        };
        let of_end = match (
            self.has_expired(basis),
            self.expires_within(expires_within, basis),
        ) {
            (Some(true), _) => Some(Found::new(
                Expired,
                format!("its licence ended: {end}"),
                "renew the licence; its admins cannot sign in",
            )),
            (_, Some(true)) => Some(Found::new(
                ExpiresSoon,
                format!("its licence ends: {end}"),
                "renew the licence",
            )),
            (_, Some(false)) => None,
            (_, None) => Some(Found::new(
                EndUnknown,
                format!("the end of its licence cannot be read: {end}"),
                "look at the licence of the company in the web client",
            )),
        };
        let of_privacy = self.is_closed().then(|| {
            Found::new(
                Closed,
                "its privacy setting denies its reseller, so that its admins and domains are unknown",
                "ask an admin of the company to open it in its privacy settings",
            )
        });
        [of_limit, of_end, of_privacy]
            .into_iter()
            .flatten()
            .collect()
    }
    /// Whether its privacy setting closes it. With an expired licence, a reseller may enter although the
    /// setting denies it.
    pub(super) fn is_closed(&self) -> bool {
        self.open_to_reseller == Some(false) && self.license_expired != Some(true)
    }
}
