//! `users check`: a staff list alone, without network or credentials.

use keepnet_flows::Validation;
use keepnet_flows::staff_list::ValidationReport;

use super::staff_list::{StaffList, in_words};
use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};
use crate::ui::{self, Format, problem_lines};

pub(crate) fn run(global: &GlobalOptions, list: &StaffList) -> Result<Status, Failure> {
    let checked = list.check()?;
    let report = checked.report();
    let output = ui::stdout(global.output);
    match global.output {
        Format::Table => output.lines(&lines(&checked, &report))?,
        Format::Json | Format::Ndjson => output.document(&report)?,
        Format::Csv => output.records(&report.rejected)?,
    }
    Ok(if report.rows.valid == report.rows.total {
        Status::Done
    } else {
        Status::Partial
    })
}

fn lines(checked: &Validation, report: &ValidationReport) -> Vec<String> {
    let mut lines = vec![match (&report.sheet, &report.encoding) {
        (Some(sheet), _) => format!("{}, worksheet \"{sheet}\"", report.file),
        (None, Some(encoding)) => format!("{}, {encoding}", report.file),
        (None, None) => report.file.clone(),
    }];
    for column in &report.mapping {
        let guess = if column.confidence() < 1.0 {
            " (by its wording)"
        } else {
            ""
        };
        let (letter, header) = (column.letter(), column.column());
        lines.push(format!(
            "  column {letter} \"{header}\" -> {}{guess}",
            column.field()
        ));
    }
    for header in &report.unmapped {
        lines.push(format!("  column \"{header}\" is left out"));
    }
    lines.extend(problem_lines(checked.problems(), checked.problem_count()));
    lines.push(in_words(report.rows));
    lines
}
