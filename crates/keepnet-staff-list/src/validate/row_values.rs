//! The values of a row as they are sent.

use std::borrow::Cow;

use super::full_name::split_full_name;
use super::value::normalized_value;
use crate::columns::Mapping;
use crate::field::Field;
use crate::read::Row;

static FIRST_NAME: Field = Field::FirstName;
static LAST_NAME: Field = Field::LastName;

impl Mapping {
    /// The values to send for a row, in the order of the columns, with the field of each. A full name
    /// is its two names, each as it is sent alone. `positions` are those of [`positions`](Mapping::positions).
    ///
    /// An invalid value is returned unchanged.
    pub fn values<'a>(
        &'a self,
        row: &'a Row,
        positions: &'a [usize],
    ) -> impl Iterator<Item = (&'a Field, Cow<'a, str>)> {
        let columns = self.columns().iter().zip(positions);
        columns.flat_map(|(column, position)| {
            let field = column.field();
            let value = normalized_value(field, row.text(*position));
            if *field != Field::FullName {
                return [Some((field, value)), None].into_iter().flatten();
            }
            // A part may begin like a formula where the whole does not.
            let sent = |field: &Field, part: &str| normalized_value(field, part).into_owned();
            let (first, last) = match split_full_name(&value, column.is_decided()) {
                Ok((first, last)) => (sent(&FIRST_NAME, first), sent(&LAST_NAME, last)),
                Err(_) => (value.into_owned(), String::new()),
            };
            let names = [(&FIRST_NAME, first), (&LAST_NAME, last)];
            names
                .map(|(field, name)| Some((field, name.into())))
                .into_iter()
                .flatten()
        })
    }
}
