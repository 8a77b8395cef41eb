//! The fields that a request of an operation has, as the contract declares them.

use serde_json::Value;

use super::document;

/// A field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestField {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: FieldPlace,
    /// Its type in JSON, such as `string`, `integer` or `array`; a schema of its own is an `object`.
    pub kind: String,
    /// Whether the contract requires it.
    pub is_required: bool,
}

/// Where a field stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldPlace {
    /// A placeholder of the path.
    Path,
    /// A parameter of the query.
    Query,
    /// A key of the JSON body.
    Body,
    /// A field of the form.
    Form,
}

/// The fields of an operation, such as `POST /api/target-users/search`: those of the path, of the query
/// and of the body. `None` if the contract has no such operation.
pub fn request_fields(method: &str, path: &str) -> Option<Vec<RequestField>> {
    let operation = document::operation(&format!("{method} {path}"))?;
    let mut fields: Vec<RequestField> = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let place = match parameter["in"].as_str() {
            Some("path") => FieldPlace::Path,
            Some("query") => FieldPlace::Query,
            _ => continue,
        };
        fields.push(RequestField {
            name: text(&parameter["name"]),
            place,
            kind: kind(&parameter["schema"]),
            is_required: parameter["required"] == true,
        });
    }
    let contents = operation["requestBody"]["content"].as_object();
    for (media_type, content) in contents.into_iter().flatten() {
        let place = match media_type.contains("json") {
            true => FieldPlace::Body,
            false => FieldPlace::Form,
        };
        let schema = &content["schema"];
        let schema = document::component(schema).map_or(schema, |(_, schema)| schema);
        let required = schema["required"].as_array();
        let is_required = |name: &str| {
            let mut names = required.into_iter().flatten();
            names.any(|required| required == name)
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        fields.extend(properties.map(|(name, property)| RequestField {
            name: name.clone(),
            place,
            kind: kind(property),
            is_required: is_required(name),
        }));
    }
    Some(fields)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn kind(schema: &Value) -> String {
    let kind = match document::component(schema) {
        Some((_, component)) => &component["type"],
        None => &schema["type"],
    };
    match kind.as_str() {
        Some(kind) => kind.to_owned(),
        None => "object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_path_query_body_and_form_are_found() {
        let check = |method: &str, path: &str, name: &str, place: FieldPlace, kind: &str| {
            let fields = request_fields(method, path).unwrap();
            let field = fields.iter().find(|field| field.name == name);
            let found = field.map(|field| (field.place, field.kind.as_str()));
            assert_eq!(found, Some((place, kind)), "{method} {path}: {fields:?}");
        };
        let job = "/api/jobs/{resourceId}";
        check("GET", job, "resourceId", FieldPlace::Path, "string");
        let search = "/api/target-users/search";
        check("POST", search, "pageSize", FieldPlace::Body, "integer");
        check("POST", search, "filter", FieldPlace::Body, "object");
        let upload = "/api/target-users/upload";
        check("POST", upload, "File", FieldPlace::Form, "string");
        assert_eq!(request_fields("GET", "/api/nothing"), None);
    }
}
