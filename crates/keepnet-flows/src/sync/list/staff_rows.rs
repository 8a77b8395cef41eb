//! The rows of a staff list in memory: one text for all cells, and where each begins.

use std::borrow::Cow;

use keepnet_staff_list::Field;

/// The position of a row among the valid rows of a list.
pub(crate) type RowIndex = u32;

/// The valid rows of a list with their values as they would be sent.
///
/// All values are in one text, so that a row takes little more than its letters.
pub(crate) struct StaffRows {
    fields: Vec<Field>,
    numbers: Vec<u32>,
    text: String,
    /// Where each value ends, for each row in the order of the fields.
    ends: Vec<u32>,
}

impl StaffRows {
    pub(crate) fn new(fields: Vec<Field>) -> StaffRows {
        StaffRows {
            fields,
            numbers: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a row. `None` if the list has more text than fits.
    pub(crate) fn push<'a>(
        &mut self,
        number: u32,
        values: impl Iterator<Item = &'a str>,
    ) -> Option<RowIndex> {
        let index = RowIndex::try_from(self.numbers.len()).ok()?;
        for value in values {
            self.text.push_str(value);
            self.ends.push(u32::try_from(self.text.len()).ok()?);
        }
        self.numbers.push(number);
        debug_assert_eq!(self.ends.len(), self.numbers.len() * self.fields.len());
        Some(index)
    }

    /// The fields of the values, in the order of the columns; a full name is two of them.
    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of the row in a spreadsheet.
    pub(crate) fn number(&self, row: RowIndex) -> u32 {
        self.numbers[row as usize]
    }

    /// The value of a field in a row, by the position of the field.
    pub(crate) fn value(&self, row: RowIndex, field: usize) -> &str {
        let position = row as usize * self.fields.len() + field;
        let end = self.ends[position] as usize;
        let start = match position {
            0 => 0,
            _ => self.ends[position - 1] as usize,
        };
        &self.text[start..end]
    }

    /// Whether the values name somebody else than the row does.
    pub(crate) fn has_other_name(&self, row: RowIndex, values: &[(&Field, Cow<'_, str>)]) -> bool {
        let names = [Field::FirstName, Field::LastName];
        names.iter().any(|field| {
            let other = values.iter().find(|(it, _)| *it == field);
            let (Some(position), Some((_, other))) = (self.position(field), other) else {
                return false;
            };
            let name = self.value(row, position);
            !name.is_empty() && !other.is_empty() && name.to_lowercase() != other.to_lowercase()
        })
    }

    /// The position of a field.
    pub(crate) fn position(&self, field: &Field) -> Option<usize> {
        self.fields.iter().position(|it| it == field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_row_and_field() {
        let mut rows = StaffRows::new(vec![Field::Email, Field::Department]);
        for (number, values) in [(2, ["a", ""]), (4, ["", "IT"]), (5, ["b@c", "ÖZ"])] {
            rows.push(number, values.into_iter()).unwrap();
        }
        let values = |row| [rows.value(row, 0), rows.value(row, 1)];
        let shown: Vec<[&str; 2]> = (0..3).map(values).collect();
        assert_eq!(shown, [["a", ""], ["", "IT"], ["b@c", "ÖZ"]]);
        assert_eq!((rows.len(), rows.number(1)), (3, 4));
        assert_eq!(rows.position(&Field::Department), Some(1));
        assert_eq!(rows.position(&Field::PhoneNumber), None);
    }
}
