//! The schemas of the contract, in the form that JSON Schema has for them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// What the contract says about an operation.
pub(super) struct Expected {
    /// The JSON body of a request, if it has one.
    pub(super) request: Option<Validator>,
    /// The JSON body of a success; none for a file.
    pub(super) answer: Option<Validator>,
    pub(super) error: Validator,
}

pub(super) struct Contract {
    document: Value,
    /// Compiled when an operation is first met.
    compiled: Mutex<HashMap<String, Option<Arc<Expected>>>>,
}

/// Which side a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Names in lower case; unknown ones are ignored, as the service does.
    Request,
    /// Names as they are, and no others.
    Answer,
    /// Names as they are, and others too.
    Open,
}

impl Contract {
    pub(super) fn get() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            let text = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
            Contract {
                // The build script has read the same text.
                document: serde_json::from_str(text).unwrap_or_default(),
                compiled: Mutex::default(),
            }
        });
        &CONTRACT
    }

    /// The schemas of an operation that the contract has.
    pub(super) fn expected(&self, operation: &str) -> Option<Arc<Expected>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(operation) {
            return known.clone();
        }
        let expected = self.compile(operation).map(Arc::new);
        compiled.insert(operation.to_owned(), expected.clone());
        expected
    }

    fn compile(&self, operation: &str) -> Option<Expected> {
        let (method, path) = operation.split_once(' ')?;
        let declared = self.document["paths"]
            .get(path)?
            .get(method.to_lowercase())?;
        let json_body =
            |holder: &Value| holder["content"]["application/json"].get("schema").cloned();
        let responses = declared["responses"].as_object()?;
        let success = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))?
            .1;
        let envelope = json!({ "$ref": "#/components/schemas/Envelope" });
        Some(Expected {
            request: json_body(&declared["requestBody"])
                .and_then(|schema| self.validator(&schema, Side::Request)),
            answer: json_body(success).and_then(|schema| self.validator(&schema, Side::Answer)),
            error: self.validator(&envelope, Side::Open)?,
        })
    }

    fn validator(&self, schema: &Value, side: Side) -> Option<Validator> {
        let mut reachable = BTreeMap::new();
        self.reach(schema, side, &mut reachable);
        let mut root = self.translate(schema, side, true);
        root["components"] = json!({ "schemas": reachable });
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true);
        options.build(&root).ok()
    }

    /// Collects the components that a schema refers to, translated.
    fn reach(&self, schema: &Value, side: Side, reached: &mut BTreeMap<String, Value>) {
        match schema {
            Value::Object(map) => {
                let name = map.get("$ref").and_then(component_name);
                if let Some(name) = name.filter(|name| !reached.contains_key(*name)) {
                    let component = &self.document["components"]["schemas"][name];
                    let translated = self.translate(component, side, false);
                    reached.insert(name.to_owned(), translated);
                    self.reach(component, side, reached);
                }
                map.values()
                    .for_each(|value| self.reach(value, side, reached));
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.reach(item, side, reached)),
            _ => {}
        }
    }

    /// From OpenAPI 3.0 to JSON Schema. A schema that describes a value, rather than a part of
    /// another schema, has all names of the value, so it can refuse others.
    fn translate(&self, schema: &Value, side: Side, of_value: bool) -> Value {
        let Some(map) = schema.as_object() else {
            return json!({});
        };
        let mut out = Map::new();
        for (keyword, value) in map {
            let value = match keyword.as_str() {
                "nullable" | "readOnly" => continue,
                keyword if keyword.starts_with("x-") => continue,
                "properties" => self.properties(value, side),
                "items" | "additionalProperties" if value.is_object() => {
                    self.translate(value, side, true)
                }
                "allOf" => {
                    let parts = value.as_array().into_iter().flatten();
                    parts
                        .map(|part| self.translate(part, side, false))
                        .collect()
                }
                "required" if side == Side::Request => lower(value),
                _ => value.clone(),
            };
            out.insert(keyword.clone(), value);
        }
        let mut names = BTreeSet::new();
        if of_value && side == Side::Answer {
            self.collect_names(schema, &mut names);
        }
        if !names.is_empty() && !out.contains_key("additionalProperties") {
            out.insert("propertyNames".to_owned(), json!({ "enum": names }));
        }
        if map.get("nullable") != Some(&json!(true)) {
            return Value::Object(out);
        }
        match out.get_mut("type") {
            Some(kind) => {
                *kind = json!([kind, "null"]);
                Value::Object(out)
            }
            // A choice of two would say that neither fits, and not why.
            None => json!({ "if": { "not": { "type": "null" } }, "then": out }),
        }
    }

    fn properties(&self, properties: &Value, side: Side) -> Value {
        let properties = properties.as_object().into_iter().flatten();
        let translated = properties.map(|(name, schema)| {
            let name = match side {
                Side::Request => name.to_lowercase(),
                Side::Answer | Side::Open => name.clone(),
            };
            (name, self.translate(schema, side, true))
        });
        Value::Object(translated.collect())
    }

    /// The names that a schema has for the properties of an object, itself or through others.
    fn collect_names<'s>(&'s self, schema: &'s Value, names: &mut BTreeSet<&'s str>) {
        if let Some(name) = schema.get("$ref").and_then(component_name) {
            self.collect_names(&self.document["components"]["schemas"][name], names);
        }
        let own = schema["properties"].as_object().into_iter().flatten();
        names.extend(own.map(|(name, _)| name.as_str()));
        let parts = schema["allOf"].as_array().into_iter().flatten();
        parts.for_each(|part| self.collect_names(part, names));
    }
}

fn component_name(reference: &Value) -> Option<&str> {
    reference.as_str()?.strip_prefix("#/components/schemas/")
}

fn lower(names: &Value) -> Value {
    let names = names.as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .map(str::to_lowercase)
        .collect()
}
