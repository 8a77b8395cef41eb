//! Whether a file of the service is whole, as far as its format tells.

use keepnet_client::CompletenessCheck;

use super::file_format::FileFormat;

/// The end of a file of this format.
pub(super) fn completeness_check(format: FileFormat) -> Box<dyn CompletenessCheck> {
    match format {
        FileFormat::Csv => Box::new(LastRecord::default()),
        FileFormat::Excel => Box::new(Directory::default()),
    }
}

/// A CSV file is whole where its last record has as many fields as its header. One that was cut
/// behind a record, or in the last field of one, cannot be told from a shorter file.
#[derive(Default)]
struct LastRecord {
    /// Whether the bytes seen last are within quotation marks.
    quoted: bool,
    /// How often each delimiter is in the header, once that is complete.
    header: Option<Counts>,
    record: Counts,
    is_empty: bool,
}

const DELIMITERS: [u8; 4] = *b",;\t|";
type Counts = [usize; DELIMITERS.len()];

impl CompletenessCheck for LastRecord {
    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    self.header.get_or_insert(self.record);
                    self.record = Counts::default();
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
        // The delimiter of the file is the one that its header has most of.
        let delimiter = (0..DELIMITERS.len()).max_by_key(|at| header[*at]);
        let is_full = delimiter.is_none_or(|at| self.record[at] >= header[at]);
        !self.quoted && (self.is_empty || is_full)
    }
}

/// A workbook is a zip archive, which ends with its directory: a record of 22 bytes and a comment.
#[derive(Default)]
struct Directory {
    tail: Vec<u8>,
}

const RECORD: usize = 22;
const LONGEST_COMMENT: usize = u16::MAX as usize;

impl CompletenessCheck for Directory {
    fn update(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let most = RECORD + LONGEST_COMMENT;
        // Now and then, so that not every chunk moves the whole tail.
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

    fn is_whole(format: FileFormat, file: &[u8]) -> bool {
        // However the bytes come.
        let told = [1, 7, file.len().max(1)].map(|size| {
            let mut end = completeness_check(format);
            file.chunks(size).for_each(|chunk| end.update(chunk));
            end.is_complete()
        });
        assert!(told.iter().all(|it| *it == told[0]), "{told:?}");
        told[0]
    }

    #[test]
    fn a_text_is_whole_where_its_last_record_is() {
        let check = |text: &str, whole: bool| {
            assert_eq!(
                is_whole(FileFormat::Csv, text.as_bytes()),
                whole,
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
    fn a_workbook_is_whole_where_its_directory_ends_it() {
        let archive = |comment: &[u8]| {
            let mut file = b"PK\x03\x04 and so on PK\x05\x06".to_vec();
            file.extend([0; 16]);
            file.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
            file.extend(comment);
            file
        };
        for comment in ["", "a comment"] {
            let file = archive(comment.as_bytes());
            assert!(is_whole(FileFormat::Excel, &file));
            assert!(!is_whole(FileFormat::Excel, &file[..file.len() - 1]));
            assert!(!is_whole(FileFormat::Excel, &file[..file.len() / 2]));
        }
        let mut long = vec![0; 300_000];
        long.extend(archive(b""));
        assert!(is_whole(FileFormat::Excel, &long));
        assert!(!is_whole(FileFormat::Excel, b""));
    }
}
