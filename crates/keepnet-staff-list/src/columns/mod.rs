//! Which column of a staff list fills which field.

mod synonyms;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::read::{Header, Sheet, SheetError, one_line};
use crate::validate::AllowedValues;

pub use words::header_key;

/// Which column fills which field, decided for one file.
///
/// It can be saved as JSON and used for the next file of the same customer
/// with [`Mapper::reuse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mapping {
    columns: Vec<MappedColumn>,
    unmapped: Vec<String>,
}

impl Mapping {
    /// The columns that fill a field, in the order of the file.
    pub fn columns(&self) -> &[MappedColumn] {
        &self.columns
    }

    /// The headers of the columns that fill none.
    pub fn unmapped(&self) -> &[String] {
        &self.unmapped
    }

    /// The column that fills `field`.
    pub fn column_of(&self, field: &Field) -> Option<&MappedColumn> {
        self.columns.iter().find(|column| column.field == *field)
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
                    headers: sheet.header_list(),
                })
        };
        self.columns.iter().map(position).collect()
    }
}

/// One column and the field it fills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MappedColumn {
    column: String,
    letter: String,
    field: Field,
    confidence: f64,
}

impl MappedColumn {
    /// The header, without spaces around it.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The column as a spreadsheet names it, such as `C`.
    pub fn letter(&self) -> &str {
        &self.letter
    }

    /// The field that the column fills.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// How certain the match is: 1 for a given or an official header, less for a guess.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }
}

/// Decides which column fills which field.
///
/// Headers match by themselves in English, Turkish, German, French and
/// Spanish, without regard to case, accents, spaces and punctuation. A match
/// below [`Mapper::THRESHOLD`] is not made. Columns given with
/// [`column`](Mapper::column) override the guesses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapper {
    given: Vec<Given>,
    custom_fields: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Given {
    column: String,
    field: Option<Field>,
    confidence: f64,
    /// Comes from an earlier file, so that any word on this one replaces it.
    reused: bool,
}

impl Mapper {
    /// The lowest confidence with which a header matches by itself.
    pub const THRESHOLD: f64 = 0.6;

    /// A mapper that decides by the headers alone.
    pub fn new() -> Mapper {
        Mapper::default()
    }

    /// Fills `field` from `column`, given by its header or its letter.
    ///
    /// A header is preferred over a letter where a text could be both.
    #[must_use]
    pub fn column(self, column: impl Into<String>, field: Field) -> Mapper {
        self.give(Given {
            column: column.into(),
            field: Some(field),
            confidence: words::EXACT,
            reused: false,
        })
    }

    /// Leaves `column` out, whatever its header says.
    #[must_use]
    pub fn ignore(self, column: impl Into<String>) -> Mapper {
        self.give(Given {
            column: column.into(),
            field: None,
            confidence: words::EXACT,
            reused: false,
        })
    }

    /// Lets a header match the company's custom field of this name.
    ///
    /// Give the custom fields before any `COLUMN=FIELD` that names one.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>) -> Mapper {
        self.custom_fields.push(name.into());
        self
    }

    /// Lets headers match the custom fields of a company, and spells those that were given before
    /// as the company does.
    #[must_use]
    pub fn allowed_values(mut self, vocabulary: &AllowedValues) -> Mapper {
        for field in vocabulary.fields() {
            let key = header_key(&field.name);
            for given in &mut self.given {
                if let Some(Field::Custom(name)) = &mut given.field
                    && header_key(name) == key
                {
                    name.clone_from(&field.name);
                }
            }
            self = self.custom_field(&field.name);
        }
        self
    }

    /// Takes over a mapping that was made for an earlier file.
    ///
    /// Every column of it must be in the new file too. What
    /// [`column`](Mapper::column) says afterwards goes before it.
    #[must_use]
    pub fn reuse(mut self, mapping: &Mapping) -> Mapper {
        for column in &mapping.columns {
            self = self.give(Given {
                column: column.column.clone(),
                field: Some(column.field.clone()),
                confidence: column.confidence,
                reused: true,
            });
        }
        self
    }

    /// Adds what `COLUMN=FIELD` says; `COLUMN=` leaves the column out.
    ///
    /// # Errors
    ///
    /// [`SheetError::BadMapArgument`] if there is no `=`, no column or no such field.
    pub fn argument(self, argument: &str) -> Result<Mapper, SheetError> {
        let bad = |reason: String| SheetError::BadMapArgument {
            argument: one_line(argument),
            reason: one_line(&reason),
        };
        let (column, field) = argument
            .rsplit_once('=')
            .ok_or_else(|| bad("it has no `=`".to_owned()))?;
        let (column, field) = (column.trim(), field.trim());
        if column.is_empty() {
            return Err(bad("it names no column".to_owned()));
        }
        if field.is_empty() {
            return Ok(self.ignore(column));
        }
        let custom = self
            .custom_fields
            .iter()
            .find(|name| header_key(name) == header_key(field))
            .map(|name| Field::Custom(name.clone()));
        let field = match field.parse() {
            Ok(field) => field,
            Err(unknown) => custom.ok_or_else(|| bad(format!("{unknown}")))?,
        };
        Ok(self.column(column, field))
    }

    /// Maps the columns of `sheet`.
    ///
    /// # Errors
    ///
    /// [`SheetError::NoEmailColumn`], [`SheetError::AmbiguousColumn`] if two
    /// columns claim one field equally, and [`SheetError::UnknownColumn`] or
    /// [`SheetError::AmbiguousHeader`] if a given column is not there or there twice.
    pub fn map(&self, sheet: &Sheet) -> Result<Mapping, SheetError> {
        self.map_headers(sheet.file_name(), sheet.headers())
    }

    fn map_headers(&self, file: &str, headers: &[Header]) -> Result<Mapping, SheetError> {
        let mut claims: Vec<Option<(Field, f64)>> = vec![None; headers.len()];
        let mut given = vec![false; headers.len()];
        for wanted in &self.given {
            let index = find(file, headers, &wanted.column)?;
            claims[index] = wanted.field.clone().map(|field| (field, wanted.confidence));
            given[index] = true;
        }
        let guesses = best_guesses(headers, &self.custom_fields);
        for index in (0..headers.len()).filter(|index| !given[*index]) {
            claims[index] = guesses[index].clone().filter(|(field, _)| {
                !given.iter().zip(&claims).any(|(given, claim)| {
                    *given && claim.as_ref().is_some_and(|(taken, _)| taken == field)
                })
            });
        }
        settle(file, headers, &mut claims)?;
        if !claims
            .iter()
            .flatten()
            .any(|(field, _)| *field == Field::Email)
        {
            return Err(SheetError::NoEmailColumn {
                file: file.to_owned(),
                headers: list(headers),
            });
        }
        let mut mapping = Mapping {
            columns: Vec::new(),
            unmapped: Vec::new(),
        };
        for (header, claim) in headers.iter().zip(claims) {
            match claim {
                Some((field, confidence)) => mapping.columns.push(MappedColumn {
                    column: header.name().to_owned(),
                    letter: header.letter().to_owned(),
                    field,
                    confidence,
                }),
                None if header.name().is_empty() => {}
                None => mapping.unmapped.push(header.name().to_owned()),
            }
        }
        Ok(mapping)
    }

    /// A later word on a column replaces an earlier one, and a given field a reused one.
    fn give(mut self, given: Given) -> Mapper {
        let is_replaced = |earlier: &Given| {
            earlier.column == given.column || (earlier.reused && earlier.field == given.field)
        };
        self.given.retain(|earlier| !is_replaced(earlier));
        self.given.push(given);
        self
    }
}

/// How many fields the headers fill by themselves, and whether e-mail is among them.
pub(crate) fn recognised_fields(headers: &[Header]) -> (usize, bool) {
    let mut fields: Vec<Field> = best_guesses(headers, &[])
        .into_iter()
        .flatten()
        .map(|(field, _)| field)
        .collect();
    fields.sort();
    fields.dedup();
    let email = fields.contains(&Field::Email);
    (fields.len(), email)
}

/// All headers in one line, as an error lists them.
pub(crate) fn list(headers: &[Header]) -> String {
    let named: Vec<_> = headers
        .iter()
        .filter(|header| !header.name().is_empty())
        .map(Header::to_string)
        .collect();
    named.join(", ")
}

fn best_guesses(headers: &[Header], custom_fields: &[String]) -> Vec<Option<(Field, f64)>> {
    let mut guesses: Vec<_> = headers
        .iter()
        .map(|header| {
            words::guess(header.name(), custom_fields)
                .filter(|(_, confidence)| *confidence >= Mapper::THRESHOLD)
        })
        .collect();
    let has = |wanted: Field| guesses.iter().flatten().any(|(field, _)| *field == wanted);
    // German and French lists head the family names with a bare "Name" beside "Vorname".
    if has(Field::FirstName) && !has(Field::LastName) {
        for (header, guess) in headers.iter().zip(&mut guesses) {
            if guess.is_none() && header_key(header.name()) == "name" {
                *guess = Some((Field::LastName, words::BY_NEIGHBOUR));
            }
        }
    }
    guesses
}

/// Leaves each field to the column that claims it with the most confidence.
fn settle(
    file: &str,
    headers: &[Header],
    claims: &mut [Option<(Field, f64)>],
) -> Result<(), SheetError> {
    for index in 0..claims.len() {
        let Some((field, confidence)) = claims[index].clone() else {
            continue;
        };
        for rival in index + 1..claims.len() {
            let Some((_, other)) = claims[rival].clone().filter(|(name, _)| *name == field) else {
                continue;
            };
            if other < confidence {
                claims[rival] = None;
            } else if other > confidence {
                claims[index] = None;
                break;
            } else if !better_later(claims, rival, &field, confidence) {
                return Err(SheetError::AmbiguousColumn {
                    file: file.to_owned(),
                    first: headers[index].to_string(),
                    second: headers[rival].to_string(),
                    letter: headers[index].letter().to_owned(),
                    field,
                });
            }
        }
    }
    Ok(())
}

/// Whether a column behind `rival` settles a tie by claiming the field with more confidence.
fn better_later(
    claims: &[Option<(Field, f64)>],
    rival: usize,
    field: &Field,
    confidence: f64,
) -> bool {
    claims[rival + 1..]
        .iter()
        .flatten()
        .any(|(name, other)| name == field && *other > confidence)
}

/// The column that a person means by `text`: a header as it stands, a header
/// but for its spelling, or a letter.
fn find(file: &str, headers: &[Header], text: &str) -> Result<usize, SheetError> {
    let text = text.trim();
    let key = header_key(text);
    let exact = |header: &Header| header.name() == text;
    let alike = |header: &Header| !key.is_empty() && header_key(header.name()) == key;
    let letter = |header: &Header| header.letter().eq_ignore_ascii_case(text);
    for is_meant in [&exact as &dyn Fn(&Header) -> bool, &alike, &letter] {
        let mut meant = (0..headers.len()).filter(|index| is_meant(&headers[*index]));
        let Some(first) = meant.next() else { continue };
        return match meant.next() {
            None => Ok(first),
            Some(second) => Err(SheetError::AmbiguousHeader {
                file: file.to_owned(),
                column: one_line(text),
                first: headers[first].letter().to_owned(),
                second: headers[second].letter().to_owned(),
            }),
        };
    }
    Err(SheetError::UnknownColumn {
        file: file.to_owned(),
        column: one_line(text),
        headers: list(headers),
    })
}
