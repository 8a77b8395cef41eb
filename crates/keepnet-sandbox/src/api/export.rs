//! Exports: the properties that their bodies share, and the files.

use std::error::Error;

use rust_xlsxwriter::Workbook;

use crate::call::Call;
use crate::dialect::ExportFormat;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::search::Search;

/// The file that a body asks for.
pub(super) struct ExportRequest {
    format: ExportFormat,
    all_pages: bool,
}

/// The content of a file. A workbook can have a second sheet, a CSV file cannot.
pub(super) struct ExportFile {
    pub(super) sheet_name: &'static str,
    pub(super) headers: Vec<String>,
    /// Read one after the other, while the state is not locked.
    pub(super) rows: Box<dyn Iterator<Item = Vec<String>> + Send>,
    pub(super) list_sheet: Option<ListSheet>,
}

/// A sheet with one column.
pub(super) struct ListSheet {
    pub(super) name: &'static str,
    pub(super) header: &'static str,
    pub(super) rows: Vec<String>,
}

impl ExportRequest {
    pub(super) fn parse(call: &Call) -> Result<Self, ApiError> {
        let body = call.body()?;
        let format = call
            .dialect()
            .export_format(body.text_or_empty("exportType")?);
        Ok(Self {
            format: format.ok_or_else(|| ApiError::input("exportType is Excel, CSV or PDF"))?,
            all_pages: body.is_set("reportAllPages")?,
        })
    }

    /// The found records that the file contains.
    pub(super) fn select<'s, F, R>(&self, search: &Search<F>, found: &'s [R]) -> &'s [R] {
        if self.all_pages {
            found
        } else {
            search.page(found)
        }
    }

    /// Returns the file as a download.
    pub(super) fn reply(self, file: ExportFile) -> HandlerResult {
        type Write = fn(ExportFile) -> Result<Vec<u8>, Box<dyn Error>>;
        let (content_type, write): (_, Write) = match self.format {
            ExportFormat::Csv => ("text/csv", write_csv),
            ExportFormat::Excel => (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                write_excel,
            ),
            ExportFormat::Pdf => {
                return Err(ApiError::input(
                    "The sandbox does not write PDF; ask for Excel or CSV",
                ));
            }
        };
        let failed = |error| ApiError::internal(format!("The file could not be written: {error}"));
        Ok(Reply::File {
            content_type,
            write: Box::new(move || write(file).map_err(failed)),
        })
    }
}

fn write_csv(file: ExportFile) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(file.headers)?;
    for row in file.rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner()?)
}

fn write_excel(file: ExportFile) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(file.sheet_name)?;
    sheet.write_row(0, 0, file.headers)?;
    for (number, row) in (1..).zip(file.rows) {
        sheet.write_row(number, 0, row)?;
    }
    if let Some(list) = file.list_sheet {
        let sheet = workbook.add_worksheet();
        sheet.set_name(list.name)?;
        sheet.write_string(0, 0, list.header)?;
        sheet.write_column(1, 0, list.rows)?;
    }
    Ok(workbook.save_to_buffer()?)
}
