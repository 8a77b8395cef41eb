//! What a customer of a fleet gets, as the fleet file says it.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{Encoding, Field, Mapper, Mapping, Sheet, Warning, header_key};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::list_warnings::{ListWarnings, warnings_of_file};
use crate::error::of_sheet;
use crate::import::{ImportMode, TicketFile, ensure_utf_8};
use crate::sync::{Leavers, Share, SyncOptions};
use crate::{Error, ErrorKind, Result};

/// What a customer of a fleet gets: a synchronization or an import, and its options. Their names in a
/// fleet file are those of the fields, with `-` in place of `_`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct FleetEntry {
    /// The staff list that names everybody, for [`Company::sync_users`](crate::Company::sync_users).
    pub sync: Option<PathBuf>,
    /// The staff list to import, for [`Company::import_users`](crate::Company::import_users).
    pub import: Option<PathBuf>,
    /// A mapping that was saved as JSON. Default: the headers of the staff list.
    pub mapping: Option<PathBuf>,
    /// `COLUMN=FIELD`, as [`Mapper::argument`] reads it; these take precedence over `mapping`.
    pub map: Vec<String>,
    /// The worksheet. Default: the one that has people.
    pub sheet: Option<String>,
    /// The row of the headers, from 1. Default: the one that names the most fields.
    pub header_row: Option<NonZeroU32>,
    /// The encoding of a text file that does not state it, such as `windows-1254`.
    #[serde(with = "encoding_name")]
    pub encoding: Option<Encoding>,
    /// Whether warnings are errors.
    pub strict: bool,
    /// The groups that everybody on the list joins, by name or id.
    pub group: Vec<String>,
    /// Whether groups that are missing are created.
    pub create_groups: bool,
    /// Which people to import. Default: all. Only with `import`.
    pub mode: Option<ImportMode>,
    /// The domains that the people may have: with `sync` those who join, with `import` all of the list.
    /// Default: those of the active users of the company.
    pub domains: Option<Vec<String>>,
    /// What happens to the people whom the list does not name. Default: they become inactive. This one
    /// and those that follow are only with `sync`.
    pub leavers: Option<Leavers>,
    /// How many people may leave: a number such as `25`, or a share such as `"10%"`. Default: 10 %.
    #[serde(with = "share_text")]
    pub max_leavers: Option<Share>,
    /// The column that identifies a person whose e-mail address has changed.
    pub key: Option<String>,
    /// The columns whose blank cells clear the field.
    pub clear: Vec<String>,
    /// Whether inactive people on the list are made active.
    pub activate: bool,
    /// Whether the list may have fewer than half as many people as the company.
    pub smaller_list: bool,
    /// Whether people may leave although a row has no readable e-mail address.
    pub unreadable_rows: bool,
    /// Whether more people may be active than the licence covers.
    pub beyond_license: bool,
    /// The columns that may replace most values of their field.
    pub overwrite: Vec<String>,
}

/// The staff lists of an entry, of which it has one.
pub(super) const LISTS: [&str; 2] = ["sync", "import"];
/// The options that only an import has.
pub(super) const OF_IMPORT: [&str; 1] = ["mode"];
/// The options that only a synchronization has.
pub(super) const OF_SYNC: [&str; 9] = [
    "leavers",
    "max-leavers",
    "key",
    "clear",
    "activate",
    "smaller-list",
    "unreadable-rows",
    "beyond-license",
    "overwrite",
];

/// The options that have no effect where nobody leaves.
pub(super) const OF_LEAVERS: [&str; 3] = ["max-leavers", "smaller-list", "unreadable-rows"];

/// What the work for a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FleetWork {
    Sync,
    Import,
}

impl FleetWork {
    /// Whether this work has the option of this name.
    pub(super) fn has(self, key: &str) -> bool {
        let others: &[&str] = match self {
            FleetWork::Sync => &OF_IMPORT,
            FleetWork::Import => &OF_SYNC,
        };
        !others.contains(&key)
    }
}

/// A staff list that is checked without a call.
pub(super) struct CheckedList {
    pub(super) sha256: String,
    /// The first warnings.
    pub(super) warnings: Vec<Warning>,
    pub(super) warning_count: u64,
}

impl CheckedList {
    /// The warnings, if there are some.
    pub(super) fn warnings_of(&self, company: &CompanyRef) -> Option<ListWarnings> {
        (self.warning_count > 0).then(|| ListWarnings {
            company: company.clone(),
            warnings: self.warnings.clone(),
            warning_count: self.warning_count,
        })
    }
}

impl FleetEntry {
    pub(super) fn work(&self) -> FleetWork {
        match self.sync {
            Some(_) => FleetWork::Sync,
            None => FleetWork::Import,
        }
    }

    /// The staff list.
    pub(super) fn list(&self) -> &Path {
        let list = self.sync.as_ref().or(self.import.as_ref());
        list.map_or(Path::new(""), PathBuf::as_path)
    }

    /// The entry with absolute paths, so that another process finds the files from wherever it starts.
    pub(super) fn in_folder(mut self, folder: &Path) -> FleetEntry {
        let paths = [&mut self.sync, &mut self.import, &mut self.mapping];
        for path in paths.into_iter().flatten() {
            let joined = folder.join(&*path);
            *path = std::path::absolute(&joined).unwrap_or(joined);
        }
        self
    }

    pub(super) fn open(&self) -> Result<Sheet> {
        let mut options = Sheet::options();
        if let Some(worksheet) = &self.sheet {
            options = options.worksheet(worksheet);
        }
        if let Some(row) = self.header_row {
            options = options.header_row(row.get());
        }
        if let Some(encoding) = self.encoding {
            options = options.encoding(encoding);
        }
        options.open(self.list()).map_err(of_sheet)
    }

    /// The rules for the columns: those of `map` before those of the saved mapping.
    pub(super) fn mapper(&self) -> Result<Mapper> {
        let mut mapper = Mapper::new();
        if let Some(path) = &self.mapping {
            mapper = mapper.reuse(&read_mapping(path)?);
        }
        for argument in &self.map {
            mapper = mapper.argument(argument).map_err(of_sheet)?;
        }
        Ok(mapper)
    }

    pub(super) fn sync_options(&self) -> SyncOptions {
        SyncOptions {
            leavers: self.leavers.unwrap_or_default(),
            at_most_leavers: self.max_leavers.unwrap_or_default(),
            domains: self.domains.clone(),
            key: self.key.clone(),
            clear: self.clear.clone(),
            groups: self.group.clone(),
            create_groups: self.create_groups,
            activate: self.activate,
            smaller_list: self.smaller_list,
            unreadable_rows: self.unreadable_rows,
            beyond_license: self.beyond_license,
            overwrite: self.overwrite.iter().cloned().collect(),
            ..SyncOptions::default()
        }
    }

    /// Checks the files without a call.
    pub(super) fn check_files(&self) -> Result<CheckedList> {
        let sheet = self.open()?;
        TicketFile::of(&sheet)?;
        self.mapping.as_deref().map_or(Ok(()), ensure_utf_8)?;
        let mapping = self.mapper()?.map(&sheet).map_err(of_sheet)?;
        // Nobody is asked whether a guess is right.
        if let Some(guess) = mapping.columns().iter().find(|column| column.is_guess()) {
            let problem = format!(
                "column {} {:?} would be a guess for {}; save a mapping and name it",
                guess.letter(),
                guess.column(),
                guess.field()
            );
            return Err(Error::new(ErrorKind::Invalid, problem));
        }
        self.check_columns(&sheet, &mapping)?;
        let validation = sheet.validate(&mapping).map_err(of_sheet)?;
        let (warnings, warning_count) = warnings_of_file(&validation);
        // A column that is left out may fill a custom field of the company.
        if self.strict && warning_count > 0 {
            validation.ensure_no_warnings().map_err(of_sheet)?;
        }
        if validation.valid_rows().next().is_none() {
            let problem = format!("{} has no valid row", sheet.file_name());
            return Err(Error::new(ErrorKind::Invalid, problem));
        }
        Ok(CheckedList {
            sha256: sheet.sha256().to_owned(),
            warnings,
            warning_count,
        })
    }

    /// Checks that the columns that an option names are in the list.
    fn check_columns(&self, sheet: &Sheet, mapping: &Mapping) -> Result<()> {
        let named: [(&str, &[String]); 3] = [
            ("key", self.key.as_slice()),
            ("clear", &self.clear),
            ("overwrite", &self.overwrite),
        ];
        for (key, columns) in named {
            for column in columns {
                if !has_column(sheet, mapping, column) {
                    let file = sheet.file_name();
                    let problem = format!("{key}: {file} has no column {column:?}");
                    return Err(Error::new(ErrorKind::Invalid, problem));
                }
            }
        }
        Ok(())
    }
}

/// Whether the sheet has a column with this header or letter, or one that fills this field.
fn has_column(sheet: &Sheet, mapping: &Mapping, column: &str) -> bool {
    let key = header_key(column);
    let is_field = |field: &Field| header_key(field.wire_name()) == key;
    let mut headers = sheet.headers().iter();
    headers
        .any(|it| header_key(it.text()) == key || it.letter().eq_ignore_ascii_case(column.trim()))
        || mapping.columns().iter().any(|it| is_field(it.field()))
}

fn read_mapping(path: &Path) -> Result<Mapping> {
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| {
        let problem = format!("mapping: {} is no saved mapping: {source}", path.display());
        Error::new(ErrorKind::Invalid, problem)
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.into()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(error.into()))
}

/// A share as `25` or `"10%"`.
mod share_text {
    use serde::de::Error as _;

    use super::{Deserialize, Deserializer, Serialize, Serializer, Share};

    #[derive(Serialize, Deserialize)]
    #[serde(
        untagged,
        expecting = "a number such as 25, or a share such as \"10%\""
    )]
    enum Text {
        Count(u64),
        Share(String),
    }

    pub(super) fn serialize<S: Serializer>(
        share: &Option<Share>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = share.map(|share| match share {
            Share::Count(count) => Text::Count(count),
            Share::Percent(percent) => Text::Share(format!("{percent}%")),
        });
        text.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Share>, D::Error> {
        Ok(match Option::<Text>::deserialize(deserializer)? {
            None => None,
            Some(Text::Count(count)) => Some(Share::Count(count)),
            Some(Text::Share(text)) => Some(text.parse().map_err(D::Error::custom)?),
        })
    }
}

/// An encoding by its name.
mod encoding_name {
    use serde::de::Error as _;

    use super::{Deserialize, Deserializer, Encoding, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        encoding: &Option<Encoding>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        encoding.map(Encoding::name).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Encoding>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        let parse = |name: String| name.parse().map_err(D::Error::custom);
        name.map(parse).transpose()
    }
}
