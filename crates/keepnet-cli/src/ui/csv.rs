//! CSV that is safe to open in a spreadsheet program.

use std::io::{self, Write};

use keepnet_flows::escape_formula;

/// Writes rows whose cells no spreadsheet program takes for a formula.
pub(super) struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W) -> Csv<W> {
        Csv(csv::Writer::from_writer(out))
    }

    pub(super) fn write<T: AsRef<str>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        for cell in cells {
            self.0
                .write_field(escape_formula(cell.as_ref()).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
