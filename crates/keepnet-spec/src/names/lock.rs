//! `names.lock`: the names that users of the crates have compiled against.

use std::collections::{BTreeMap, BTreeSet};

use crate::{SpecError, openapi};

const HEADER: &str = "\
# Names that users of the crates have compiled against. `cargo xtask regen` adds lines for what is new;
# a line may be edited by hand to choose a better name before a release, never after one.
";
const SCHEMA: &str = "schema ";

/// `names.lock`: the pinned name of every operation and schema.
///
/// Operations are keyed by `METHOD /path`, schemas by their .NET name without assembly versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesLock {
    operations: BTreeMap<String, String>,
    schemas: BTreeMap<String, String>,
}

impl NamesLock {
    /// Reads the text of `names.lock`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let mut lock = NamesLock::default();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = || SpecError::BadDecisions {
                file: "names.lock",
                message: format!("line {}: expected `KEY = NAME`", index + 1),
            };
            let (key, name) = line.rsplit_once(" = ").ok_or_else(bad)?;
            match key.strip_prefix(SCHEMA) {
                Some(key) => lock.schemas.insert(key.to_owned(), name.to_owned()),
                None => lock.operations.insert(key.to_owned(), name.to_owned()),
            };
        }
        Ok(lock)
    }

    /// The text of `names.lock`: sorted, one name a line.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (key, name) in &self.operations {
            text.push_str(&format!("{key} = {name}\n"));
        }
        for (key, name) in &self.schemas {
            text.push_str(&format!("{SCHEMA}{key} = {name}\n"));
        }
        text
    }

    /// The pinned name of `METHOD /path`.
    pub fn operation(&self, place: &str) -> Option<&str> {
        self.operations.get(place).map(String::as_str)
    }

    /// The pinned name of a schema.
    pub fn schema(&self, key: &str) -> Option<&str> {
        self.schemas.get(key).map(String::as_str)
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.operations
            .iter()
            .map(|(key, name)| (key.as_str(), name.as_str()))
    }

    /// The same pins, where a pinned operation is published with other names for its path
    /// parameters: a request does not show these names, so the operation keeps its name.
    pub(crate) fn following_routes<'a>(
        &self,
        published: impl Iterator<Item = &'a String>,
    ) -> NamesLock {
        let (known, new): (BTreeSet<&String>, BTreeSet<&String>) =
            published.partition(|place| self.operations.contains_key(*place));
        let new: BTreeMap<String, &String> = new
            .into_iter()
            .map(|place| (openapi::route(place), place))
            .collect();
        let mut lock = self.clone();
        for (place, name) in &self.operations {
            if !known.contains(place)
                && let Some(now) = new.get(&openapi::route(place))
            {
                lock.operations.remove(place);
                lock.operations.insert((*now).clone(), name.clone());
            }
        }
        lock
    }

    pub(crate) fn set_operations(&mut self, operations: BTreeMap<String, String>) {
        self.operations = operations;
    }

    pub(crate) fn set_schemas(&mut self, schemas: BTreeMap<String, String>) {
        self.schemas = schemas;
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
