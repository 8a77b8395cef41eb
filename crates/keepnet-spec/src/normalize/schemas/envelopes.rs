//! Writes the shapes that hundreds of schemas share once: the envelope and the page.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::SpecError;
use crate::names::TypeName;
use crate::normalize::pass::{Pass, Work};
use crate::openapi::{self, ENVELOPE, PAGE};

pub(crate) const PASS: Pass = Pass {
    name: "envelopes",
    reason: "hundreds of schemas are one envelope or one page around something else",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Some(schemas) = openapi::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    let mut bases = Base::all();
    let mut composed = Vec::new();
    for base in &mut bases {
        base.share_common_fields(schemas);
        for (name, schema) in schemas.iter().filter(|(_, schema)| base.fits(schema)) {
            base.require_same_types(name, schema, schemas)?;
            composed.push((name.clone(), base.compose(schema)));
        }
    }
    let hits = composed.len();
    schemas.extend(composed);
    for base in bases.into_iter().filter(|_| hits > 0) {
        if schemas.insert(base.name.to_owned(), base.schema).is_some() {
            return Err(SpecError::at(
                base.name,
                "the document has a schema of this name; rename the shared one in the envelopes pass",
            ));
        }
    }
    Ok(hits)
}

/// A shape that many schemas share.
struct Base {
    name: &'static str,
    /// The field whose type differs.
    payload: &'static str,
    /// The fields that are the same everywhere.
    schema: Value,
}

impl Base {
    fn all() -> [Base; 2] {
        let number = json!({"type": "integer", "format": "int32"});
        let envelope = Base {
            name: ENVELOPE,
            payload: "data",
            schema: json!({"type": "object", "properties": {
                "message": {"type": "string", "nullable": true},
                "status": {"type": "string", "nullable": true},
                "validationMessages": {"type": "array", "items": {"type": "string"}, "nullable": true},
            }}),
        };
        let page = Base {
            name: PAGE,
            payload: "results",
            schema: json!({"type": "object", "properties": {
                "pageNumber": number,
                "pageSize": number,
                "totalNumberOfPages": number,
                "totalNumberOfRecords": number,
            }}),
        };
        [envelope, page]
    }

    /// Whether a schema has the known fields. It may have more: the service adds fields.
    fn fits(&self, schema: &Value) -> bool {
        let keys = |schema| openapi::members(schema, "/properties").map(|(key, _)| key.as_str());
        let found: BTreeSet<&str> = keys(schema).collect();
        let expected = keys(&self.schema).chain([self.payload]).collect();
        found.is_superset(&expected)
    }

    /// A field that the service adds to all schemas of this shape is a field of the shape. As a field of each schema, it
    /// would change their names.
    fn share_common_fields(&mut self, schemas: &Map<String, Value>) {
        let mut fitting = schemas.values().filter(|schema| self.fits(schema));
        let (Some(first), Some(_)) = (fitting.next(), fitting.clone().next()) else {
            return;
        };
        let mut common = first["properties"].clone();
        if let Some(common) = common.as_object_mut() {
            common.remove(self.payload);
            common.retain(|key, _| self.schema["properties"].get(key).is_none());
            for schema in fitting {
                common.retain(|key, field| schema["properties"].get(key) == Some(field));
            }
            for (key, field) in std::mem::take(common) {
                self.schema["properties"][key] = field;
            }
        }
    }

    /// The shared fields are written once, so each must have one type everywhere.
    fn require_same_types(
        &self,
        name: &str,
        schema: &Value,
        schemas: &Map<String, Value>,
    ) -> Result<(), SpecError> {
        for (field, expected) in openapi::members(&self.schema, "/properties") {
            let found = &schema["properties"][field];
            let target = openapi::reference(found).and_then(|name| schemas.get(name));
            let (found, expected) = (&target.unwrap_or(found)["type"], &expected["type"]);
            if found != expected {
                return Err(SpecError::at(
                    TypeName::parse(name).key(),
                    format!(
                        "its field {field} has the type {found}, but the shared schema has {expected}; decide in the envelopes pass"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// `allOf: [base, own fields]`, so that a validator reads the same shape as the generic Rust type.
    fn compose(&self, schema: &Value) -> Value {
        let mut own = schema["properties"].clone();
        if let Some(own) = own.as_object_mut() {
            own.retain(|key, _| self.schema["properties"].get(key).is_none());
        }
        json!({"allOf": [openapi::reference_to(self.name), {"type": "object", "properties": own}]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decisions, NamesLock};

    fn envelope(data: &str, more: &[&str]) -> Value {
        let text = json!({"type": "string"});
        let mut properties = json!({
            "data": {"type": data}, "message": text, "status": text,
            "validationMessages": {"type": "array"},
        });
        for key in more {
            properties[*key] = text.clone();
        }
        json!({"type": "object", "properties": properties})
    }

    #[test]
    fn new_key_of_an_envelope_is_a_new_key() {
        let mut work = Work {
            document: json!({"components": {"schemas": {
                "A.Of": envelope("string", &["traceId"]),
                "B.Of": envelope("boolean", &["traceId", "hint"]),
            }}}),
            decisions: &Decisions::default(),
            names: NamesLock::default(),
            missing: Vec::new(),
        };
        assert_eq!(run(&mut work).unwrap(), 2);
        let text = json!({"type": "string"});
        for (place, expected) in [
            ("Envelope/properties/traceId", Some(text.clone())),
            ("Envelope/properties/hint", None),
            ("A.Of/allOf/1/properties", Some(json!({"data": text}))),
            (
                "B.Of/allOf/1/properties",
                Some(json!({"data": {"type": "boolean"}, "hint": text})),
            ),
        ] {
            let found = work
                .document
                .pointer(&format!("/components/schemas/{place}"));
            assert_eq!(found, expected.as_ref(), "{place}");
        }
    }
}
