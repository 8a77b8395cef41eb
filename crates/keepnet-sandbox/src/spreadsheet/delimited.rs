//! Reading a delimited text file.

use encoding_rs::{UTF_8, WINDOWS_1254};

use super::error::ReadError;
use super::table::{Sheet, TableBuilder};

/// Reads a text file. The encoding is UTF-8 or UTF-16 if the file has a byte order mark, UTF-8 if
/// the bytes are valid, and Windows-1254 (the Turkish code page) otherwise. The delimiter is the
/// comma, semicolon, tab or bar, whichever is the most frequent in the first line.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, ReadError> {
    let encoding = if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1254
    };
    let (text, _, _) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err(ReadError::Format);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut builder = TableBuilder::default();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| ReadError::Format)?
    {
        let cells: Vec<&str> = record.iter().collect();
        builder.row(&cells)?;
    }
    Ok(Sheet {
        table: builder.finish(),
        names: Vec::new(),
    })
}

fn delimiter(text: &str) -> u8 {
    let first_line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |delimiter: u8| first_line.bytes().filter(|&byte| byte == delimiter).count();
    // `max_by_key` returns the last of equal candidates, so the comma is the default.
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&delimiter| count(delimiter))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_delimiter_are_detected() {
        let check = |bytes: &[u8], expected: &[&str]| {
            let table = read(bytes).unwrap().table;
            let cells: Vec<&str> = (0..table.headers().len())
                .map(|column| table.cell(0, column))
                .collect();
            assert_eq!(cells, expected, "{:?}", String::from_utf8_lossy(bytes));
        };
        check(b"a,b\r\n1,\"x,y\"\r\n", &["1", "x,y"]);
        check(b"\xef\xbb\xbfa;b\n1;2,5\n", &["1", "2,5"]);
        check(b"a\tb\nG\xfcne\xfe\tx\n", &["Güneş", "x"]);
        check(b"\xff\xfea\0,\0b\0\n\x001\0,\x002\0", &["1", "2"]);
        check(b"Email\na@b.example\n", &["a@b.example"]);
    }

    #[test]
    fn binary_content_is_refused() {
        assert!(read(b"PK\x03\x04\0\0\0").is_err());
    }
}
