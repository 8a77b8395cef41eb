//! `fleet plan`: the customers of a fleet, after all of its files are checked.

use schemars::JsonSchema;
use serde::Serialize;

use super::file::FleetArguments;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Record};

pub(super) async fn run(global: &GlobalOptions, arguments: &FleetArguments) -> Result {
    let context = Context::new(global).await?;
    let fleet = arguments.fleet(&context.reseller().await?).await?;
    let planned = fleet.companies().map(|company| PlannedCompany {
        company_id: company.id.clone(),
        company: company.name.clone(),
    });
    let planned: Vec<_> = planned.collect();
    ui::stdout(global.output).records(&planned)?;
    Ok(ExitStatus::Done)
}

/// A customer of a fleet, as `fleet plan --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct PlannedCompany {
    company_id: String,
    company: String,
}

impl Record for PlannedCompany {
    const COLUMNS: &'static [&'static str] = &["company_id", "company"];
}
