//! Control characters in the data of customers: files and pipes keep them, a terminal never gets them.

use keepnet_sandbox::{Sandbox, Seed};
use serde_json::json;

use super::terminal::Terminal;
use crate::support::{Keepnet, Service};

#[test]
fn control_characters_reach_files_alone() {
    let seed = json!({
        "companies": [
            { "name": "Me", "id": "rEselLer0001" },
            { "name": "Acme", "id": "aCme00000001", "reseller": "Me",
              "users": [{ "email": "ada@acme.example", "firstName": "A\u{1b}[31mda" }] },
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Me" }],
    });
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let service = Service::start(Sandbox::builder().seed(seed));
    let folder = tempfile::tempdir().unwrap();
    let keepnet = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&["--company", "Acme"])
            .args(&words)
            .in_folder(folder.path())
            .env("TERM", "xterm")
            .with_service(&service)
    };
    for (line, on_terminal) in [
        ("users list --output csv", "A?[31mda"),
        ("users export -o -", "A?[31mda"),
        ("users list", "A [31mda"),
    ] {
        let (_, screen) = Terminal::start(keepnet(line), 200).finish();
        assert!(screen.contains(on_terminal), "{line}: {screen}");
    }
    let data = "A\u{1b}[31mda";
    for line in ["users list --output csv", "users export -o -"] {
        let piped = keepnet(line).run().stdout;
        assert!(piped.contains(data), "{line}: {piped:?}");
        assert!(!piped.starts_with('\u{feff}'), "{line}");
    }
    assert_eq!(keepnet("users export -o users.csv").run().code, 0);
    let file = std::fs::read_to_string(folder.path().join("users.csv")).unwrap();
    assert!(
        file.starts_with('\u{feff}') && file.contains(data),
        "{file:?}"
    );
}
