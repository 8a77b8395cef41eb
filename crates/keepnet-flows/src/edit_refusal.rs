//! Why a user or a group is not changed, although the service was not asked.

use std::error::Error as StdError;
use std::fmt;

use keepnet_staff_list::Field;

use crate::{Error, ErrorKind};

/// Why a user or a group is not changed, although nothing was sent: the cause of the error, which
/// [`Error::find_source`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditRefusal {
    /// A directory owns the user: SCIM or LDAP.
    OwnedByDirectory {
        /// The name of the synchronisation, if the service says it.
        managed_by: Option<String>,
    },
    /// The user is deleted; the service cannot undo that.
    Deleted,
    /// The user is not as they were when the program read them.
    ChangedMeanwhile {
        /// The fields that differ.
        fields: Vec<Field>,
    },
    /// A directory or the service itself fills the group.
    FilledGroup,
}

impl fmt::Display for EditRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditRefusal::OwnedByDirectory { managed_by: None } => {
                f.write_str("a directory owns the user")
            }
            EditRefusal::OwnedByDirectory {
                managed_by: Some(name),
            } => write!(f, "the directory synchronisation {name:?} owns the user"),
            EditRefusal::Deleted => f.write_str("the user is deleted"),
            EditRefusal::FilledGroup => {
                f.write_str("a directory or the service itself fills the group")
            }
            EditRefusal::ChangedMeanwhile { fields } => {
                let labels: Vec<_> = fields.iter().map(Field::label).collect();
                let labels = labels.join(", ");
                write!(f, "the user has changed since they were read: {labels}")
            }
        }
    }
}

impl StdError for EditRefusal {}

impl From<EditRefusal> for Error {
    fn from(refusal: EditRefusal) -> Error {
        let (kind, hint) = match &refusal {
            EditRefusal::OwnedByDirectory { .. } => {
                (ErrorKind::Invalid, "change the person in the directory")
            }
            EditRefusal::Deleted => (
                ErrorKind::Invalid,
                "the service cannot restore a user; add the person again",
            ),
            EditRefusal::FilledGroup => (
                ErrorKind::Invalid,
                "use a group that is not filled automatically",
            ),
            EditRefusal::ChangedMeanwhile { .. } => {
                (ErrorKind::Conflict, "read the user again and decide anew")
            }
        };
        Error::new(kind, refusal.to_string())
            .with_hint(hint)
            .with_source(refusal)
    }
}
