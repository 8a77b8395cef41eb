//! The validation of exchanges against the contract, and its report.

use std::collections::BTreeMap;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::deviations::find_deviation;
use super::exchange::Exchange;
use super::schema::{Contract, OperationSchemas};
use super::violation::{Direction, Violation};
use crate::dialect::Dialect;

/// The exchanges that a sandbox validated, and what was wrong with them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ContractReport {
    /// How often each operation was called, by its name.
    pub operations: BTreeMap<String, u64>,
    /// Where an accepted request, or a response, does not match the contract.
    pub violations: Vec<Violation>,
    /// How often each known deviation was met, by its name. A known deviation is a place where the
    /// service is known to differ from its document.
    pub deviations: BTreeMap<String, u64>,
}

impl ContractReport {
    /// Asserts that there are no violations.
    ///
    /// # Panics
    ///
    /// If there are violations; the message lists them.
    #[track_caller]
    pub fn assert_no_violations(&self) {
        let list: Vec<String> = self.violations.iter().map(ToString::to_string).collect();
        assert!(
            list.is_empty(),
            "the contract was broken:\n{}",
            list.join("\n")
        );
    }

    pub(super) fn validate(&mut self, dialect: Dialect, exchange: &Exchange<'_>) {
        let operation = exchange.operation;
        // The token endpoint is not part of the REST API's envelope and schemas.
        if !operation.contains(" /api/") {
            return;
        }
        *self.operations.entry(operation.to_owned()).or_default() += 1;
        let Some(schemas) = Contract::get().schemas(operation) else {
            let problem = at_root("operation");
            self.add(dialect, operation, Direction::Response, vec![problem]);
            return;
        };
        let accepted = (200..300).contains(&exchange.status);
        if let (true, Some(schema), Some(body)) =
            (accepted, &schemas.request, exchange.request_body)
        {
            let problems = validate(schema, &lower_case_names(body));
            self.add(dialect, operation, Direction::Request, problems);
        }
        let problems = validate_response(&schemas, exchange, accepted);
        self.add(dialect, operation, Direction::Response, problems);
    }

    fn add(
        &mut self,
        dialect: Dialect,
        operation: &str,
        direction: Direction,
        problems: Vec<Problem>,
    ) {
        for (pointer, rule) in problems {
            let violation = Violation {
                operation: operation.to_owned(),
                direction,
                pointer,
                rule,
            };
            match find_deviation(dialect, &violation) {
                Some(name) => *self.deviations.entry(name.to_owned()).or_default() += 1,
                None => self.violations.push(violation),
            }
        }
    }
}

/// Where a request body breaks the contract, without the known deviations; each text names the place
/// and the rule, and no value.
pub(super) fn request_problems(dialect: Dialect, operation: &str, body: &Value) -> Vec<String> {
    let schemas = Contract::get().schemas(operation);
    let Some(schema) = schemas
        .as_ref()
        .and_then(|schemas| schemas.request.as_ref())
    else {
        return Vec::new();
    };
    let problems = validate(schema, &lower_case_names(body)).into_iter();
    let violations = problems.map(|(pointer, rule)| Violation {
        operation: operation.to_owned(),
        direction: Direction::Request,
        pointer,
        rule,
    });
    violations
        .filter(|violation| find_deviation(dialect, violation).is_none())
        .map(|violation| format!("{:?}: {}", violation.pointer, violation.rule))
        .collect()
}

/// A JSON pointer and the rule that is broken there.
type Problem = (String, String);

fn at_root(rule: &str) -> Problem {
    (String::new(), rule.to_owned())
}

fn validate_response(
    schemas: &OperationSchemas,
    exchange: &Exchange<'_>,
    accepted: bool,
) -> Vec<Problem> {
    let is_json = exchange.content_type.starts_with("application/json");
    let schema = match (accepted, &schemas.response) {
        (true, Some(schema)) => schema,
        // The contract has a file here.
        (true, None) if is_json => return vec![at_root("content-type")],
        (true, None) => return Vec::new(),
        // The contract declares no errors; the service sends them in the envelope.
        (false, _) => &schemas.error,
    };
    if !is_json {
        return vec![at_root("content-type")];
    }
    match serde_json::from_slice(exchange.response_body) {
        Ok(body) => validate(schema, &body),
        Err(_) => vec![at_root("json")],
    }
}

fn validate(schema: &Validator, instance: &Value) -> Vec<Problem> {
    let problems = schema.iter_errors(instance).map(|error| {
        let pointer = error.instance_path().as_str().to_owned();
        let rule = error.kind().keyword().to_owned();
        let name = match error.kind() {
            ValidationErrorKind::PropertyNames { error } => error.instance().as_str(),
            ValidationErrorKind::Required { property } => property.as_str(),
            _ => return (pointer, rule),
        };
        (format!("{pointer}/{}", name.unwrap_or_default()), rule)
    });
    problems.collect()
}

/// The service ignores the case of property names in requests, so they are compared in lower case.
fn lower_case_names(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.to_lowercase(), lower_case_names(value)))
            .collect(),
        Value::Array(items) => items.iter().map(lower_case_names).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(operation: &str, sent: Value, status: u16, answer: Value, expected: &[&str]) {
        let mut report = ContractReport::default();
        let body = answer.to_string();
        let exchange = Exchange {
            operation,
            request_body: Some(&sent),
            status,
            content_type: "application/json; charset=utf-8",
            response_body: body.as_bytes(),
        };
        report.validate(Dialect::Documented, &exchange);
        let violations: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|violation| format!("{operation}: {violation}"))
            .collect();
        assert_eq!(violations, expected);
        assert!(
            !violations.concat().contains("ada"),
            "a violation contains a value"
        );
    }

    #[test]
    fn violation_names_its_place_but_not_the_value() {
        let user = json!({ "Email": "ada@acme.example", "PhoneNumber": "+15550100001" });
        let done = json!({ "data": { "resourceId": "x" }, "status": "SUCCESS", "message": null, "validationMessages": [] });
        let create = "POST /api/target-users";
        check(create, user.clone(), 200, done.clone(), &[]);
        check(
            create,
            json!({ "email": ["ada"], "phoneNumber": "1" }),
            200,
            done.clone(),
            &["request at \"/email\": type"],
        );
        check(
            create,
            json!({ "phoneNumber": "1" }),
            200,
            done.clone(),
            &["request at \"/email\": required"],
        );
        check(
            create,
            user.clone(),
            200,
            json!({ "data": { "resourceId": 5, "unknown": "ada" }, "status": "SUCCESS" }),
            &[
                "response at \"/data/unknown\": propertyNames",
                "response at \"/data/resourceId\": type",
            ],
        );
        check(
            create,
            user.clone(),
            200,
            json!([]),
            &["response at \"\": type", "response at \"\": type"],
        );
        let refused = json!({ "data": null, "status": "INPUT_ERROR", "message": "x", "validationMessages": ["x"] });
        check(create, json!({ "email": 1 }), 400, refused, &[]);
        check(
            create,
            user.clone(),
            400,
            json!({ "status": 400 }),
            &["response at \"/status\": type"],
        );
        check(
            "GET /api/unicorns",
            user,
            200,
            done,
            &["response at \"\": operation"],
        );
    }

    #[test]
    fn wrong_content_type_is_a_violation() {
        check(
            "POST /api/target-users/search/export",
            json!({}),
            200,
            json!({}),
            &["response at \"\": content-type"],
        );
        let mut report = ContractReport::default();
        let exchange = Exchange {
            operation: "GET /api/target-groups",
            request_body: None,
            status: 200,
            content_type: "text/csv",
            response_body: b"a,b",
        };
        report.validate(Dialect::Documented, &exchange);
        assert_eq!(report.violations[0].rule, "content-type");
        assert_eq!(report.operations["GET /api/target-groups"], 1);
    }
}
