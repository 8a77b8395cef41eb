//! The mapping of columns to fields, decided for one file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::SheetError;
use crate::field::Field;
use crate::headers::{CERTAIN, EXACT_CONFIDENCE, Header, list_headers};
use crate::read::Sheet;
use crate::text::one_line;

/// Which column fills which field, decided for one file.
///
/// It can be saved as JSON and used for the next file of the same customer with `Mapper::reuse`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mapping {
    pub(super) columns: Vec<MappedColumn>,
    pub(super) unmapped: Vec<String>,
    /// Those of the unmapped ones that the caller left out.
    #[serde(default)]
    pub(super) ignored: Vec<String>,
}

impl Mapping {
    /// The columns that fill a field, in the order of the file.
    pub fn columns(&self) -> &[MappedColumn] {
        &self.columns
    }

    /// The headers of the columns that do not fill a field.
    pub fn unmapped(&self) -> &[String] {
        &self.unmapped
    }

    /// Those of the [`unmapped`](Mapping::unmapped) headers that the caller left out.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The column that fills `field`; a column of full names fills the first and the last name.
    pub fn column_of(&self, field: &Field) -> Option<&MappedColumn> {
        let find = |field: &Field| self.columns.iter().find(|column| column.field == *field);
        match field {
            Field::FirstName | Field::LastName => find(field).or_else(|| find(&Field::FullName)),
            field => find(field),
        }
    }

    /// The position of every mapped column in `sheet`, from 0, in the order of [`columns`](Mapping::columns).
    ///
    /// # Errors
    ///
    /// [`SheetError::UnknownColumn`] if the sheet lacks a mapped column.
    pub fn positions(&self, sheet: &Sheet) -> Result<Vec<usize>, SheetError> {
        let position = |column: &MappedColumn| {
            sheet
                .headers()
                .iter()
                .find(|header| header.letter() == column.letter && header.name() == column.column)
                .map(Header::position)
                .ok_or_else(|| SheetError::UnknownColumn {
                    file: sheet.file_name().to_owned(),
                    column: one_line(&column.column),
                    headers: list_headers(sheet.headers()),
                })
        };
        self.columns.iter().map(position).collect()
    }
}

/// One column and the field it fills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MappedColumn {
    pub(super) column: String,
    pub(super) letter: String,
    pub(super) field: Field,
    pub(super) confidence: f64,
}

impl MappedColumn {
    /// The header, without spaces around it.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The letter of the column in a spreadsheet, such as `C`.
    pub fn letter(&self) -> &str {
        &self.letter
    }

    /// The field that the column fills.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Whether the caller decided that the column fills the field, or its header is that of the
    /// service.
    pub(crate) fn is_decided(&self) -> bool {
        self.confidence >= EXACT_CONFIDENCE
    }

    /// Whether the header only resembles a word for the field, or is a word that can mean something
    /// else, such as a misspelled word or a word with a remark. Let a person confirm it.
    pub fn is_guess(&self) -> bool {
        self.confidence < CERTAIN
    }

    /// How certain the match is: 1 for a given column or an official header, less for a guess.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }
}
