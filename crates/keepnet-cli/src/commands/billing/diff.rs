//! `billing diff`: what changed between two snapshots of the usage.

use std::path::{Path, PathBuf};

use clap::Args;
use keepnet_flows::{BillingChange, BillingDifference, BillingSnapshot};

use crate::config::GlobalOptions;
use crate::exit::{CliError, ExitStatus, Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Column, Document, Format, Record, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The JSON file of the earlier snapshot
    #[arg(value_name = "EARLIER")]
    earlier: PathBuf,
    /// The JSON file of the later snapshot
    #[arg(value_name = "LATER")]
    later: PathBuf,
}

pub(super) fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let earlier = read(&arguments.earlier)?;
    let later = read(&arguments.later)?;
    let difference = earlier.difference(&later);
    match global.output {
        Format::Json | Format::Ndjson => {
            ui::stdout(global.output).document(&Document::complete(&difference))?;
        }
        format => ui::stdout(format).records(&difference.changes, Outcome::Complete)?,
    }
    for warning in warnings(&earlier, &later, &difference) {
        print_message(&format!("warning: {warning}"));
    }
    if global.output == Format::Table {
        print_message(&format!(
            "{} from {} to {}",
            counted(difference.changes.len() as u64, "change", "changes"),
            difference.earlier_month,
            difference.later_month
        ));
    }
    Ok(ExitStatus::Done)
}

/// What shows that the files are not an earlier and a later one of one reseller.
fn warnings(
    earlier: &BillingSnapshot,
    later: &BillingSnapshot,
    difference: &BillingDifference,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if earlier.month > later.month {
        warnings.push(format!(
            "the first file is of {}, after the second one of {}; the earlier file comes first",
            earlier.month, later.month
        ));
    }
    let has_customers = !earlier.companies.is_empty() && !later.companies.is_empty();
    if has_customers && difference.common == 0 {
        warnings.push("the files have no customer in common; are they of one reseller?".to_owned());
    }
    warnings
}

fn read(path: &Path) -> Result<BillingSnapshot> {
    let text = std::fs::read(path).map_err(|error| {
        CliError::about_file(ExitStatus::Usage, path, "the file cannot be read").with_source(error)
    })?;
    BillingSnapshot::from_json(&text).map_err(|error| {
        let problem = error.problem();
        let error = CliError::about_file(ExitStatus::Usage, path, problem).with_source(error);
        error.with_hint(
            "compare two files that `keepnet billing snapshot -o NAME.json` of this release saved",
        )
    })
}

impl Record for BillingChange {
    const COLUMNS: &'static [Column] = &[
        Column::whole("id"),
        Column::name("name"),
        Column::whole("field"),
        Column::text("before"),
        Column::text("after"),
    ];
}
