//! How many users a company has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient_json::Record;
use crate::{Company, Error, ErrorKind, Result};

/// How many users a company has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UserCounts {
    /// Users who take part.
    pub active: u64,
    /// Users who do not; null where the service does not say it.
    pub inactive: Option<u64>,
    /// Users who were deleted; null where the service does not say it.
    pub deleted: Option<u64>,
    /// How many users were added in each month, the newest last.
    pub monthly: Vec<MonthCount>,
}

/// How many users were added in a month, whatever became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct MonthCount {
    /// The month, as the service writes it.
    pub period: String,
    /// How many users; null where the service does not say it.
    pub count: Option<u64>,
}

impl Company {
    /// Counts the users of this company.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the response has no count of the active users, and if the call fails.
    pub async fn count_users(&self) -> Result<UserCounts> {
        let counts = async {
            let counts = self.raw().get_target_user_count_summary().await?;
            UserCounts::parse(&counts)
                .ok_or_else(|| Error::new(ErrorKind::Protocol, "the response contains no counts"))
        };
        counts.await.map_err(self.context("counting the users"))
    }
}

impl UserCounts {
    /// The active and the inactive users together; `None` if one of the counts is not known.
    pub fn total(&self) -> Option<u64> {
        self.active.checked_add(self.inactive?)
    }

    /// Parses the counts, which may be inside one more `data`.
    fn parse(data: &Value) -> Option<UserCounts> {
        let outer = Record::of(data)?;
        let record = outer.get("data").and_then(Record::of).unwrap_or(outer);
        let months = record.list("monthlyActiveUsers").iter();
        let count = |name| record.count(name);
        let month = |month: Record<'_>| MonthCount {
            period: month
                .text("period")
                .or_else(|| month.text("periodStart"))
                .unwrap_or_default(),
            count: month.count("count"),
        };
        Some(UserCounts {
            active: count("totalNumberOfActiveUsers")?,
            inactive: count("totalNumberOfInActiveUsers"),
            deleted: count("totalNumberOfDeletedUsers"),
            monthly: months.filter_map(Record::of).map(month).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_are_parsed_wrapped_and_in_any_case() {
        type Counts = (u64, Option<u64>, Option<u64>, usize);
        let check = |data: Value, expected: Option<Counts>, total: Option<u64>| {
            let counts = UserCounts::parse(&data);
            assert_eq!(counts.as_ref().and_then(UserCounts::total), total, "{data}");
            let shown = counts.map(|it| (it.active, it.inactive, it.deleted, it.monthly.len()));
            assert_eq!(shown, expected, "{data}");
        };
        let plain = json!({
            "totalNumberOfActiveUsers": 3, "totalNumberOfInActiveUsers": 2,
            "totalNumberOfDeletedUsers": 1, "monthlyActiveUsers": [{"period": "May", "count": 3}],
        });
        let all = Some((3, Some(2), Some(1), 1));
        check(plain.clone(), all, Some(5));
        check(json!({"data": plain}), all, Some(5));
        check(
            json!({"TotalNumberOfActiveUsers": "3", "TotalNumberOfInactiveUsers": 2}),
            Some((3, Some(2), None, 0)),
            Some(5),
        );
        check(
            json!({"totalNumberOfActiveUsers": 3}),
            Some((3, None, None, 0)),
            None,
        );
        let negative = json!({"totalNumberOfActiveUsers": 3, "totalNumberOfInActiveUsers": -2});
        check(negative, Some((3, None, None, 0)), None);
        check(json!({"other": 1}), None, None);
        check(json!(null), None, None);
    }
}
