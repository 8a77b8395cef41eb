//! When customers were synchronized, as far as it is recorded.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::finding::{FindingKind, Found};

const DAY: u64 = 24 * 60 * 60;

/// When the users of customers were last synchronized completely, as far as it is recorded.
///
/// A record shows that a customer was synchronized; none shows that it was not:
/// a synchronization that writes nothing leaves no ticket, and neither does one on another computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedSyncs(HashMap<String, SystemTime>);

impl RecordedSyncs {
    /// Records that the customer with this id was synchronized at this time; the latest time counts.
    pub fn record(&mut self, company_id: impl Into<String>, at: SystemTime) {
        let last = self.0.entry(company_id.into()).or_insert(at);
        *last = at.max(*last);
    }

    /// When the customer with this id was synchronized last; `None` if that is not recorded.
    pub fn last(&self, company_id: &str) -> Option<SystemTime> {
        self.0.get(company_id).copied()
    }

    /// What is found in the records of a customer: nothing, if it was synchronized within this time.
    pub(super) fn find(
        &self,
        company_id: &str,
        within: Duration,
        now: SystemTime,
    ) -> Option<Found> {
        let last = self.last(company_id);
        // A time after now is of a clock that was wrong: it proves nothing.
        let age = last.and_then(|last| now.duration_since(last).ok());
        if age.is_some_and(|age| age <= within) {
            return None;
        }
        let detail = match (last, age) {
            (Some(last), Some(age)) => {
                let last = Timestamp::try_from(last).unwrap_or_default();
                let date = last.strftime("%Y-%m-%d");
                let days = age.as_secs() / DAY;
                format!(
                    "the last complete synchronization that is recorded ended on {date}, {days} days ago"
                )
            }
            _ => "no complete synchronization is recorded".to_owned(),
        };
        Some(Found::new(
            FindingKind::SyncUnknown,
            format!(
                "{detail}; one that changed nothing, or ran on another computer, is not recorded"
            ),
            "synchronize the company, or find out where its synchronization runs",
        ))
    }
}

/// This many days.
pub(super) fn days(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_sync_is_recent_old_or_missing() {
        let now = SystemTime::UNIX_EPOCH + days(20_000);
        let check = |recorded: &[u32], expected: Option<&str>| {
            let mut syncs = RecordedSyncs::default();
            for ago in recorded {
                syncs.record("a", now - days(*ago));
            }
            let found = syncs.find("a", days(30), now).map(|found| found.detail);
            let start = found.as_deref().and_then(|it| it.split_once(';'));
            assert_eq!(start.map(|(start, _)| start), expected, "{recorded:?}");
            assert!(syncs.find("b", days(30), now).is_some());
        };
        check(&[30], None);
        check(&[90, 2, 60], None);
        let old =
            "the last complete synchronization that is recorded ended on 2024-09-03, 31 days ago";
        check(&[31], Some(old));
        check(&[], Some("no complete synchronization is recorded"));
    }

    #[test]
    fn time_in_the_future_proves_nothing() {
        let mut syncs = RecordedSyncs::default();
        syncs.record("a", SystemTime::UNIX_EPOCH + days(2));
        let found = syncs.find("a", days(30), SystemTime::UNIX_EPOCH + days(1));
        assert!(found.is_some());
    }
}
