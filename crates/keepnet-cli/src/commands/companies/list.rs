//! `companies list`: the customers of the reseller.

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::CompanySummary;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Record};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only those whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with more people than their licence covers
    #[arg(long)]
    pub(crate) over_limit: bool,
}

pub(crate) async fn run(global: &GlobalOptions, wanted: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let mut search = context.reseller().await?.companies();
    if let Some(text) = &wanted.search {
        search = search.search(text);
    }
    if wanted.over_limit {
        search = search.over_limit();
    }
    let mut companies = search.stream();
    let mut list = ui::stdout(global.output).list::<CompanySummary>()?;
    while let Some(company) = companies.try_next().await? {
        list.push(&company)?;
    }
    list.finish()?;
    Ok(Status::Done)
}

impl Record for CompanySummary {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "target_user_count",
        "user_limit",
        "license_end",
        "reseller",
        "industry",
        "license_type",
        "inactive_user_count",
        "deleted_user_count",
        "license_expired",
        "created",
    ];
    const IN_A_TABLE: usize = 5;

    fn cells(&self) -> Vec<String> {
        let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            self.name.clone(),
            number(self.target_user_count),
            number(self.user_limit),
            text(&self.license_end),
            text(&self.reseller),
            text(&self.industry),
            text(&self.license_type),
            number(self.inactive_user_count),
            number(self.deleted_user_count),
            self.license_expired
                .map(|expired| expired.to_string())
                .unwrap_or_default(),
            text(&self.created),
        ]
    }
}
