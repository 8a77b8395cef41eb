//! CSV that is safe to open in a spreadsheet program.

use std::borrow::Cow;
use std::io::{self, Write};

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
            self.0.write_field(guarded(cell.as_ref()).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Puts an apostrophe before what a spreadsheet program would compute. A sign
/// before nothing but digits is a phone number or a figure, and stays.
fn guarded(cell: &str) -> Cow<'_, str> {
    let is_formula = match cell.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', rest @ ..] => !rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_formula {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn only_what_would_be_computed_gets_an_apostrophe() {
        let check = |cell: &str, expected: &str| assert_eq!(guarded(cell), expected);
        check("=1+1", "'=1+1");
        check(
            "=HYPERLINK(\"http://x.example\")",
            "'=HYPERLINK(\"http://x.example\")",
        );
        check("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\r=1", "'\r=1");
        check("+905300000000", "+905300000000");
        check("-5", "-5");
        check("Ada", "Ada");
        check("ada@acme.example", "ada@acme.example");
        check("", "");
    }
}
