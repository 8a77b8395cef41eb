//! An import by somebody else, which the fault `foreign-import` starts.

use std::fmt::Write as _;
use std::sync::Arc;

use super::background::{self, BackgroundJob};
use crate::core::Core;
use crate::fault::{ForeignImport, ImportFault};
use crate::spreadsheet::{self, FileType};
use crate::state::{
    ImportField, ImportJob, MappedColumns, Mapping, RowCounts, RowStatus, Stage, Transaction,
    UploadedFile,
};

/// Starts an import of made-up people into the company with this id, if there is one.
pub(crate) fn import_elsewhere(core: &Arc<Core>, company: &str, import: ForeignImport) {
    let mut state = core.state();
    let Some(company) = state.find_company(company) else {
        return;
    };
    let (now, number) = (core.settings.clock.now(), state.jobs.len() + 1);
    let mut file = "Email\n".to_owned();
    for row in 1..=import.rows {
        let _ = writeln!(file, "foreign{number}-{row}@elsewhere.example");
    }
    let Ok(sheet) = spreadsheet::read(FileType::Csv, file.as_bytes()) else {
        return;
    };
    let mut columns = MappedColumns::default();
    columns.add(ImportField::Email, 0);
    let (id, job, mapping_job) = (state.ids.next(), state.ids.next(), state.ids.next());
    let first_row = state.ids.block(import.rows);
    let file = UploadedFile {
        name: "foreign.csv".to_owned(),
        file_type: FileType::Csv,
        sheet_names: sheet.names,
        table: sheet.table,
    };
    let mut transaction = Transaction::new(id, company, Arc::new(file), now);
    transaction.stage = Stage::Imported;
    transaction.imports.push(job);
    transaction.mapping = Some(Mapping {
        job: mapping_job,
        columns,
        first_row,
        statuses: vec![RowStatus::New; import.rows],
        counts: RowCounts {
            new: import.rows,
            ..RowCounts::default()
        },
        ..Mapping::default()
    });
    state.transactions.insert(id, transaction);
    state.jobs.push(ImportJob {
        id: job,
        number,
        company,
        transaction: id,
        created: now,
        queue: (0..import.rows).collect(),
        fault: import.fails.then_some(ImportFault::Fails),
        is_foreign: true,
        ..ImportJob::default()
    });
    background::spawn(core, &state, BackgroundJob::Import(job));
}
