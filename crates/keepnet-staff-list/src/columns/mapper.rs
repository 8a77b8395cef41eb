//! Deciding which column fills which field.

use crate::allowed_values::AllowedValues;
use crate::error::SheetError;
use crate::field::Field;
use crate::headers::{EXACT_CONFIDENCE, Guess, Header, THRESHOLD, guess_fields, list_headers};
use crate::read::Sheet;
use crate::text::{header_key, one_line};

use super::mapping::{MappedColumn, Mapping};

/// Decides which column fills which field.
///
/// Headers match automatically in English, Turkish, German, French and Spanish, without regard to
/// case, accents, spaces and punctuation. A match below [`Mapper::THRESHOLD`] is not made. Columns
/// given with [`column`](Mapper::column) override the guesses. A column of full names is left out
/// if the first and the last names have columns of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapper {
    overrides: Vec<Override>,
    custom_fields: Vec<String>,
}

/// A column for which the caller decided.
#[derive(Clone, Debug, PartialEq)]
struct Override {
    column: String,
    field: Option<Field>,
    confidence: f64,
    /// Comes from an earlier file, so that a decision for this file replaces it.
    reused: bool,
}

impl Override {
    fn is_reused_ignore(&self) -> bool {
        self.reused && self.field.is_none()
    }
}

impl Mapper {
    /// The lowest confidence with which a header matches automatically.
    pub const THRESHOLD: f64 = THRESHOLD;

    /// A mapper that decides by the headers alone.
    pub fn new() -> Mapper {
        Mapper::default()
    }

    /// Fills `field` from `column`, given by its header or its letter.
    ///
    /// A text that is both a header and a letter means the header.
    #[must_use]
    pub fn column(self, column: impl Into<String>, field: Field) -> Mapper {
        self.decide(column.into(), Some(field), EXACT_CONFIDENCE, false)
    }

    /// Leaves `column` out, whatever its header is.
    #[must_use]
    pub fn ignore(self, column: impl Into<String>) -> Mapper {
        self.decide(column.into(), None, EXACT_CONFIDENCE, false)
    }

    /// Lets a header match the company's custom field of this name.
    ///
    /// Call it before [`argument`](Mapper::argument) with a `COLUMN=FIELD` that names the field.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>) -> Mapper {
        self.custom_fields.push(name.into());
        self
    }

    /// Lets headers match the custom fields of a company. Custom fields that were given before get
    /// the company's spelling.
    #[must_use]
    pub fn allowed_values(mut self, allowed: &AllowedValues) -> Mapper {
        for field in allowed.fields() {
            let key = header_key(&field.name);
            for decided in &mut self.overrides {
                if let Some(Field::Custom(name)) = &mut decided.field
                    && header_key(name) == key
                {
                    name.clone_from(&field.name);
                }
            }
            self = self.custom_field(&field.name);
        }
        self
    }

    /// Takes over a mapping that was made for an earlier file, with the columns that it
    /// [ignores](Mapping::ignored). Its guesses count as confirmed.
    ///
    /// Every column that fills a field must be in the new file too, with the same header. Later calls
    /// of [`column`](Mapper::column) and [`ignore`](Mapper::ignore) replace its columns.
    #[must_use]
    pub fn reuse(self, mapping: &Mapping) -> Mapper {
        let ignored = mapping.ignored.iter().map(|column| (column, None));
        let filled = mapping.columns.iter();
        let filled = filled.map(|it| (&it.column, Some(it.field.clone())));
        filled.chain(ignored).fold(self, |mapper, (column, field)| {
            mapper.decide(column.clone(), field, EXACT_CONFIDENCE, true)
        })
    }

    /// Reads `COLUMN=FIELD`, as [`column`](Mapper::column); `COLUMN=` leaves the column out.
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
    /// [`SheetError::NoEmailColumn`]; [`SheetError::AmbiguousColumn`] if two columns match one field
    /// equally well; [`SheetError::UnknownColumn`] and [`SheetError::AmbiguousHeader`] if a given
    /// column is missing or is in the file twice.
    pub fn map(&self, sheet: &Sheet) -> Result<Mapping, SheetError> {
        let (file, headers) = (sheet.file_name(), sheet.headers());
        let mut claims: Vec<Option<Guess>> = vec![None; headers.len()];
        let mut is_decided = vec![false; headers.len()];
        for decided in &self.overrides {
            let found = find_column(file, headers, &decided.column, decided.reused);
            let index = match found {
                // A column that is ignored need not be in each file.
                Err(SheetError::UnknownColumn { .. }) if decided.is_reused_ignore() => continue,
                found => found?,
            };
            claims[index] = decided.field.clone().map(|it| (it, decided.confidence));
            is_decided[index] = true;
        }
        let decided_fields: Vec<Field> = claims.iter().flatten().map(|it| it.0.clone()).collect();
        let guesses = guess_fields(headers, &self.custom_fields);
        for (index, guess) in guesses.into_iter().enumerate() {
            if !is_decided[index] {
                claims[index] = guess.filter(|(field, _)| !decided_fields.contains(field));
            }
        }
        drop_spare_names(&mut claims, &is_decided);
        resolve_conflicts(file, headers, &mut claims)?;
        if !claims.iter().flatten().any(|it| it.0 == Field::Email) {
            return Err(SheetError::NoEmailColumn {
                file: file.to_owned(),
                headers: list_headers(headers),
            });
        }
        let mut mapping = Mapping {
            columns: Vec::new(),
            unmapped: Vec::new(),
            ignored: Vec::new(),
        };
        for ((header, claim), is_decided) in headers.iter().zip(claims).zip(is_decided) {
            match claim {
                Some((field, confidence)) => mapping.columns.push(MappedColumn {
                    column: header.name().to_owned(),
                    letter: header.letter().to_owned(),
                    field,
                    confidence,
                }),
                None if header.name().is_empty() => {}
                None => {
                    let name = header.name().to_owned();
                    if is_decided {
                        mapping.ignored.push(name.clone());
                    }
                    mapping.unmapped.push(name);
                }
            }
        }
        Ok(mapping)
    }

    /// A later decision on a column replaces an earlier one, and a field that is given again is
    /// taken from the reused mapping.
    fn decide(
        mut self,
        column: String,
        field: Option<Field>,
        confidence: f64,
        reused: bool,
    ) -> Mapper {
        self.overrides.retain(|earlier| {
            let is_refilled = earlier.reused && earlier.field.is_some() && earlier.field == field;
            earlier.column != column && !is_refilled
        });
        self.overrides.push(Override {
            column,
            field,
            confidence,
            reused,
        });
        self
    }
}

/// Decides between a column of full names and those of single names. Full names are left out where
/// both single names have a column or the caller decided on one of them; otherwise they hold a name
/// that no other column has, and the guessed single names are left out.
fn drop_spare_names(claims: &mut [Option<Guess>], is_decided: &[bool]) {
    let has = |wanted: Field, only_decided: bool| {
        let mut claims = claims.iter().zip(is_decided);
        claims.any(|(claim, is_decided)| {
            let is_wanted = claim.as_ref().is_some_and(|(field, _)| *field == wanted);
            is_wanted && (*is_decided || !only_decided)
        })
    };
    let has_both = has(Field::FirstName, false) && has(Field::LastName, false);
    let is_one_decided = has(Field::FirstName, true) || has(Field::LastName, true);
    let takes_full_names =
        has(Field::FullName, true) || (has(Field::FullName, false) && !has_both && !is_one_decided);
    let is_spare = |field: &Field| match field {
        Field::FullName => !takes_full_names,
        Field::FirstName | Field::LastName => takes_full_names,
        _ => false,
    };
    for (claim, is_decided) in claims.iter_mut().zip(is_decided) {
        if !is_decided && claim.as_ref().is_some_and(|(field, _)| is_spare(field)) {
            *claim = None;
        }
    }
}

/// Leaves each field to the column with the highest confidence.
fn resolve_conflicts(
    file: &str,
    headers: &[Header],
    claims: &mut [Option<Guess>],
) -> Result<(), SheetError> {
    for index in 0..claims.len() {
        let Some((field, confidence)) = claims[index].clone() else {
            continue;
        };
        let rival = |at: usize| match &claims[at] {
            Some((name, other)) if at != index && *name == field => Some((at, *other)),
            _ => None,
        };
        let rivals: Vec<_> = (0..claims.len()).filter_map(rival).collect();
        if rivals.iter().any(|(_, other)| *other > confidence) {
            claims[index] = None;
        } else if let Some((rival, _)) = rivals.iter().find(|(_, other)| *other == confidence) {
            return Err(SheetError::AmbiguousColumn {
                file: file.to_owned(),
                first: headers[index].to_string(),
                second: headers[*rival].to_string(),
                letter: headers[index].letter().to_owned(),
                field,
            });
        }
    }
    Ok(())
}

/// The column that `text` means: an exact header, a header in another spelling, or a letter, unless it
/// is known to be a header.
fn find_column(
    file: &str,
    headers: &[Header],
    text: &str,
    is_header: bool,
) -> Result<usize, SheetError> {
    let text = text.trim();
    let key = header_key(text);
    let exact = |header: &Header| header.name() == text;
    let alike = |header: &Header| !key.is_empty() && header_key(header.name()) == key;
    let letter = |header: &Header| !is_header && header.letter().eq_ignore_ascii_case(text);
    for is_match in [&exact as &dyn Fn(&Header) -> bool, &alike, &letter] {
        let mut matches = (0..headers.len()).filter(|index| is_match(&headers[*index]));
        let Some(first) = matches.next() else {
            continue;
        };
        return match matches.next() {
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
        headers: list_headers(headers),
    })
}
