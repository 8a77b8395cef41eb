use reqwest::Method;

/// One operation of the contract: what it is called and how far it may be repeated.
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
}

/// How far a call may be sent again without changing more than it did the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    /// Changes nothing: GETs, searches, exports, downloads.
    Read,
    /// Sent twice, leaves what it left sent once: PUT and DELETE by id.
    Idempotent,
    /// May act each time it arrives: creates, imports, uploads, and whatever is unknown.
    #[default]
    Once,
}

/// What kind of body travels, which decides the time-outs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// A JSON message each way: the whole attempt is limited.
    #[default]
    Message,
    /// The request carries a form that may hold files: only standstill is limited.
    Upload,
    /// The answer is a file: only standstill is limited.
    Download,
}

impl Operation {
    /// An entry of the table; `const` so that the table can be static.
    #[must_use]
    pub const fn new(
        id: &'static str,
        method: &'static str,
        path: &'static str,
        area: &'static str,
        safety: Safety,
        transfer: Transfer,
    ) -> Self {
        Self {
            id,
            method,
            path,
            area,
            safety,
            transfer,
        }
    }

    /// The operation with this id, if the slices compiled in have it.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::find_in(crate::OPERATIONS, id)
    }

    /// The operation that a method and a concrete path belong to. Fixed segments win over
    /// placeholders and are compared without case, as the service routes them.
    #[must_use]
    pub fn matching(method: &Method, path: &str) -> Option<&'static Self> {
        Self::matching_in(crate::OPERATIONS, method, path)
    }

    pub(crate) fn find_in(table: &'static [Self], id: &str) -> Option<&'static Self> {
        table
            .binary_search_by(|operation| operation.id.cmp(id))
            .ok()
            .map(|at| &table[at])
    }

    pub(crate) fn matching_in(
        table: &'static [Self],
        method: &Method,
        path: &str,
    ) -> Option<&'static Self> {
        table
            .iter()
            .filter(|operation| operation.method == method.as_str())
            .filter_map(|operation| Some((literals(operation.path, path)?, operation)))
            .max_by_key(|(literal, _)| *literal)
            .map(|(_, operation)| operation)
    }
}

/// How many segments of the template are spelled out in the path, or `None` where it does not fit.
fn literals(template: &str, path: &str) -> Option<usize> {
    let mut template = template.trim_matches('/').split('/');
    let mut path = path.trim_matches('/').split('/');
    let mut literal = 0;
    loop {
        match (template.next(), path.next()) {
            (None, None) => return Some(literal),
            (Some(slot), Some(segment)) if slot.starts_with('{') && !segment.is_empty() => {}
            (Some(slot), Some(segment)) if slot.eq_ignore_ascii_case(segment) => literal += 1,
            _ => return None,
        }
    }
}
