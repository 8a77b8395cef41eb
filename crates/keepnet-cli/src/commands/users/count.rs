//! `users count`: the number of users by status.

use futures::{FutureExt as _, TryFutureExt as _};
use keepnet_flows::{Company, UserCounts};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::commands::many::{ManyCustomers, print_each};
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::interrupt::ResumeHint;
use crate::ui::{self, Column, Record, member, plain_text};

pub(super) async fn run(
    global: &GlobalOptions,
    customers: &ManyCustomers,
    hint: &ResumeHint,
) -> Result {
    if let Some(selection) = customers.selection()? {
        let count = |company: Company| {
            let counts = async move { company.count_users().await };
            counts.map_ok(Counts::of).into_stream()
        };
        return print_each::<Counts, _>(global, hint, &selection, count).await;
    }
    let context = Context::new(global).await?;
    let counts = context.company().await?.count_users().await?;
    ui::stdout(global.output).record(&Counts::of(counts))?;
    Ok(ExitStatus::Done)
}

/// How many users a company has, as `users count --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Counts {
    /// The active and the inactive users together; null where one of the counts is not known.
    total: Option<u64>,
    #[serde(flatten)]
    counts: UserCounts,
}

impl Counts {
    fn of(counts: UserCounts) -> Counts {
        Counts {
            total: counts.total(),
            counts,
        }
    }
}

impl Record for Counts {
    const COLUMNS: &'static [Column] = &[
        Column::whole("total"),
        Column::whole("active"),
        Column::whole("inactive"),
        Column::whole("deleted"),
        Column::whole("monthly"),
    ];
    const HIDDEN: &'static [&'static str] = &["monthly"];

    fn cells(&self) -> Vec<String> {
        let record = serde_json::to_value(self).unwrap_or_default();
        let cell = |column: &Column| match member(&record, column.name) {
            // Without a word, it would look like a mistake.
            Value::Null => "unknown".to_owned(),
            value => plain_text(value),
        };
        Self::COLUMNS.iter().map(cell).collect()
    }
}
