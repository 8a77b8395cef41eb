//! `companies doctor`: what needs a person among the customers. It only reads.

use std::path::PathBuf;

use clap::Args;
use keepnet_flows::{CompanyFinding, CompanyFindings, RecordedSyncs, Reseller};
use schemars::JsonSchema;
use serde::Serialize;

use super::list::parse_days;
use crate::commands::listing::doubt_line;
use crate::commands::many::{ManyCustomers, select};
use crate::config::{Context, GlobalOptions, ticket_folder};
use crate::exit::{Outcome, Result};
use crate::ui::{self, Column, Format, Record, print_message};

/// Looks at licences, admins and domains. What the service does not say is a finding, too.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// List the licences that end within this many days
    #[arg(long, value_name = "DAYS", default_value = "30d", value_parser = parse_days)]
    expires_within: u32,
    /// List the customers without a complete `users sync` within this many days, by the records
    /// that this computer keeps [default: not checked]
    #[arg(long, value_name = "DAYS", value_parser = parse_days)]
    synced_within: Option<u32>,
    /// The folder for tickets [default: imports in KEEPNET_STATE_DIR, or in the system's folder for
    /// program state]
    #[arg(long, value_name = "DIR", requires = "synced_within")]
    tickets: Option<PathBuf>,
    #[command(flatten)]
    customers: ManyCustomers,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let selection = arguments.customers.selection()?;
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let mut companies = reseller.companies();
    if let Some(selection) = selection {
        companies = companies.among(select(&reseller, &selection).await?.companies());
    }
    let mut check = companies.check().expires_within(arguments.expires_within);
    if let Some(days) = arguments.synced_within {
        check = check.synced_within(days, arguments.recorded_syncs(global, &reseller)?);
    }
    let found = check.findings().await?;
    let document = FindingsDocument::of(&found);
    match global.output {
        Format::Json => ui::stdout(Format::Json).document(&document)?,
        format => ui::stdout(format).records(&found.findings, document.outcome)?,
    }
    if found.companies == 0 {
        print_message(match found.doubt {
            None => "warning: no customer was checked: the account has none",
            Some(_) => "warning: no customer was checked: none was listed",
        });
    }
    if let Some(doubt) = found.doubt {
        print_message(&doubt_line(doubt, "customers"));
    }
    Ok(document.outcome.status())
}

impl Arguments {
    fn recorded_syncs(&self, global: &GlobalOptions, reseller: &Reseller) -> Result<RecordedSyncs> {
        match &self.tickets {
            // The sandbox of this command is new.
            None if global.sandbox => Ok(RecordedSyncs::default()),
            folder => Ok(ticket_folder(folder.as_deref())?.recorded_syncs(reseller)?),
        }
    }
}

/// What was found, as `companies doctor --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct FindingsDocument<'a> {
    items: &'a [CompanyFinding],
    /// How many customers were checked.
    companies: u64,
    #[schemars(with = "String")]
    outcome: Outcome,
}

impl FindingsDocument<'_> {
    fn of(found: &CompanyFindings) -> FindingsDocument<'_> {
        FindingsDocument {
            items: &found.findings,
            companies: found.companies,
            outcome: match (found.doubt.is_some(), found.findings.is_empty()) {
                (true, _) => Outcome::Incomplete,
                (false, false) => Outcome::Findings,
                (false, true) => Outcome::Complete,
            },
        }
    }
}

impl Record for CompanyFinding {
    const COLUMNS: &'static [Column] = &[
        Column::whole("company_id"),
        Column::name("company_name"),
        Column::whole("finding"),
        Column::text("detail"),
        Column::text("advice"),
    ];
    const NONE: &'static str = "nothing was found";
}
