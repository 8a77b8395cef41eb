//! `names.lock`: the names that users of the crates have compiled against.

use std::collections::{BTreeMap, BTreeSet};

use crate::{SpecError, openapi};

const HEADER: &str = "\
# Names that users of the crates have compiled against. `cargo xtask regen` adds lines for what is new;
# a line may be edited by hand to choose a better name before a release, never after one.
";
/// Starts the key of a schema; the key of an operation starts with its method.
const SCHEMA: &str = "schema ";

/// `names.lock`: the pinned name of every operation and schema.
///
/// Operations are keyed by `METHOD /path`, schemas by their .NET name without assembly versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesLock {
    names: BTreeMap<String, String>,
}

impl NamesLock {
    /// Reads the text of `names.lock`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let mut names = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((key, name)) = line.rsplit_once(" = ") else {
                return Err(SpecError::InvalidFile {
                    file: "names.lock",
                    message: format!("line {}: expected `KEY = NAME`", index + 1),
                });
            };
            names.insert(key.to_owned(), name.to_owned());
        }
        Ok(NamesLock { names })
    }

    /// The text of `names.lock`: sorted, one name a line.
    pub fn to_text(&self) -> String {
        let lines = self.names.iter();
        let lines = lines.map(|(key, name)| format!("{key} = {name}\n"));
        HEADER.to_owned() + &lines.collect::<String>()
    }

    /// The pinned name of `METHOD /path`.
    pub fn operation(&self, place: &str) -> Option<&str> {
        self.names.get(place).map(String::as_str)
    }

    /// The pinned name of a schema.
    pub fn schema(&self, key: &str) -> Option<&str> {
        let key = format!("{SCHEMA}{key}");
        self.names.get(&key).map(String::as_str)
    }

    /// The pinned names of operations by `METHOD /path`.
    ///
    /// Where a pinned operation is published with other names for its path parameters, the key is
    /// the published one: a request does not show these names, so the operation keeps its name.
    pub(crate) fn operations<'a>(
        &self,
        published: impl Iterator<Item = &'a String>,
    ) -> BTreeMap<String, String> {
        let (pinned, new): (BTreeSet<&String>, BTreeSet<&String>) =
            published.partition(|place| self.names.contains_key(*place));
        let new: BTreeMap<String, &String> = new
            .into_iter()
            .map(|place| (openapi::route(place), place))
            .collect();
        let names = self.names.iter();
        let names = names.filter(|(key, _)| !key.starts_with(SCHEMA));
        let current = names.map(|(place, name)| {
            let moved = new.get(&openapi::route(place));
            let moved = moved.filter(|_| !pinned.contains(place));
            (moved.copied().unwrap_or(place).clone(), name.clone())
        });
        current.collect()
    }

    pub(crate) fn remove_operation(&mut self, place: &str) {
        // The pin may have other names for the path parameters.
        let route = openapi::route(place);
        self.names
            .retain(|key, _| key.starts_with(SCHEMA) || openapi::route(key) != route);
    }

    pub(crate) fn pin_operation(&mut self, place: &str, name: &str) {
        self.names.insert(place.to_owned(), name.to_owned());
    }

    pub(crate) fn set_operations(&mut self, operations: BTreeMap<String, String>) {
        self.names.retain(|key, _| key.starts_with(SCHEMA));
        self.names.extend(operations);
    }

    pub(crate) fn set_schemas(&mut self, schemas: BTreeMap<String, String>) {
        self.names.retain(|key, _| !key.starts_with(SCHEMA));
        let schemas = schemas.into_iter();
        self.names
            .extend(schemas.map(|(key, name)| (format!("{SCHEMA}{key}"), name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back_as_it_was_written() {
        let text = format!("{HEADER}GET /api/jobs = list_jobs\nschema A.List<B> = ListOfB\n");
        let lock = NamesLock::parse(&text).unwrap();
        assert_eq!(lock.operation("GET /api/jobs"), Some("list_jobs"));
        assert_eq!(lock.schema("A.List<B>"), Some("ListOfB"));
        assert_eq!(lock.to_text(), text);
    }

    #[test]
    fn invalid_line_is_refused_with_its_number() {
        let error = NamesLock::parse("# x\nGET /api/jobs\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "names.lock is not valid: line 2: expected `KEY = NAME`"
        );
    }
}
