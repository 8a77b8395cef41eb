//! When customers were synchronized, as far as it is recorded.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::finding::{FindingKind, Found};

const DAY: u64 = 24 * 60 * 60;

/// When the users of customers were synchronized completely, as far as it is recorded.
///
/// [`TicketFolder::recorded_syncs`](crate::TicketFolder::recorded_syncs) has the records of a computer. A
/// synchronization on another computer, with tickets elsewhere or without a ticket is in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedSyncs(HashMap<String, Recorded>);

/// What is recorded of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Recorded {
    times: BTreeSet<SystemTime>,
    /// Whether a later synchronization would have been recorded, also if it had written nothing.
    has_last: bool,
}

impl RecordedSyncs {
    /// Records that the last complete synchronization of the customer with this id ended at this time. Of
    /// several times, the latest counts.
    pub fn record(&mut self, company_id: impl Into<String>, at: SystemTime) {
        let recorded = self.0.entry(company_id.into()).or_default();
        recorded.times.insert(at);
        recorded.has_last = true;
    }

    /// Records a complete synchronization, after which others may have written nothing and left nothing.
    pub(crate) fn record_ticket(&mut self, company_id: impl Into<String>, at: SystemTime) {
        let recorded = self.0.entry(company_id.into()).or_default();
        recorded.times.insert(at);
    }

    /// When the customer with this id was synchronized last; `None` if that is not recorded.
    pub fn last(&self, company_id: &str) -> Option<SystemTime> {
        self.0.get(company_id)?.times.last().copied()
    }

    /// What is found in the records of a customer: nothing, if it was synchronized within this time.
    pub(super) fn find(
        &self,
        company_id: &str,
        within: Duration,
        now: SystemTime,
    ) -> Option<Found> {
        let unrecorded = Recorded::default();
        let recorded = self.0.get(company_id).unwrap_or(&unrecorded);
        let last = recorded.times.range(..=now).next_back();
        // No other time can be before it.
        let age = last.map(|last| now.duration_since(*last).unwrap_or_default());
        if age.is_some_and(|age| age <= within) {
            return None;
        }
        let (finding, detail) = match (last, age) {
            _ if self.last(company_id) > Some(now) => (
                FindingKind::SyncUnknown,
                "the last complete synchronization is recorded at a time that has not come yet, so a clock \
                 was wrong"
                    .to_owned(),
            ),
            (Some(last), Some(age)) => {
                let ended = format!("ended at {}, {}", shown(*last), days_ago(age));
                match recorded.has_last {
                    true => (
                        FindingKind::NotSynced,
                        format!("the last complete synchronization in the records {ended}; {ELSEWHERE}"),
                    ),
                    false => (
                        FindingKind::SyncUnknown,
                        format!(
                            "a complete synchronization {ended}; whether one ran since and changed nothing is \
                             not recorded"
                        ),
                    ),
                }
            }
            _ => (
                FindingKind::SyncUnknown,
                format!("no complete synchronization is in the records; {ELSEWHERE}"),
            ),
        };
        Some(Found::new(finding, detail, ADVICE))
    }
}

const ELSEWHERE: &str =
    "one on another computer, or with tickets in another folder, would not be in them";
const ADVICE: &str = "synchronize the company, or find out where its synchronization runs";

fn shown(time: SystemTime) -> String {
    Timestamp::try_from(time).unwrap_or_default().to_string()
}

fn days_ago(age: Duration) -> String {
    match age.as_secs() / DAY {
        0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
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
    fn sync_is_recent_old_or_unknown() {
        use FindingKind::{NotSynced, SyncUnknown};
        let now = SystemTime::UNIX_EPOCH + days(20_000);
        let check = |records: &[u32], tickets: &[u32], expected: Option<(FindingKind, &str)>| {
            let mut syncs = RecordedSyncs::default();
            for ago in records {
                syncs.record("a", now - days(*ago));
            }
            for ago in tickets {
                syncs.record_ticket("a", now - days(*ago));
            }
            let found = syncs.find("a", days(30), now);
            let found = found.map(|found| (found.finding, found.detail));
            let start = found
                .as_ref()
                .and_then(|(finding, detail)| Some((*finding, detail.split_once(';')?.0)));
            assert_eq!(start, expected, "{records:?} {tickets:?}");
            assert!(syncs.find("b", days(30), now).is_some());
        };
        check(&[30], &[], None);
        check(&[90, 2, 60], &[], None);
        check(&[90], &[2], None);
        let last = "the last complete synchronization in the records ended at 2024-09-03T00:00:00Z, \
                    31 days ago";
        check(&[31], &[], Some((NotSynced, last)));
        check(&[90], &[31], Some((NotSynced, last)));
        let ticket = "a complete synchronization ended at 2024-09-03T00:00:00Z, 31 days ago";
        check(&[], &[31], Some((SyncUnknown, ticket)));
        let none = "no complete synchronization is in the records";
        check(&[], &[], Some((SyncUnknown, none)));
    }

    #[test]
    fn time_in_the_future_proves_nothing() {
        let now = SystemTime::UNIX_EPOCH + days(100);
        let check = |recorded: &[u32], expected: Option<FindingKind>| {
            let mut syncs = RecordedSyncs::default();
            for day in recorded {
                syncs.record("a", SystemTime::UNIX_EPOCH + days(*day));
            }
            let found = syncs.find("a", days(30), now).map(|found| found.finding);
            assert_eq!(found, expected, "{recorded:?}");
        };
        check(&[101], Some(FindingKind::SyncUnknown));
        check(&[10, 101], Some(FindingKind::SyncUnknown));
        check(&[90, 101], None);
    }
}
