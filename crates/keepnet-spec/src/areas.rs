//! The areas of the bindings, which are cargo features of `keepnet-client`.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// `areas.toml`: the area of the bindings to which each tag of the document belongs.
///
/// An area is a cargo feature of `keepnet-client`. Only tags are listed by hand; the types that an
/// area needs are computed by reachability.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "File")]
pub struct Areas {
    defaults: Vec<String>,
    area_of_tag: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: Vec<String>,
    areas: BTreeMap<String, Vec<String>>,
}

impl TryFrom<File> for Areas {
    type Error = String;

    /// A tag in two areas, or a default that is no area, is an error.
    fn try_from(file: File) -> Result<Self, String> {
        let mut area_of_tag = BTreeMap::new();
        for (area, tags) in &file.areas {
            for tag in tags {
                if let Some(other) = area_of_tag.insert(tag.clone(), area.clone()) {
                    return Err(format!(
                        "the areas {other} and {area} both have the tag {tag:?}"
                    ));
                }
            }
        }
        let mut defaults = file.default.iter();
        if let Some(unknown) = defaults.find(|area| !file.areas.contains_key(*area)) {
            return Err(format!("the default has {unknown}, which is no area"));
        }
        Ok(Areas {
            defaults: file.default,
            area_of_tag,
        })
    }
}

impl Areas {
    /// The area of a tag.
    pub fn of_tag(&self, tag: &str) -> Option<&str> {
        self.area_of_tag.get(tag).map(String::as_str)
    }

    /// The areas of the default feature.
    pub fn defaults(&self) -> &[String] {
        &self.defaults
    }

    /// All areas, sorted.
    pub fn names(&self) -> Vec<&str> {
        let names: BTreeSet<_> = self.area_of_tag.values().map(String::as_str).collect();
        names.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(file: serde_json::Value) -> Result<Areas, String> {
        serde_json::from_value(file).map_err(|error| error.to_string())
    }

    #[test]
    fn tag_belongs_to_one_area() {
        let areas = read(json!({"default": ["a"], "areas": {"a": ["X", ""], "b": ["Y"]}})).unwrap();
        assert_eq!(
            (areas.of_tag("X"), areas.of_tag("Y"), areas.of_tag("Z")),
            (Some("a"), Some("b"), None)
        );
        assert_eq!(areas.names(), ["a", "b"]);
        for (file, message) in [
            (
                json!({"default": [], "areas": {"a": ["X"], "b": ["X"]}}),
                "the areas a and b both have the tag \"X\"",
            ),
            (
                json!({"default": ["c"], "areas": {"a": ["X"]}}),
                "the default has c, which is no area",
            ),
        ] {
            assert_eq!(read(file).unwrap_err(), message);
        }
    }
}
