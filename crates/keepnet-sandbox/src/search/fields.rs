//! The fields that a search can name.

use super::value::FieldValue;
use crate::rules::Rules;

/// Reads one field of a record.
pub(crate) type Getter<R> = for<'r> fn(&'r R) -> FieldValue<'r>;

/// Finds a field by its name.
type FindField<'a, F> = Box<dyn Fn(&str) -> Option<F> + 'a>;

/// The fields of a record that a search can name, and what it can do with them. Names are passed in
/// lower case.
pub(crate) struct SearchFields<'a, F> {
    pub(crate) find: FindField<'a, F>,
    /// The fields that are searched for the free text of a filter.
    pub(crate) free_text: &'a [&'a str],
    pub(crate) is_sortable: fn(&str) -> bool,
    /// Fields for which the service returns 500 when an OR group names them.
    pub(crate) fails_in_or_group: fn(&str) -> bool,
    /// Whether the operators `Equal` and `Equals` are accepted.
    pub(crate) accept_equal: bool,
}

impl<'a, F> SearchFields<'a, F> {
    /// All fields can be sorted by, and used in an OR group.
    pub(crate) fn new(
        find: impl Fn(&str) -> Option<F> + 'a,
        free_text: &'a [&'a str],
        rules: &Rules,
    ) -> Self {
        Self {
            find: Box::new(find),
            free_text,
            is_sortable: |_| true,
            fails_in_or_group: |_| false,
            accept_equal: rules.accept_equal_operator,
        }
    }
}
