//! Whether a downloaded file is complete, as far as its format shows.

use keepnet_client::CompletenessCheck;

use super::file_format::FileFormat;

/// The check for files of one format.
pub(super) enum FileEnd {
    Csv(LastRecord),
    Excel(ZipDirectory),
}

impl FileEnd {
    pub(super) fn of(format: FileFormat) -> FileEnd {
        match format {
            FileFormat::Csv => FileEnd::Csv(LastRecord::default()),
            FileFormat::Excel => FileEnd::Excel(ZipDirectory::default()),
        }
    }
}

impl CompletenessCheck for FileEnd {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            FileEnd::Csv(records) => records.update(bytes),
            FileEnd::Excel(directory) => directory.update(bytes),
        }
    }

    fn is_complete(&self) -> bool {
        match self {
            FileEnd::Csv(records) => records.is_complete(),
            FileEnd::Excel(directory) => directory.is_complete(),
        }
    }
}

/// A CSV file counts as complete if its last record has as many fields as its header. A file that was
/// cut after a record, or inside the last field of one, looks like a shorter file.
#[derive(Default)]
pub(super) struct LastRecord {
    /// Whether the last byte is inside quotation marks.
    quoted: bool,
    /// How often the header contains each delimiter, once it is complete.
    header: Option<Counts>,
    record: Counts,
    /// Whether the last record has no character.
    is_empty: bool,
    /// How many records with a character ended.
    ended: u64,
}

const DELIMITERS: [u8; 4] = *b",;\t|";
type Counts = [usize; DELIMITERS.len()];

impl LastRecord {
    /// How many records follow the header.
    pub(super) fn rows(&self) -> u64 {
        let records = self.ended + u64::from(!self.is_empty);
        records.saturating_sub(1)
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    self.header.get_or_insert(self.record);
                    self.record = Counts::default();
                    self.ended += u64::from(!self.is_empty);
                    self.is_empty = true;
                    continue;
                }
                b'\r' => continue,
                byte => {
                    let delimiter = DELIMITERS.iter().position(|it| it == byte);
                    if let Some(at) = delimiter.filter(|_| !self.quoted) {
                        self.record[at] += 1;
                    }
                }
            }
            self.is_empty = false;
        }
    }

    fn is_complete(&self) -> bool {
        let header = self.header.unwrap_or(self.record);
        // The delimiter of the file is the one that is most frequent in its header.
        let delimiter = (0..DELIMITERS.len()).max_by_key(|at| header[*at]);
        let is_full = delimiter.is_none_or(|at| self.record[at] >= header[at]);
        !self.quoted && (self.is_empty || is_full)
    }
}

/// A workbook is a zip archive. It ends with a record of 22 bytes for its directory, and a comment.
#[derive(Default)]
pub(super) struct ZipDirectory {
    tail: Vec<u8>,
}

const RECORD: usize = 22;
const LONGEST_COMMENT: usize = u16::MAX as usize;

impl ZipDirectory {
    fn update(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let most = RECORD + LONGEST_COMMENT;
        // Only at twice the size, so that not every chunk moves the whole tail.
        if self.tail.len() > 2 * most {
            self.tail.drain(..self.tail.len() - most);
        }
    }

    fn is_complete(&self) -> bool {
        let mut ends = self.tail.windows(RECORD).enumerate();
        ends.any(|(at, record)| {
            let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
            record.starts_with(b"PK\x05\x06") && at + RECORD + comment == self.tail.len()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_complete(format: FileFormat, file: &[u8]) -> bool {
        // The size of the chunks does not matter.
        let results = [1, 7, file.len().max(1)].map(|size| {
            let mut check = FileEnd::of(format);
            file.chunks(size).for_each(|chunk| check.update(chunk));
            check.is_complete()
        });
        assert!(results.iter().all(|it| *it == results[0]), "{results:?}");
        results[0]
    }

    #[test]
    fn text_is_complete_if_its_last_record_is() {
        let check = |text: &str, complete: bool| {
            assert_eq!(
                is_complete(FileFormat::Csv, text.as_bytes()),
                complete,
                "{text:?}"
            );
        };
        check("a,b,c\r\n1,2,3\r\n", true);
        check("a,b,c\n1,2,3", true);
        check("a,b,c\n1,\"2,\n\",3\n\n", true);
        check("a,b,c", true);
        check("a\n1\n2", true);
        check("a;b,c;d\n1;2,3\n4;5;6", true);
        check("a,b,c\n1,2,3\n1,2", false);
        check("a,b,c\n1,2,\"3", false);
        check("a,b,c\n1,2,3\n1", false);
    }

    #[test]
    fn rows_are_the_records_below_the_header() {
        let check = |text: &str, expected: u64| {
            let mut records = LastRecord::default();
            records.update(text.as_bytes());
            assert_eq!(records.rows(), expected, "{text:?}");
        };
        check("", 0);
        check("a,b\r\n", 0);
        check("a,b\r\n1,2\r\n3,4\r\n", 2);
        check("a,b\n1,2\n3,4", 2);
        check("a,b\n\n1,\"2\n\n\"\n\r\n", 1);
    }

    #[test]
    fn workbook_is_complete_if_its_directory_ends_it() {
        let archive = |comment: &[u8]| {
            let mut file = b"PK\x03\x04 and so on PK\x05\x06".to_vec();
            file.extend([0; 16]);
            file.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
            file.extend(comment);
            file
        };
        for comment in ["", "a comment"] {
            let file = archive(comment.as_bytes());
            assert!(is_complete(FileFormat::Excel, &file));
            assert!(!is_complete(FileFormat::Excel, &file[..file.len() - 1]));
            assert!(!is_complete(FileFormat::Excel, &file[..file.len() / 2]));
        }
        let mut long = vec![0; 300_000];
        long.extend(archive(b""));
        assert!(is_complete(FileFormat::Excel, &long));
        assert!(!is_complete(FileFormat::Excel, b""));
    }
}
