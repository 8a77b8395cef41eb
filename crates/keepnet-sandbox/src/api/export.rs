//! Exports: the properties that their bodies share, and the files.

use rust_xlsxwriter::{Workbook, XlsxError};

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
        Ok(match self.format {
            ExportFormat::Csv => Reply::File {
                content_type: "text/csv",
                write: Box::new(|| {
                    let failed = |_| ApiError::internal("The rows could not be written");
                    write_csv(file).map_err(failed)
                }),
            },
            ExportFormat::Excel => Reply::File {
                content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                write: Box::new(|| {
                    let failed = |_| ApiError::internal("The rows do not fit into a worksheet");
                    write_excel(file).map_err(failed)
                }),
            },
            ExportFormat::Pdf => {
                return Err(ApiError::input(
                    "The sandbox does not write PDF; ask for Excel or CSV",
                ));
            }
        })
    }
}

fn write_csv(file: ExportFile) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(file.headers)?;
    for row in file.rows {
        writer.write_record(row)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

fn write_excel(file: ExportFile) -> Result<Vec<u8>, XlsxError> {
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
    workbook.save_to_buffer()
}
