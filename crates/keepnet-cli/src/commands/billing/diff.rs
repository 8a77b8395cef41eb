//! `billing diff`: what changed between two snapshots of the usage.

use std::path::{Path, PathBuf};

use clap::Args;
use keepnet_flows::{BillingChange, BillingSnapshot};

use crate::config::GlobalOptions;
use crate::exit::{CliError, ExitStatus, Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Document, Format, Record, print_message};

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

fn read(path: &Path) -> Result<BillingSnapshot> {
    let text = std::fs::read(path).map_err(|error| {
        CliError::about_file(ExitStatus::Usage, path, "the file cannot be read").with_source(error)
    })?;
    BillingSnapshot::from_json(&text).map_err(|error| {
        let problem = error.problem();
        let error = CliError::about_file(ExitStatus::Usage, path, problem).with_source(error);
        error.with_hint("compare two files that `keepnet billing snapshot -o NAME.json` saved")
    })
}

impl Record for BillingChange {
    const COLUMNS: &'static [&'static str] = &["id", "name", "field", "before", "after"];
}
