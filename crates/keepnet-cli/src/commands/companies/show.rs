//! `companies show`: one customer.

use clap::Args;
use futures::TryStreamExt as _;

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The customer's name or id
    #[arg(value_name = "NAME|ID", value_parser = filled)]
    customer: String,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let company = reseller.company(&arguments.customer).await;
    let company = company.map_err(CliError::from_company_lookup)?;
    let mut companies = reseller.companies().search(company.name()).stream();
    while let Some(summary) = companies.try_next().await? {
        if summary.id == company.id() {
            ui::stdout(global.output).record(&summary)?;
            return Ok(ExitStatus::Done);
        }
    }
    Err(CliError::failed(format!(
        "showing the company {company}: the service does not list it"
    )))
}
