//! `users check`: a staff list without network or credentials.

use keepnet_flows::staff_list::{RowCounts, ValidationReport};
use keepnet_flows::{Mapper, Mapping, Validation};

use super::columns::column_lines;
use super::staff_list::{StaffList, warning_lines};
use crate::config::GlobalOptions;
use crate::exit::{Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Document, problem_lines};

pub(super) fn run(global: &GlobalOptions, list: &StaffList) -> Result {
    let (sheet, validation) = list.validate()?;
    let report = validation.report();
    let is_accepted = report.warnings.is_empty() || !list.is_strict();
    let outcome = Outcome::of_rows(report.rows.valid == report.rows.total && is_accepted);
    let document = Document::new(&report, outcome);
    let output = ui::stdout(global.output);
    let lines = || {
        let by_headers = Mapper::new().map(&sheet).ok();
        lines(by_headers.as_ref(), &validation, &report)
    };
    let summary = [describe_counts(report.rows)];
    output.report_with_summary(&document, &report.rejected, lines, &summary)?;
    Ok(outcome.status())
}

fn lines(
    by_headers: Option<&Mapping>,
    validation: &Validation,
    report: &ValidationReport,
) -> Vec<String> {
    let file = &report.file;
    let mut lines = vec![match (&report.sheet, &report.encoding) {
        (Some(sheet), _) => format!("{file}, worksheet \"{sheet}\""),
        (None, Some(encoding)) => format!("{file}, {encoding}"),
        (None, None) => file.clone(),
    }];
    lines.extend(column_lines(validation.mapping(), by_headers));
    lines.extend(warning_lines(
        validation.warnings(),
        validation.warning_count(),
    ));
    lines.extend(problem_lines(
        validation.problems(),
        validation.problem_count(),
    ));
    lines
}

/// Such as `12 rows: 7 valid, 4 invalid, 1 duplicate`.
fn describe_counts(rows: RowCounts) -> String {
    let mut text = format!(
        "{}: {} valid",
        counted(rows.total, "row", "rows"),
        rows.valid
    );
    for (count, what) in [(rows.invalid, "invalid"), (rows.duplicate, "duplicate")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}
