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
    let bases = Base::all();
    let mut composed = Vec::new();
    for (name, schema) in schemas.iter() {
        if let Some(base) = bases.iter().find(|base| base.fits(schema)) {
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
    /// Whether a schema may have more fields.
    is_open: bool,
    /// The fields that are the same everywhere.
    schema: Value,
}

impl Base {
    fn all() -> [Base; 2] {
        let number = json!({"type": "integer", "format": "int32"});
        let envelope = Base {
            name: ENVELOPE,
            payload: "data",
            is_open: false,
            schema: json!({"type": "object", "properties": {
                "message": {"type": "string", "nullable": true},
                "status": {"type": "string", "nullable": true},
                "validationMessages": {"type": "array", "items": {"type": "string"}, "nullable": true},
            }}),
        };
        let page = Base {
            name: PAGE,
            payload: "results",
            is_open: true,
            schema: json!({"type": "object", "properties": {
                "pageNumber": number,
                "pageSize": number,
                "totalNumberOfPages": number,
                "totalNumberOfRecords": number,
            }}),
        };
        [envelope, page]
    }

    fn fits(&self, schema: &Value) -> bool {
        let keys = |schema| openapi::members(schema, "/properties").map(|(key, _)| key.as_str());
        let found: BTreeSet<&str> = keys(schema).collect();
        let expected = keys(&self.schema).chain([self.payload]).collect();
        found == expected || self.is_open && found.is_superset(&expected)
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
