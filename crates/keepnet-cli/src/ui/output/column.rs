//! A column of a table, and what a narrow terminal may do to it.

/// A column: the name of its key, and whether its cells may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(super) cut: Cut,
}

/// How the cells of a column may be cut. The order is that of the constructors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Never,
    WhileDistinct,
    Freely,
}

impl Column {
    /// Ids, counts, times and the words of an option: a part of one is of no use.
    pub(crate) const fn whole(name: &'static str) -> Column {
        let cut = Cut::Never;
        Column { name, cut }
    }

    /// Names: different names stay different when they are cut.
    pub(crate) const fn name(name: &'static str) -> Column {
        let cut = Cut::WhileDistinct;
        Column { name, cut }
    }

    /// Sentences and lists, whose start says what they are about.
    pub(crate) const fn text(name: &'static str) -> Column {
        let cut = Cut::Freely;
        Column { name, cut }
    }

    /// The name as the words of a label.
    pub(crate) fn label(self) -> String {
        self.name.replace('_', " ")
    }

    /// The name as the header of a table.
    pub(super) fn header(self) -> String {
        self.label().to_uppercase()
    }
}
