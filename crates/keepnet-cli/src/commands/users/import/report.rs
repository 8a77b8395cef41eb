//! The report of an import: printed, saved, and as an exit status.

use std::path::Path;

use keepnet_flows::{ImportOutcome, ImportReport, Receipt, Sheet, SheetError};

use crate::exit::{Outcome, Result};
use crate::ui::{self, Format, ignore_closed_pipe, print_message};

/// Prints the report, as CSV the rejected rows; a closed standard output does not change the exit status.
pub(super) fn print(
    format: Format,
    report: &ImportReport,
    lines: Vec<String>,
    summary: &[String],
) -> Result<()> {
    let output = ui::stdout(format);
    let printed = output.report_with_summary(report, &report.rejected, || lines, summary);
    Ok(ignore_closed_pipe(printed)?)
}

/// How an import ended, or how far it is.
pub(super) fn outcome(report: &ImportReport) -> Outcome {
    match report.outcome {
        ImportOutcome::Planned => Outcome::of_dry_run(report.rows.rejected() == 0),
        ImportOutcome::Started => Outcome::Started,
        ImportOutcome::Complete => Outcome::Complete,
        ImportOutcome::Unverified => Outcome::Unverified,
        _ => Outcome::Incomplete,
    }
}

/// Saves the report and its lists of rows. Without the file, only the report is saved: the users are
/// imported already.
pub(super) fn save(
    receipt: &Receipt,
    folder: &Path,
    sheet: Result<Sheet, SheetError>,
) -> Result<()> {
    if let Err(error) = &sheet {
        let problem = "imported.csv, rejected.csv and duplicates.csv are not saved";
        print_message(&format!("warning: {problem}: {error}"));
    }
    let saved = receipt.save_report(folder, sheet.as_ref().ok())?;
    let files = [
        Some(saved.report),
        saved.imported,
        saved.rejected,
        saved.duplicates,
    ];
    let files = files
        .iter()
        .flatten()
        .map(|path| path.display().to_string());
    print_message(&format!("saved {}", files.collect::<Vec<_>>().join(", ")));
    Ok(())
}
