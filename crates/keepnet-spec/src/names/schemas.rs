//! The names of schemas: short, unique without regard to case, and the same for every choice of areas.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::{dotnet::TypeName, lock::NamesLock};
use crate::SpecError;
use crate::openapi::{self, ENVELOPE, PAGE};
use crate::word_list::WordList;

/// Marks the schemas that the hoist pass has named; the naming does not rename them.
pub(crate) const HOISTED: &str = "x-hoisted";

/// Segments of a namespace that distinguish two schemas of one short name only as a last resort.
const GENERIC_SEGMENTS: WordList = WordList(
    "
    KeepnetLabs ApplicationService Core DistributedService Domain Dto Dtos Enums Model Models
    Request Search Service
    ",
);

/// Names of schemas by their names in the document.
type Names = BTreeMap<String, String>;

/// The name of a schema without namespace, before clashes are resolved.
pub(crate) fn short_name(full: &str) -> String {
    short(&TypeName::parse(full))
}

/// The chosen name of every schema.
pub(crate) struct SchemaNames {
    names: Names,
    /// The pins of these schemas for `names.lock`.
    pub(crate) pins: Names,
}

impl SchemaNames {
    /// Chooses names that are short, unique without regard to case and the same for every choice of areas.
    ///
    /// Schemas of one short name and one shape share it; others of that short name are
    /// distinguished by the nearest distinguishing segment of their namespace. Pinned names win.
    pub(crate) fn choose(
        schemas: &Map<String, Value>,
        lock: &NamesLock,
    ) -> Result<Self, SpecError> {
        let (composed, plain): (BTreeSet<&String>, BTreeSet<&String>) = schemas
            .keys()
            .partition(|name| schemas[*name].get("allOf").is_some());
        let classes = shape_classes(schemas, &plain, lock);
        let mut names = name_classes(&classes, lock)?;
        let mut pins = BTreeMap::new();
        for name in plain {
            let is_ours = [ENVELOPE, PAGE].contains(&name.as_str());
            let is_hoisted = schemas[name].get(HOISTED).is_some();
            if !is_ours && !is_hoisted {
                pins.insert(TypeName::parse(name).key(), names[name].clone());
            }
        }
        // Pages are named before envelopes, whose names contain those of their pages.
        for base in [PAGE, ENVELOPE] {
            for name in &composed {
                if let Some(composed_name) = composed_name(&schemas[*name], base, &names) {
                    names.insert((*name).clone(), composed_name);
                }
            }
            number_variants(&composed, &mut names, schemas);
        }
        if let Some(unnamed) = composed.iter().find(|name| !names.contains_key(**name)) {
            return Err(SpecError::at(
                unnamed.as_str(),
                "no rule names this composed schema",
            ));
        }
        require_unique(&names, schemas)?;
        Ok(SchemaNames { names, pins })
    }

    /// The chosen name; a schema that does not exist keeps its own.
    pub(crate) fn of<'a>(&'a self, full: &'a str) -> &'a str {
        self.names.get(full).map_or(full, String::as_str)
    }
}

fn short(name: &TypeName) -> String {
    let last = name.segments().last().copied().unwrap_or_default();
    let own = match last {
        "Object" | "ExpandoObject" if name.path.starts_with("System.") => "Value".to_owned(),
        last => last.to_upper_camel_case(),
    };
    if name.arguments.is_empty() {
        return own;
    }
    let arguments: Vec<_> = name.arguments.iter().map(short).collect();
    format!("{own}Of{}", arguments.join("And"))
}

/// Groups schemas that have one name and one shape, recursively: the coarsest partition in which
/// two members agree on everything, up to the partition of the schemas that they point to.
fn shape_classes(
    schemas: &Map<String, Value>,
    plain: &BTreeSet<&String>,
    lock: &NamesLock,
) -> BTreeMap<String, usize> {
    let label = |name: &String| {
        if !plain.contains(name) {
            return name.clone();
        }
        let parsed = TypeName::parse(name);
        let pinned = lock.schema(&parsed.key()).map(str::to_owned);
        pinned.unwrap_or_else(|| short(&parsed)).to_lowercase()
    };
    let mut labels: Names = schemas
        .keys()
        .map(|name| (name.clone(), label(name)))
        .collect();
    let mut count = 0;
    loop {
        let mut signatures: BTreeMap<String, usize> = BTreeMap::new();
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for (name, label) in &labels {
            let signature = format!("{label} {}", renamed(&schemas[name], &labels));
            let next = signatures.len();
            classes.insert(name.clone(), *signatures.entry(signature).or_insert(next));
        }
        if signatures.len() == count {
            classes.retain(|name, _| plain.contains(name));
            return classes;
        }
        count = signatures.len();
        labels = classes
            .into_iter()
            .map(|(name, class)| (name, class.to_string()))
            .collect();
    }
}

fn name_classes(classes: &BTreeMap<String, usize>, lock: &NamesLock) -> Result<Names, SpecError> {
    let mut members: BTreeMap<usize, Vec<TypeName>> = BTreeMap::new();
    for (name, class) in classes {
        let types = members.entry(*class).or_default();
        types.push(TypeName::parse(name));
    }
    let mut chosen: BTreeMap<usize, String> = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<(usize, &TypeName)>> = BTreeMap::new();
    for (class, types) in &members {
        if let Some(pinned) = types.iter().find_map(|name| lock.schema(&name.key())) {
            chosen.insert(*class, pinned.to_owned());
        } else {
            let group = groups.entry(short(&types[0]).to_lowercase()).or_default();
            group.push((*class, &types[0]));
        }
    }
    for group in groups.into_values() {
        let taken = chosen.values().map(|name| name.to_lowercase()).collect();
        chosen.extend(distinguish(&group, &taken)?);
    }
    let named = classes.iter();
    Ok(named
        .map(|(name, class)| (name.clone(), chosen[class].clone()))
        .collect())
}

/// Adds no, one, two, … distinguishing namespace segments until the names of a group differ.
fn distinguish(
    group: &[(usize, &TypeName)],
    taken: &BTreeSet<String>,
) -> Result<Vec<(usize, String)>, SpecError> {
    for with_generic in [false, true] {
        for depth in 0..8 {
            let names = group.iter();
            let names: Vec<_> = names
                .map(|(class, name)| (*class, qualified(name, depth, with_generic)))
                .collect();
            let lower: BTreeSet<String> =
                names.iter().map(|(_, name)| name.to_lowercase()).collect();
            if lower.len() == names.len() && lower.is_disjoint(taken) {
                return Ok(names);
            }
        }
    }
    Err(SpecError::at(
        group[0].1.key(),
        "its name is the name of another schema, and its namespace does not distinguish them; pin a name for it in names.lock",
    ))
}

fn qualified(name: &TypeName, depth: usize, with_generic: bool) -> String {
    let mut result = short(name);
    let segments = name.segments().into_iter().rev().skip(1);
    let distinguishing =
        segments.filter(|segment| with_generic || !GENERIC_SEGMENTS.contains(segment));
    for segment in distinguishing.take(depth) {
        let word = segment.to_upper_camel_case();
        if !result.contains(&word) {
            result.insert_str(0, &word);
        }
    }
    result
}

fn composed_name(schema: &Value, base: &str, names: &Names) -> Option<String> {
    let parts = schema["allOf"].as_array()?;
    if openapi::reference(parts.first()?)? != base {
        return None;
    }
    let properties = parts.get(1)?["properties"].as_object()?;
    let (field, payload) = match base {
        ENVELOPE => ("data", &properties["data"]),
        _ => ("results", &properties["results"]["items"]),
    };
    let payload = payload_name(payload, names);
    let others = properties.keys().filter(|key| *key != field);
    let others = others.map(|key| format!("With{}", key.to_upper_camel_case()));
    Some(format!("{base}Of{payload}{}", others.collect::<String>()))
}

/// Numbers envelopes and pages of one name that differ, as in whether their texts may be null: in
/// Rust they are generic types, so no caller sees these names.
fn number_variants(composed: &BTreeSet<&String>, names: &mut Names, schemas: &Map<String, Value>) {
    let mut variants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for full in composed {
        let Some(name) = names.get(*full).cloned() else {
            continue;
        };
        let content = renamed(&schemas[*full], names);
        let known = variants.entry(name.to_lowercase()).or_default();
        let number = known.iter().position(|other| *other == content);
        if number.is_none() {
            known.push(content);
        }
        let number = number.map_or(known.len(), |index| index + 1);
        if number > 1 {
            names.insert((*full).clone(), format!("{name}{number}"));
        }
    }
}

/// The text of a schema with these names of the components that it points to.
fn renamed(schema: &Value, names: &Names) -> String {
    let mut content = schema.clone();
    openapi::change_references(&mut content, |name| names.get(name).cloned());
    content.to_string()
}

fn payload_name(payload: &Value, names: &Names) -> String {
    if let Some(target) = openapi::reference(payload) {
        let name = names.get(target).cloned();
        return name.unwrap_or_else(|| short_name(target));
    }
    match openapi::text(payload, "type") {
        "array" => format!("ListOf{}", payload_name(&payload["items"], names)),
        "object" if payload.get("additionalProperties").is_some() => {
            format!(
                "MapOf{}",
                payload_name(&payload["additionalProperties"], names)
            )
        }
        "object" | "" => "Value".to_owned(),
        scalar => scalar.to_upper_camel_case(),
    }
}

/// Two schemas may share a name only if they will be written out alike.
fn require_unique(names: &Names, schemas: &Map<String, Value>) -> Result<(), SpecError> {
    let mut seen: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for (full, name) in names {
        let content = (name.as_str(), renamed(&schemas[full], names));
        let known = seen
            .entry(name.to_lowercase())
            .or_insert_with(|| content.clone());
        if *known != content {
            return Err(SpecError::at(
                TypeName::parse(full).key(),
                format!(
                    "its name {name} is the name of another schema; pin a different name in names.lock"
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(schemas: Value, lock: &str, expected: &[(&str, &str)]) {
        let lock = NamesLock::parse(lock).unwrap();
        let names = SchemaNames::choose(schemas.as_object().unwrap(), &lock).unwrap();
        for (full, name) in expected {
            assert_eq!(names.of(full), *name, "{full}");
        }
    }

    #[test]
    fn unique_name_has_no_namespace() {
        check(
            json!({"KeepnetLabs.Core.IdResult": {"type": "object"}, "A.B.EmailTemplateDTO": {"type": "object"}}),
            "",
            &[
                ("KeepnetLabs.Core.IdResult", "IdResult"),
                ("A.B.EmailTemplateDTO", "EmailTemplateDto"),
            ],
        );
    }

    #[test]
    fn schemas_of_one_name_and_shape_are_merged() {
        let group = |item: &str| json!({"properties": {"items": {"items": {"$ref": format!("#/components/schemas/{item}")}}}});
        check(
            json!({
                "A.Filter": group("A.Item"), "A.Item": {"type": "string"},
                "B.Filter": group("B.Item"), "B.Item": {"type": "string"},
                "Rest.C.Filter": group("Rest.C.Item"), "Rest.C.Item": {"type": "integer"},
            }),
            "",
            &[
                ("A.Filter", "AFilter"),
                ("B.Filter", "AFilter"),
                ("Rest.C.Filter", "CFilter"),
                ("B.Item", "AItem"),
            ],
        );
    }

    #[test]
    fn names_that_differ_only_in_case_are_distinguished() {
        check(
            json!({"A.UserDto": {"type": "string"}, "B.UserDTO": {"type": "integer"}}),
            "",
            &[("A.UserDto", "AUserDto"), ("B.UserDTO", "BUserDto")],
        );
    }

    #[test]
    fn pinned_name_survives_a_new_schema() {
        check(
            json!({"A.Filter": {"type": "string"}, "B.Filter": {"type": "integer"}}),
            "schema A.Filter = Filter\n",
            &[("A.Filter", "Filter"), ("B.Filter", "BFilter")],
        );
    }

    #[test]
    fn similar_envelopes_are_numbered() {
        let envelope = |data: Value| {
            let base = json!({"$ref": "#/components/schemas/Envelope"});
            json!({"allOf": [base, {"properties": {"data": data}}]})
        };
        check(
            json!({
                "A.Of": envelope(json!({"type": "string"})),
                "B.Of": envelope(json!({"type": "string", "nullable": true})),
                "C.Of": envelope(json!({"type": "string"})),
            }),
            "",
            &[
                ("A.Of", "EnvelopeOfString"),
                ("B.Of", "EnvelopeOfString2"),
                ("C.Of", "EnvelopeOfString"),
            ],
        );
    }

    #[test]
    fn unresolved_clash_names_the_schema() {
        let schemas = json!({"X": {"type": "string"}, "x": {"type": "integer"}});
        let error = SchemaNames::choose(schemas.as_object().unwrap(), &NamesLock::default())
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "X: its name is the name of another schema, and its namespace does not distinguish them; pin a name for it in names.lock"
        );
    }
}
