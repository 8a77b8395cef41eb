//! `companies show`: one customer.

use clap::Args;
use futures::TryStreamExt as _;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its name or id
    #[arg(value_name = "NAME|ID")]
    customer: String,
}

pub(crate) async fn run(global: &GlobalOptions, wanted: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let company = reseller
        .company(&wanted.customer)
        .await
        .map_err(Failure::of_choice)?;
    let mut companies = reseller.companies().search(company.name()).stream();
    while let Some(summary) = companies.try_next().await? {
        if summary.id == company.id() {
            ui::stdout(global.output).record(&summary)?;
            return Ok(Status::Done);
        }
    }
    Err(Failure::new(
        Status::Failed,
        format!("showing the company {company}: the service does not list it"),
    ))
}
