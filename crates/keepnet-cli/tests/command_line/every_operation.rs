//! `keepnet api` calls each operation of the contract, and what arrives is what the contract says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;

use keepnet_sandbox::{RecordedRequest, Sandbox};
use serde_json::{Value, json};

use crate::support::{ACME, Keepnet, Service};

/// Each process takes some 20 ms, most of which it waits for the sandbox.
const PROCESSES: usize = 6;

/// What a call of one operation must bring to the service.
struct Case {
    name: String,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    body: Body,
}

enum Body {
    None,
    Json(Value),
    /// The text fields and the names of the files.
    Form(Vec<(String, String)>, Vec<String>),
    UrlEncoded(Vec<(String, String)>),
}

#[test]
fn every_operation_arrives_as_the_contract_says() {
    let cases = cases();
    assert_eq!(cases.len(), keepnet_client::OPERATIONS.len());
    let service = Service::start(Sandbox::builder().record_content());
    let acme = company_id(&service);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("staff.csv"), "Email\n").unwrap();
    let queue = Mutex::new(cases.iter());
    thread::scope(|scope| {
        for _ in 0..PROCESSES {
            scope.spawn(|| {
                while let Some(case) = next(&queue) {
                    call(case, &service, folder.path());
                }
            });
        }
    });

    let mut arrived = BTreeMap::<&str, Vec<RecordedRequest>>::new();
    for request in service.sandbox.requests() {
        let name = request.operation_name().unwrap_or_default();
        arrived.entry(name).or_default().push(request);
    }
    for case in &cases {
        let requests = arrived.get(&*case.name).map_or(&[][..], Vec::as_slice);
        // The program itself signs in and looks up the customer with some operations as well.
        let is_right = requests
            .iter()
            .any(|it| differences(case, it, &acme).is_empty());
        let found: Vec<_> = requests
            .iter()
            .map(|it| differences(case, it, &acme))
            .collect();
        assert!(is_right, "{} {}: {found:?}", case.method, case.path);
    }
}

fn next<'a>(queue: &Mutex<std::slice::Iter<'a, Case>>) -> Option<&'a Case> {
    queue.lock().unwrap().next()
}

fn company_id(service: &Service) -> String {
    let run = Keepnet::new(&["companies", "show", ACME, "--output", "json"])
        .with_service(service)
        .run();
    run.json()["id"].as_str().unwrap().to_owned()
}

/// Runs the program; it is refused or not found most times, which does not matter here.
fn call(case: &Case, service: &Service, folder: &Path) {
    let mut target = case.path.clone();
    for (index, (name, value)) in case.query.iter().enumerate() {
        target += if index == 0 { "?" } else { "&" };
        target += &format!("{name}={value}");
    }
    let mut words = vec!["--company".to_owned(), ACME.to_owned(), "api".to_owned()];
    words.extend([case.method.clone(), target, "--yes".to_owned()]);
    match &case.body {
        Body::None => {}
        Body::Json(json) => words.extend(["--data".to_owned(), json.to_string()]),
        Body::Form(texts, files) => {
            let texts = texts.iter().map(|(name, value)| format!("{name}={value}"));
            let files = files.iter().map(|name| format!("{name}=@staff.csv"));
            words.extend(
                texts
                    .chain(files)
                    .flat_map(|field| ["--form".to_owned(), field]),
            );
        }
        Body::UrlEncoded(texts) => {
            let texts = texts.iter().map(|(name, value)| format!("{name}={value}"));
            words.extend(texts.flat_map(|field| ["--form".to_owned(), field]));
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let child = Keepnet::new(&words)
        .in_folder(folder)
        .with_service(service)
        .spawn(Stdio::null());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    // Code 2 says that the arguments were refused before anything was sent.
    assert_ne!(output.status.code(), Some(2), "{words:?}: {error}");
}

/// What is not as the case says.
fn differences(case: &Case, request: &RecordedRequest, company: &str) -> Vec<String> {
    let mut differences = Vec::new();
    let mut check = |what: &str, is_right: bool, found: String| {
        if !is_right {
            differences.push(format!("{what}: {found}"));
        }
    };
    let RecordedRequest { method, path, .. } = request;
    check("method", *method == case.method, method.clone());
    check("path", *path == case.path, path.clone());
    let header = request.keepnet_company_id.as_deref();
    check("company", header == Some(company), format!("{header:?}"));
    let content = request.content.as_ref().unwrap();
    check(
        "query",
        content.query == case.query,
        format!("{:?}", content.query),
    );
    let kind = content.header("content-type").unwrap_or_default();
    let body = String::from_utf8_lossy(&content.body);
    match &case.body {
        Body::None => check("body", body.is_empty() && kind.is_empty(), kind.to_owned()),
        Body::Json(json) => {
            check("type", kind == "application/json", kind.to_owned());
            check(
                "body",
                content.json().as_ref() == Some(json),
                body.into_owned(),
            );
        }
        Body::Form(texts, files) => {
            check(
                "type",
                kind.starts_with("multipart/form-data; boundary="),
                kind.to_owned(),
            );
            let texts = texts
                .iter()
                .map(|(name, value)| format!("form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
            let files = files.iter().map(|name| {
                format!("form-data; name=\"{name}\"; filename=\"staff.csv\"\r\nContent-Type: text/csv\r\n")
            });
            for part in texts.chain(files) {
                check(
                    "part",
                    body.to_lowercase().contains(&part.to_lowercase()),
                    part,
                );
            }
        }
        // The sandbox keeps no body of a token request, which holds a secret.
        Body::UrlEncoded(_) => {
            let expected = "application/x-www-form-urlencoded";
            check("type", kind == expected, kind.to_owned());
        }
    }
    differences
}

/// A call of each operation, made from the contract.
fn cases() -> Vec<Case> {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../keepnet-api-spec.json");
    let contract: Value =
        serde_json::from_str(&std::fs::read_to_string(contract).unwrap()).unwrap();
    let mut cases = Vec::new();
    for (template, operations) in contract["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            let parameters = operation["parameters"].as_array();
            let mut path = template.clone();
            let mut query = Vec::new();
            for parameter in parameters.into_iter().flatten() {
                let field = parameter["name"].as_str().unwrap();
                let value = sample(&contract, &parameter["schema"], name);
                match parameter["in"].as_str() {
                    Some("path") => path = path.replace(&format!("{{{field}}}"), &value),
                    Some("query") => query.push((field.to_owned(), value)),
                    place => panic!("{name}: a parameter in {place:?}"),
                }
            }
            cases.push(Case {
                name: name.to_owned(),
                method: method.to_uppercase(),
                path,
                query,
                body: body(&contract, operation, name),
            });
        }
    }
    cases
}

fn body(contract: &Value, operation: &Value, name: &str) -> Body {
    let Some(content) = operation["requestBody"]["content"].as_object() else {
        return Body::None;
    };
    assert_eq!(content.len(), 1, "{name}");
    let (kind, media) = content.iter().next().unwrap();
    let schema = resolve(contract, &media["schema"]);
    let fields = schema["properties"].as_object();
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for (field, schema) in fields.into_iter().flatten() {
        let schema = resolve(contract, schema);
        let item = resolve(contract, &schema["items"]);
        match schema["format"] == "binary" || item["format"] == "binary" {
            true => files.push(field.clone()),
            false => texts.push((field.clone(), sample(contract, schema, name))),
        }
    }
    match kind.as_str() {
        "application/json" => Body::Json(json!({"operation": name})),
        "multipart/form-data" => Body::Form(texts, files),
        "application/x-www-form-urlencoded" => Body::UrlEncoded(texts),
        kind => panic!("{name}: a body of the type {kind}"),
    }
}

/// A value of the schema as a text; a text names the operation, so that no other case has it.
fn sample(contract: &Value, schema: &Value, name: &str) -> String {
    let schema = resolve(contract, schema);
    match schema["type"].as_str() {
        Some("integer" | "number") => "7".to_owned(),
        Some("boolean") => "true".to_owned(),
        _ => format!("x-{name}").replace('_', "-"),
    }
}

fn resolve<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
        Some(pointer) => contract.pointer(pointer).unwrap(),
        None => schema,
    }
}
