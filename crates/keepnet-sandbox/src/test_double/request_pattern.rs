//! Which requests a stub answers, an expectation counts, or a wait is for.

use std::fmt;

use serde_json::Value;

use crate::contract::{ServiceOperation, UnknownOperation};
use crate::state::RecordedRequest;

/// A pattern of requests: one operation or any, and conditions that must all hold.
#[derive(Clone)]
pub struct RequestPattern {
    /// `None` for any, also for a path that the API does not have.
    operation: Option<ServiceOperation>,
    company: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    json: Option<Value>,
}

impl RequestPattern {
    /// All requests for an operation, which is given by its name (`search_target_users`) or its
    /// route (`POST /api/target-users/search`).
    ///
    /// # Errors
    ///
    /// If the API has no such operation.
    pub fn of(operation: &str) -> Result<Self, UnknownOperation> {
        let operation = ServiceOperation::find(operation)?;
        Ok(Self {
            operation: Some(operation),
            ..Self::any()
        })
    }

    /// All requests, also those for a path that the API does not have.
    pub fn any() -> Self {
        Self {
            operation: None,
            company: None,
            query: Vec::new(),
            headers: Vec::new(),
            json: None,
        }
    }

    /// Only requests that act in the company with this id.
    pub fn in_company(mut self, id: impl Into<String>) -> Self {
        self.company = Some(id.into());
        self
    }

    /// Only requests with this query parameter.
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Only requests with this header. The case of the name is ignored.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Only requests whose JSON body has these properties with these values, and perhaps more. The
    /// case of property names is ignored, as the service does; lists must be equal in length.
    pub fn with_json(mut self, json: Value) -> Self {
        self.json = Some(json);
        self
    }

    /// Whether the pattern looks at more than the operation and the company.
    pub(crate) fn needs_content(&self) -> bool {
        !self.query.is_empty() || !self.headers.is_empty() || self.json.is_some()
    }

    pub(crate) fn names_operation_of(&self, request: &RecordedRequest) -> bool {
        self.operation
            .is_none_or(|operation| request.operation.as_deref() == Some(operation.route))
    }

    pub(crate) fn matches(&self, request: &RecordedRequest, json: Option<&Value>) -> bool {
        self.differences(request, json).is_empty()
    }

    /// In what a request differs from the pattern. The texts contain no value of a query, a header
    /// or a body, because these are people's data.
    pub(crate) fn differences(
        &self,
        request: &RecordedRequest,
        json: Option<&Value>,
    ) -> Vec<String> {
        let mut differences = Vec::new();
        if !self.names_operation_of(request) {
            differences.push(format!("it is {} {}", request.method, request.path));
        }
        if let Some(company) = &self.company
            && request.company.as_ref() != Some(company)
        {
            differences.push(match &request.company {
                Some(other) => format!("it is in the company {other}"),
                None => "it is in no company".to_owned(),
            });
        }
        let content = request.content.as_ref();
        for (name, value) in &self.query {
            if content.and_then(|content| content.query(name)) != Some(value) {
                differences.push(format!("the query parameter {name} differs"));
            }
        }
        for (name, value) in &self.headers {
            if content.and_then(|content| content.header(name)) != Some(value) {
                differences.push(format!("the header {name} differs"));
            }
        }
        if let Some(wanted) = &self.json {
            let place = match json {
                Some(json) => first_difference(wanted, json),
                None => Some(String::new()),
            };
            if let Some(place) = place {
                differences.push(format!("the JSON body differs at {place:?}"));
            }
        }
        differences
    }
}

/// The operation and the conditions, without the values of conditions.
impl fmt::Display for RequestPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(ServiceOperation { name, route }) => write!(f, "{name} ({route})")?,
            None => f.write_str("any operation")?,
        }
        if let Some(company) = &self.company {
            write!(f, " in the company {company}")?;
        }
        let names = |values: &[(String, String)]| {
            let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
            names.join(", ")
        };
        if !self.query.is_empty() {
            write!(f, " with the query {}", names(&self.query))?;
        }
        if !self.headers.is_empty() {
            write!(f, " with the headers {}", names(&self.headers))?;
        }
        match &self.json {
            Some(_) => f.write_str(" with a JSON body"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for RequestPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestPattern({self})")
    }
}

/// The JSON pointer of the first place where `given` does not have what is wanted.
fn first_difference(wanted: &Value, given: &Value) -> Option<String> {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => wanted.iter().find_map(|(name, value)| {
            let found = given
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            let below = match found {
                Some((_, found)) => first_difference(value, found)?,
                None => String::new(),
            };
            Some(format!("/{name}{below}"))
        }),
        (Value::Array(wanted), Value::Array(given)) if wanted.len() == given.len() => {
            let mut pairs = wanted.iter().zip(given).enumerate();
            pairs.find_map(|(index, (wanted, given))| {
                Some(format!("/{index}{}", first_difference(wanted, given)?))
            })
        }
        _ => (wanted != given).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_pattern_matches_a_part_of_the_body() {
        let check = |wanted: Value, given: Value, expected: Option<&str>| {
            let place = first_difference(&wanted, &given);
            assert_eq!(place.as_deref(), expected, "{wanted} {given}");
        };
        let body =
            json!({ "Email": "ada@acme.example", "groups": [{ "id": 1, "x": 2 }], "n": null });
        check(json!({}), body.clone(), None);
        check(json!({ "email": "ada@acme.example" }), body.clone(), None);
        check(
            json!({ "email": "bob@acme.example" }),
            body.clone(),
            Some("/email"),
        );
        check(json!({ "groups": [{ "id": 1 }] }), body.clone(), None);
        check(
            json!({ "groups": [{ "id": 2 }] }),
            body.clone(),
            Some("/groups/0/id"),
        );
        check(json!({ "groups": [] }), body.clone(), Some("/groups"));
        check(json!({ "phone": null }), body.clone(), Some("/phone"));
        check(json!({ "n": null }), body.clone(), None);
        check(json!(1), body, Some(""));
    }
}
