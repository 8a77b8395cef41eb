//! The compose file and the container of the worker say what the worker and the server read.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::deployment::engine::Engine;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn compose() -> Value {
    serde_saphyr::from_str(&text("compose.yaml")).unwrap()
}

/// The environment variables of a program, in the words of its help.
fn variables(help: &str) -> BTreeSet<&str> {
    let is_part = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let words = help.split(|letter| !is_part(letter));
    words.filter(|word| word.starts_with("KEEPNET_")).collect()
}

fn names(environment: &Value) -> BTreeSet<&str> {
    let names = environment.as_object().unwrap().keys();
    names.map(String::as_str).collect()
}

#[test]
fn compose_names_what_the_worker_reads() {
    let worker = Command::new(env!("CARGO_BIN_EXE_keepnet-worker"))
        .arg("--help")
        .output();
    let help = String::from_utf8(worker.unwrap().stdout).unwrap();
    let (compose, container) = (compose(), text("Containerfile"));
    let worker = &compose["services"]["worker"];
    let given = names(&worker["environment"]);
    assert!(given.is_subset(&variables(&help)), "{given:?}");
    assert!(
        variables(&container).is_subset(&variables(&help)),
        "{container}"
    );
    for required in [
        "KEEPNET_CLIENT_ID",
        "KEEPNET_CLIENT_SECRET",
        "KEEPNET_FILES",
    ] {
        assert!(given.contains(required), "{required}");
    }
    let files = worker["environment"]["KEEPNET_FILES"].as_str().unwrap();
    let volume = worker["volumes"][0].as_str().unwrap();
    assert!(volume.ends_with(&format!(":{files}")), "{volume}");
    let built = worker["build"]["dockerfile"].as_str().unwrap();
    assert!(built.ends_with("keepnet-restate/Containerfile"), "{built}");

    // The container listens where the comment registers it, which is the port of the help.
    let port = "9080";
    assert!(
        help.contains(&format!("default 127.0.0.1:{port}\n")),
        "{help}"
    );
    assert!(
        container.contains(&format!("\nEXPOSE {port}\n")),
        "{container}"
    );
    assert!(container.contains(&format!("KEEPNET_WORKER_LISTEN=0.0.0.0:{port}\n")));
    let registered = format!("{{\"uri\": \"http://worker:{port}\"}}");
    assert!(text("compose.yaml").contains(&registered));
}

#[test]
fn compose_names_what_the_server_reads() {
    let compose = compose();
    let engine = &compose["services"]["engine"];
    // The same version is tested, documented and composed.
    let image = engine["image"].as_str().unwrap();
    let version = image.strip_prefix("restatedev/restate:").unwrap();
    let package = format!("@restatedev/restate-server@{version}");
    for page in ["README.md", "../../docs/durable-engine.md", "../../.ci/run"] {
        assert!(text(page).contains(&package), "{page}");
    }
    let Some(binary) = Engine::binary() else {
        return;
    };
    let mut server = Command::new(binary);
    server.arg("--dump-config").env_clear();
    let environment = engine["environment"].as_object().unwrap();
    for (name, value) in environment {
        server.env(name, value.as_str().unwrap());
    }
    let config = String::from_utf8(server.output().unwrap().stdout).unwrap();
    for line in [
        "node-name = \"engine\"",
        "disable-telemetry = true",
        "http2-streams-per-connection-limit = 1",
    ] {
        assert!(config.lines().any(|it| it == line), "{line}: {config}");
    }
    assert_eq!(environment.len(), 3);
    // These are the ports of the server, unless it is told others.
    let ports: Vec<&str> = engine["ports"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(Value::as_str)
        .collect();
    assert_eq!(ports, ["127.0.0.1:8080:8080", "127.0.0.1:9070:9070"]);
}
