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
    /// Users who do not.
    pub inactive: u64,
    /// Users who were deleted.
    pub deleted: u64,
    /// How many users were added in each month, the newest last.
    pub monthly: Vec<MonthCount>,
}

/// How many users were added in a month, whatever became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct MonthCount {
    /// The month, as the service writes it.
    pub period: String,
    /// How many users.
    pub count: u64,
}

impl Company {
    /// Counts the users of this company.
    ///
    /// # Errors
    ///
    /// If the call fails.
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
    /// The active and the inactive users together.
    pub fn total(&self) -> u64 {
        self.active + self.inactive
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
            count: month.count("count").unwrap_or_default(),
        };
        Some(UserCounts {
            active: count("totalNumberOfActiveUsers")?,
            inactive: count("totalNumberOfInActiveUsers").unwrap_or_default(),
            deleted: count("totalNumberOfDeletedUsers").unwrap_or_default(),
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
        let check = |data: Value, expected: Option<(u64, u64, u64, usize)>| {
            let counts = UserCounts::parse(&data);
            let shown = counts.map(|it| (it.active, it.inactive, it.deleted, it.monthly.len()));
            assert_eq!(shown, expected, "{data}");
        };
        let plain = json!({
            "totalNumberOfActiveUsers": 3, "totalNumberOfInActiveUsers": 2,
            "totalNumberOfDeletedUsers": 1, "monthlyActiveUsers": [{"period": "May", "count": 3}],
        });
        check(plain.clone(), Some((3, 2, 1, 1)));
        check(json!({"data": plain}), Some((3, 2, 1, 1)));
        check(
            json!({"TotalNumberOfActiveUsers": "3", "TotalNumberOfInactiveUsers": 2}),
            Some((3, 2, 0, 0)),
        );
        check(json!({"other": 1}), None);
        check(json!(null), None);
    }
}
