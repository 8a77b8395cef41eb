//! Files that the service hands out.

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::dialect::ExportFormat;
use crate::envelope::{Answer, Failure, Reply};

/// A file to hand out: the main sheet, and further ones that only a workbook has.
pub(crate) struct Written {
    pub(crate) name: &'static str,
    pub(crate) headers: Vec<String>,
    /// Taken one after the other, when the state is not locked.
    pub(crate) rows: Rows,
    /// Name, header and lines of a second sheet of one column.
    pub(crate) list: Option<(&'static str, &'static str, Vec<String>)>,
}

/// The lines of a file.
pub(crate) type Rows = Box<dyn Iterator<Item = Vec<String>> + Send>;

/// Writes the file as a download, after the state is free for others again.
pub(crate) fn write(format: ExportFormat, file: Written) -> Answer {
    Ok(Reply::later(move || written(format, file)))
}

fn written(format: ExportFormat, file: Written) -> Answer {
    match format {
        ExportFormat::Csv => csv(file).map(|bytes| Reply::File {
            bytes,
            content_type: "text/csv",
        }),
        ExportFormat::Excel => {
            let content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let failed = |_| Failure::internal("The rows do not fit into a worksheet");
            excel(file)
                .map(|bytes| Reply::File {
                    bytes,
                    content_type,
                })
                .map_err(failed)
        }
        ExportFormat::Pdf => Err(Failure::input(
            "The sandbox does not write PDF; ask for Excel or CSV",
        )),
    }
}

fn csv(file: Written) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = std::iter::once(file.headers).chain(file.rows);
    let written = rows.try_for_each(|row| writer.write_record(row));
    let failed = || Failure::internal("The rows could not be written");
    written.map_err(|_| failed())?;
    writer.into_inner().map_err(|_| failed())
}

fn excel(file: Written) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(file.name)?;
    for (row, cells) in (0..).zip(std::iter::once(file.headers).chain(file.rows)) {
        for (column, cell) in (0..).zip(&cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    if let Some((name, header, lines)) = file.list {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.write_string(0, 0, header)?;
        for (row, line) in (1..).zip(lines) {
            sheet.write_string(row, 0, line)?;
        }
    }
    workbook.save_to_buffer()
}
