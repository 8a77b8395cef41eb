//! The operations of the contract: what they are called, and how far they may be repeated.

use http::Method;

/// All operations of the contract, sorted by id, whatever areas are compiled in.
pub static OPERATIONS: &[Operation] = include!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// One operation of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id, which is also the name of the generated method.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path template, such as `/api/target-users/{resourceId}`.
    pub path: &'static str,
    /// The area (and cargo feature) it belongs to.
    pub area: &'static str,
    /// How far it may be repeated.
    pub safety: Safety,
    /// Whether a file travels with it, which decides its time-outs.
    pub transfer: Transfer,
    /// What the data of its response is wrapped in.
    pub wrapping: Wrapping,
}

/// How far a call may be sent again without changing more than it did the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    /// Changes nothing: GETs, searches, exports, downloads.
    Read,
    /// Sent twice, leaves the same state as sent once: PUT and DELETE by id.
    Idempotent,
    /// May act each time it arrives: creates, imports, uploads, and whatever is unknown.
    #[default]
    Once,
}

/// What kind of body travels, which decides the time-outs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// A JSON message each way: the whole try is limited.
    #[default]
    Message,
    /// The request carries a form that may hold files: only a standstill is limited.
    Upload,
    /// The response is a file: only a standstill is limited.
    Download,
}

/// What the data of a response is wrapped in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapping {
    /// An [`Envelope`](crate::Envelope), which says whether the operation succeeded.
    #[default]
    Envelope,
    /// Nothing.
    None,
    /// An envelope or nothing: document and service disagree.
    Unknown,
    /// The response is a file.
    File,
}

impl Operation {
    /// The operation with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::find_in(OPERATIONS, id)
    }

    /// The operation that a method and a concrete path belong to. Fixed segments win over
    /// placeholders and are compared without case, as the service routes them.
    #[must_use]
    pub fn matching(method: &Method, path: &str) -> Option<&'static Self> {
        Self::matching_in(OPERATIONS, method, path)
    }

    pub(crate) fn find_in(table: &'static [Self], id: &str) -> Option<&'static Self> {
        let index = table.binary_search_by(|operation| operation.id.cmp(id));
        index.ok().map(|index| &table[index])
    }

    pub(crate) fn matching_in(
        table: &'static [Self],
        method: &Method,
        path: &str,
    ) -> Option<&'static Self> {
        table
            .iter()
            .filter(|operation| operation.method == method.as_str())
            .filter_map(|operation| Some((operation.literals(path)?, operation)))
            .max_by_key(|(literals, _)| *literals)
            .map(|(_, operation)| operation)
    }

    /// Whether a concrete path fits the template.
    pub(crate) fn fits(&self, path: &str) -> bool {
        self.literals(path).is_some()
    }

    /// How many segments of the template are spelled out in the path, or `None` where it does not
    /// fit: where the number of segments differs, or a placeholder stands for nothing.
    fn literals(&self, path: &str) -> Option<usize> {
        let mut template = self.path.trim_matches('/').split('/');
        let mut path = path.trim_matches('/').split('/');
        let mut literals = 0;
        loop {
            match (template.next(), path.next()) {
                (None, None) => return Some(literals),
                (Some(slot), Some(segment)) if slot.starts_with('{') => match segment {
                    // A path with such a segment is another path to every URL library.
                    "" | "." | ".." => return None,
                    _ => {}
                },
                (Some(slot), Some(segment)) if slot.eq_ignore_ascii_case(segment) => literals += 1,
                _ => return None,
            }
        }
    }
}
