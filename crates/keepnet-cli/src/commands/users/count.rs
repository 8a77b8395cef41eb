//! `users count`: the number of users by status.

use keepnet_flows::UserCounts;
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Record};

pub(super) async fn run(global: &GlobalOptions) -> Result {
    let context = Context::new(global).await?;
    let counts = context.company().await?.count_users().await?;
    ui::stdout(global.output).record(&Counts {
        total: counts.total(),
        counts,
    })?;
    Ok(ExitStatus::Done)
}

/// How many users a company has, as `users count --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Counts {
    /// The active and the inactive users together.
    total: u64,
    #[serde(flatten)]
    counts: UserCounts,
}

impl Record for Counts {
    const COLUMNS: &'static [&'static str] = &["total", "active", "inactive", "deleted", "monthly"];
    const HIDDEN: &'static [&'static str] = &["monthly"];
}
