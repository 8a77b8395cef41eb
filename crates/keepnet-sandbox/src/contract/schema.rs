//! The schemas of the contract, translated from OpenAPI 3.0 to JSON Schema.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::document::{self, component};

/// The schemas of one operation.
pub(super) struct OperationSchemas {
    /// The JSON body of a request, if it has one.
    pub(super) request: Option<Validator>,
    /// The JSON body of a success; `None` for a file.
    pub(super) response: Option<Validator>,
    pub(super) error: Validator,
}

#[derive(Default)]
pub(super) struct Contract {
    /// Compiled at the first call of an operation.
    compiled: Mutex<HashMap<String, Option<Arc<OperationSchemas>>>>,
}

/// How strictly a schema treats property names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// For requests: in lower case; the service ignores unknown names.
    LowerCase,
    /// For responses: unknown names are a violation.
    Closed,
    /// For errors: unknown names are allowed.
    Open,
}

impl Contract {
    pub(super) fn get() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::default);
        &CONTRACT
    }

    /// The schemas of an operation; `None` if the contract does not have it.
    pub(super) fn schemas(&self, operation: &str) -> Option<Arc<OperationSchemas>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(operation) {
            return known.clone();
        }
        let schemas = self.compile(operation).map(Arc::new);
        compiled.insert(operation.to_owned(), schemas.clone());
        schemas
    }

    fn compile(&self, operation: &str) -> Option<OperationSchemas> {
        let declared = document::operation(operation)?;
        let json_body =
            |holder: &Value| holder["content"]["application/json"].get("schema").cloned();
        let (_, success) = document::success(declared)?;
        let envelope = json!({ "$ref": "#/components/schemas/Envelope" });
        Some(OperationSchemas {
            request: json_body(&declared["requestBody"])
                .and_then(|schema| self.validator(&schema, Names::LowerCase)),
            response: json_body(success).and_then(|schema| self.validator(&schema, Names::Closed)),
            error: self.validator(&envelope, Names::Open)?,
        })
    }

    fn validator(&self, schema: &Value, names: Names) -> Option<Validator> {
        let mut components = BTreeMap::new();
        self.collect_components(schema, names, &mut components);
        let mut root = self.translate(schema, names, true);
        root["components"] = json!({ "schemas": components });
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true);
        options.build(&root).ok()
    }

    /// Collects and translates the components that a schema refers to.
    fn collect_components(
        &self,
        schema: &Value,
        names: Names,
        components: &mut BTreeMap<String, Value>,
    ) {
        match schema {
            Value::Object(map) => {
                if let Some((name, component)) = component(schema)
                    && !components.contains_key(name)
                {
                    let translated = self.translate(component, names, false);
                    components.insert(name.to_owned(), translated);
                    self.collect_components(component, names, components);
                }
                map.values()
                    .for_each(|value| self.collect_components(value, names, components));
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.collect_components(item, names, components)),
            _ => {}
        }
    }

    /// Translates a schema from OpenAPI 3.0 to JSON Schema. With `of_value`, the schema describes a
    /// whole value and not a part of an `allOf`; it then has all property names of the value, so it
    /// can refuse others.
    fn translate(&self, schema: &Value, names: Names, of_value: bool) -> Value {
        let Some(map) = schema.as_object() else {
            return json!({});
        };
        let mut out = Map::new();
        for (keyword, value) in map {
            let value = match keyword.as_str() {
                "nullable" | "readOnly" => continue,
                keyword if keyword.starts_with("x-") => continue,
                "properties" => self.properties(value, names),
                "items" | "additionalProperties" if value.is_object() => {
                    self.translate(value, names, true)
                }
                "allOf" => {
                    let parts = value.as_array().into_iter().flatten();
                    parts
                        .map(|part| self.translate(part, names, false))
                        .collect()
                }
                "required" if names == Names::LowerCase => lower_case(value),
                _ => value.clone(),
            };
            out.insert(keyword.clone(), value);
        }
        let mut known = BTreeSet::new();
        if of_value && names == Names::Closed {
            self.collect_names(schema, &mut known);
        }
        if !known.is_empty() && !out.contains_key("additionalProperties") {
            out.insert("propertyNames".to_owned(), json!({ "enum": known }));
        }
        if map.get("nullable") != Some(&json!(true)) {
            return Value::Object(out);
        }
        match out.get_mut("type") {
            Some(kind) => {
                *kind = json!([kind, "null"]);
                Value::Object(out)
            }
            // With `anyOf`, the validator would report only that no alternative matches.
            None => json!({ "if": { "not": { "type": "null" } }, "then": out }),
        }
    }

    fn properties(&self, properties: &Value, names: Names) -> Value {
        let properties = properties.as_object().into_iter().flatten();
        let translated = properties.map(|(name, schema)| {
            let name = match names {
                Names::LowerCase => name.to_lowercase(),
                Names::Closed | Names::Open => name.clone(),
            };
            (name, self.translate(schema, names, true))
        });
        Value::Object(translated.collect())
    }

    /// Collects the property names of a schema, its references and the parts of its `allOf`.
    fn collect_names<'s>(&'s self, schema: &'s Value, names: &mut BTreeSet<&'s str>) {
        if let Some((_, component)) = component(schema) {
            self.collect_names(component, names);
        }
        let own = schema["properties"].as_object().into_iter().flatten();
        names.extend(own.map(|(name, _)| name.as_str()));
        let parts = schema["allOf"].as_array().into_iter().flatten();
        parts.for_each(|part| self.collect_names(part, names));
    }
}

fn lower_case(names: &Value) -> Value {
    let names = names.as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .map(str::to_lowercase)
        .collect()
}
