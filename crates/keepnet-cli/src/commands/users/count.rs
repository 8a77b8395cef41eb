//! `users count`: how many people a company has, by status.

use keepnet_flows::UserCounts;
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Record};

pub(crate) async fn run(global: &GlobalOptions) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let counts = context.company().await?.count_users().await?;
    ui::stdout(global.output).record(&Counts {
        total: counts.total(),
        counts,
    })?;
    Ok(Status::Done)
}

/// How many users a company has, as `users count --output json` prints it.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// The active and the inactive users together.
    total: u64,
    #[serde(flatten)]
    counts: UserCounts,
}

impl Record for Counts {
    const COLUMNS: &'static [&'static str] = &["total", "active", "inactive", "deleted"];

    fn cells(&self) -> Vec<String> {
        let UserCounts {
            active,
            inactive,
            deleted,
            ..
        } = self.counts;
        [self.total, active, inactive, deleted]
            .map(|count| count.to_string())
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_the_counts_is_the_one_that_scripts_know() {
        ui::check_schema::<Counts>("counts");
    }
}
