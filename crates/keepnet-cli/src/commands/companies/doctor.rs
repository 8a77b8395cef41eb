//! `companies doctor`: what needs a person among the customers. It only reads.

use clap::Args;
use keepnet_flows::CompanyFinding;
use schemars::JsonSchema;
use serde::Serialize;

use super::list::parse_days;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Format, Record};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name the licences that end within this many days
    #[arg(long, value_name = "DAYS", default_value = "30d", value_parser = parse_days)]
    expires_within: u32,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let companies = context.reseller().await?.companies();
    let findings = companies.findings(arguments.expires_within).await?;
    match global.output {
        Format::Json => ui::stdout(Format::Json).document(&FindingsDocument {
            items: &findings,
            outcome: match findings.is_empty() {
                true => "complete",
                false => "incomplete",
            },
        })?,
        format => ui::stdout(format).records(&findings)?,
    }
    Ok(ExitStatus::for_rows(findings.is_empty()))
}

/// What was found, as `companies doctor --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct FindingsDocument<'a> {
    items: &'a [CompanyFinding],
    /// `complete` if nothing was found; `incomplete` if something needs a person.
    outcome: &'static str,
}

impl Record for CompanyFinding {
    const COLUMNS: &'static [&'static str] =
        &["company_id", "company_name", "finding", "detail", "advice"];
    const NONE: &'static str = "nothing was found";
}
