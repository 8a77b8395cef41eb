//! What an import would change, as data.

use std::fmt;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an import would change about the people whom the company has already, as
/// `users import --dry-run --diff --output json` prints it.
///
/// Each row that the import takes is one of `unchanged`, `changed`, `managed` and `new`. Its `Debug`
/// shows no values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportChanges {
    /// People whose compared fields hold what the file says already.
    pub unchanged: u64,
    /// People of whom at least one field would get another value.
    pub changed: u64,
    /// People whom an identity provider owns: the import leaves their fields as they are.
    pub managed: u64,
    /// People whom the import would create.
    pub new: u64,
    /// How many of the unchanged and the changed have a value where the file has an empty cell. It
    /// may be cleared: what the service makes of empty cells is not known.
    pub emptied: u64,
    /// The fields that were compared, in the order of the columns.
    pub fields: Vec<FieldChanges>,
    /// The fields that were not compared, because the service does not list their values.
    pub not_compared: Vec<Field>,
    /// The people who would be changed, in the order of the rows.
    pub rows: Vec<ChangedUser>,
}

/// How often a field would be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldChanges {
    /// The field.
    pub field: Field,
    /// How many people would get another value.
    pub changed: u64,
    /// How many people have a value where the file has an empty cell.
    pub emptied: u64,
}

/// A person whom an import would change. Its `Debug` shows no values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ChangedUser {
    /// The row as a spreadsheet numbers it.
    pub row: u32,
    /// The resource id of the user.
    pub id: String,
    /// The e-mail address, as the company has it.
    pub email: String,
    /// What would be changed, in the order of the columns.
    pub fields: Vec<ChangedField>,
}

/// A field of a person that would get another value. Its `Debug` shows the field alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ChangedField {
    /// The field.
    pub field: Field,
    /// The value that the company has; null where there is none.
    pub old: Option<String>,
    /// The value that the import would set.
    pub new: String,
}

impl ImportChanges {
    /// Counts of 0 for each field that can be compared.
    pub(super) fn of_fields<'a>(fields: impl IntoIterator<Item = &'a Field>) -> ImportChanges {
        let mut changes = ImportChanges::default();
        for field in fields {
            match field {
                // It identifies the person.
                Field::Email => {}
                Field::ManagerFirstName | Field::ManagerLastName | Field::ManagerEmail => {
                    changes.not_compared.push(field.clone());
                }
                field => changes.fields.push(FieldChanges {
                    field: field.clone(),
                    changed: 0,
                    emptied: 0,
                }),
            }
        }
        changes
    }

    /// Adds the counts of other rows of the same file, and returns their users.
    pub(super) fn add(&mut self, other: ImportChanges) -> Vec<ChangedUser> {
        self.unchanged += other.unchanged;
        self.changed += other.changed;
        self.managed += other.managed;
        self.new += other.new;
        self.emptied += other.emptied;
        for (field, other) in self.fields.iter_mut().zip(other.fields) {
            field.changed += other.changed;
            field.emptied += other.emptied;
        }
        other.rows
    }
}

/// Such as `3 would change, 20 would not, 2 new, 1 managed by an identity provider; it is not
/// known whether empty cells clear values of 4`.
impl fmt::Display for ImportChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} would change, ", self.changed)?;
        write!(f, "{} would not, {} new", self.unchanged, self.new)?;
        if self.managed > 0 {
            write!(f, ", {} managed by an identity provider", self.managed)?;
        }
        if self.emptied > 0 {
            let emptied = self.emptied;
            write!(
                f,
                "; it is not known whether empty cells clear values of {emptied}"
            )?;
        }
        if !self.not_compared.is_empty() {
            let fields: Vec<_> = self.not_compared.iter().map(Field::label).collect();
            write!(f, "; not compared: {}", fields.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ChangedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangedUser")
            .field("row", &self.row)
            .field("id", &self.id)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ChangedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangedField")
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}
