//! Holding requests and answers against the contract.

mod overlay;
mod schema;

use std::collections::BTreeMap;
use std::fmt;

use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use crate::dialect::Dialect;
use schema::{Contract, Expected};

/// What a sandbox that is held to the contract saw.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ContractReport {
    /// How often each operation was called, by its name.
    pub operations: BTreeMap<String, u64>,
    /// Where a request that was accepted, or an answer, is not what the contract says.
    pub violations: Vec<Violation>,
    /// How often each known deviation was met, by its name: the service is known to differ from
    /// its document there.
    pub deviations: BTreeMap<String, u64>,
}

impl ContractReport {
    /// Checks that there are no violations.
    ///
    /// # Panics
    ///
    /// If there are; the message lists them.
    #[track_caller]
    pub fn assert_no_violations(&self) {
        let list: Vec<String> = self.violations.iter().map(ToString::to_string).collect();
        assert!(
            list.is_empty(),
            "the contract was broken:\n{}",
            list.join("\n")
        );
    }
}

/// One place where something is not what the contract says. It never holds the value that was
/// found there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Violation {
    /// The operation, such as `POST /api/target-users/search`.
    pub operation: String,
    /// Which side is at fault.
    pub direction: Direction,
    /// Where, as a JSON pointer; in a request, names are in lower case.
    pub pointer: String,
    /// The rule that is broken: a keyword of JSON Schema, `content-type`, or `operation` for an
    /// operation that the contract does not have.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            direction,
            pointer,
            rule,
        } = self;
        write!(f, "{operation}: {direction} at \"{pointer}\": {rule}")
    }
}

/// Who sent what is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The client, and the sandbox took it.
    Request,
    /// The sandbox.
    Response,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// A call and its answer.
pub(crate) struct Exchange<'e> {
    pub(crate) operation: &'e str,
    /// The JSON body; null for none.
    pub(crate) sent: Option<&'e Value>,
    pub(crate) status: u16,
    pub(crate) content_type: &'e str,
    pub(crate) body: &'e [u8],
}

impl ContractReport {
    pub(crate) fn check(&mut self, dialect: Dialect, exchange: &Exchange<'_>) {
        let operation = exchange.operation;
        if !operation.contains(" /api/") {
            return;
        }
        *self.operations.entry(operation.to_owned()).or_default() += 1;
        let mut found = Vec::new();
        let Some(expected) = Contract::get().expected(operation) else {
            self.add(
                dialect,
                operation,
                Direction::Response,
                ["operation"].map(whole).into(),
            );
            return;
        };
        let accepted = (200..300).contains(&exchange.status);
        if let (true, Some(schema), Some(sent)) = (accepted, &expected.request, exchange.sent) {
            found = faults(schema, &lower_names(sent));
        }
        self.add(dialect, operation, Direction::Request, found);
        let found = answer_faults(&expected, exchange, accepted);
        self.add(dialect, operation, Direction::Response, found);
    }

    fn add(&mut self, dialect: Dialect, operation: &str, direction: Direction, found: Vec<Fault>) {
        for (pointer, rule) in found {
            let violation = Violation {
                operation: operation.to_owned(),
                direction,
                pointer,
                rule,
            };
            match overlay::explains(dialect, &violation) {
                Some(name) => *self.deviations.entry(name.to_owned()).or_default() += 1,
                None => self.violations.push(violation),
            }
        }
    }
}

/// A pointer and the rule that is broken there.
type Fault = (String, String);

fn whole(rule: &str) -> Fault {
    (String::new(), rule.to_owned())
}

fn answer_faults(expected: &Expected, exchange: &Exchange<'_>, accepted: bool) -> Vec<Fault> {
    let is_json = exchange.content_type.starts_with("application/json");
    let schema = match (accepted, &expected.answer) {
        (true, Some(schema)) => schema,
        // The contract has a file here.
        (true, None) if is_json => return vec![whole("content-type")],
        (true, None) => return Vec::new(),
        // Errors are undeclared; they come in the envelope.
        (false, _) => &expected.error,
    };
    if !is_json {
        return vec![whole("content-type")];
    }
    match serde_json::from_slice(exchange.body) {
        Ok(body) => faults(schema, &body),
        Err(_) => vec![whole("json")],
    }
}

fn faults(schema: &jsonschema::Validator, instance: &Value) -> Vec<Fault> {
    let mut found = Vec::new();
    for error in schema.iter_errors(instance) {
        let at = error.instance_path().as_str().to_owned();
        let rule = error.kind().keyword().to_owned();
        match error.kind() {
            ValidationErrorKind::PropertyNames { error } => {
                let name = error.instance().as_str().unwrap_or_default();
                found.push((format!("{at}/{name}"), rule));
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                found.push((format!("{at}/{name}"), rule));
            }
            _ => found.push((at, rule)),
        }
    }
    found
}

/// The service reads property names without regard to case, so requests are compared so.
fn lower_names(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let lowered = map
                .iter()
                .map(|(name, value)| (name.to_lowercase(), lower_names(value)));
            Value::Object(lowered.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(lower_names).collect(),
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
            sent: Some(&sent),
            status,
            content_type: "application/json; charset=utf-8",
            body: body.as_bytes(),
        };
        report.check(Dialect::Documented, &exchange);
        let violations: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|fault| format!("{operation}: {fault}"))
            .collect();
        assert_eq!(violations, expected);
        assert!(!violations.concat().contains("ada"), "a value is shown");
    }

    #[test]
    fn each_breach_is_named_with_its_place_and_without_its_value() {
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
    fn a_file_is_not_expected_in_json_nor_json_in_a_file() {
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
            sent: None,
            status: 200,
            content_type: "text/csv",
            body: b"a,b",
        };
        report.check(Dialect::Documented, &exchange);
        assert_eq!(report.violations[0].rule, "content-type");
        assert_eq!(report.operations["GET /api/target-groups"], 1);
    }
}
