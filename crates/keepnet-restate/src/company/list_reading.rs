//! How a request reads its staff list.

use std::collections::BTreeMap;
use std::path::Path;

use keepnet_flows::staff_list::Encoding;
use keepnet_flows::{Error, ErrorKind, Field, Mapper, Result, Sheet, SheetError};

use crate::files::LocalFile;

/// What a request says about its staff list.
pub(super) struct ListReading<'a> {
    pub(super) sha256: Option<&'a str>,
    pub(super) columns: &'a BTreeMap<String, String>,
    pub(super) ignore: &'a [String],
    pub(super) worksheet: Option<&'a str>,
    pub(super) header_row: Option<u32>,
    pub(super) encoding: Option<&'a str>,
}

impl ListReading<'_> {
    /// Opens the list, and refuses another content than that of the request.
    pub(super) fn open(&self, path: &Path) -> Result<Sheet> {
        let mut options = Sheet::options();
        if let Some(worksheet) = self.worksheet {
            options = options.worksheet(worksheet);
        }
        if let Some(row) = self.header_row {
            options = options.header_row(row);
        }
        if let Some(encoding) = self.encoding {
            let encoding: Encoding = encoding.parse().map_err(refused)?;
            options = options.encoding(encoding);
        }
        let sheet = options.open(path).map_err(of_sheet)?;
        if let Some(wanted) = self.sha256 {
            let sha256 = sheet.sha256();
            if !sha256.eq_ignore_ascii_case(wanted) {
                let problem = format!("{} has the SHA-256 {sha256}", sheet.file_name());
                return Err(Error::new(ErrorKind::Conflict, problem)
                    .with_hint("give the file of the request, or the SHA-256 of this one"));
            }
        }
        Ok(sheet)
    }

    /// Which columns fill which fields.
    pub(super) fn mapper(&self) -> Result<Mapper> {
        let mut mapper = Mapper::new();
        for (column, field) in self.columns {
            let field: Field = field.parse().map_err(refused)?;
            mapper = mapper.column(column, field);
        }
        for column in self.ignore {
            mapper = mapper.ignore(column);
        }
        Ok(mapper)
    }
}

/// Whether a file has this SHA-256.
pub(super) fn has_content(file: &LocalFile, sha256: &str) -> bool {
    let sheet = Sheet::open(file.path());
    sheet.is_ok_and(|sheet| sheet.sha256() == sha256)
}

fn of_sheet(error: SheetError) -> Error {
    Error::new(ErrorKind::Sheet, error.to_string()).with_source(error)
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Invalid, error.to_string()).with_source(error)
}
