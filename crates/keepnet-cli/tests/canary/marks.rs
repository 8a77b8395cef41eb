//! The marks, and the search for them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use crate::program::RunResult;

pub(crate) const SECRET: &str = "canarysecret-1f0c9d";

/// Parts of every marked name, address and phone number, in lower case.
const USERS: [&str; 5] = [
    "canaryfirst",
    "canarylast",
    "canarymail",
    "canary.example",
    "5550009876",
];

/// A company with marked users, and credentials with a marked secret.
pub(crate) fn seed() -> String {
    let person = |name: &str, more: &str| {
        format!(
            r#"{{"email": "{name}.canarymail@canary.example", "firstName": "Canaryfirst {name}",
                "lastName": "Canarylast", "phoneNumber": "+905550009876", "department": "Sales"{more}}}"#
        )
    };
    let people = [
        person("one", ""),
        person("two", r#", "active": false"#),
        person("three", r#", "deleted": true"#),
        person("four", r#", "scim": true"#),
    ];
    format!(
        r#"{{"companies": [
            {{"name": "Reseller Ltd"}},
            {{"name": "Acme", "reseller": "Reseller Ltd", "licenseLimit": 1, "users": [{}],
              "groups": ["Everybody"]}}],
          "clients": [{{"clientId": "me", "clientSecret": "{SECRET}", "role": "reseller",
                        "company": "Reseller Ltd"}}]}}"#,
        people.join(", ")
    )
}

/// A staff list with new, existing, duplicate and invalid users.
pub(crate) const STAFF: &str = "\
First Name,Last Name,Email Address,Phone Number,Department,Priority
Canaryfirst One,Canarylast,one.canarymail@canary.example,+905550009876,Finance,High
Canaryfirst Five,Canarylast,five.canarymail@canary.example,+905550009876,Sales,Low
Canaryfirst Six,Canarylast,six.canarymail@canary.example,,Sales,Medium
Canaryfirst Six,Canarylast,SIX.canarymail@canary.example,,Sales,Medium
Canaryfirst Seven,Canarylast,seven.canarymail.at.canary.example,+905550009876,Sales,Medium
Canaryfirst Eight,Canarylast,eight.canarymail@canary.example,5550009876 or so,Sales,canarylast
Canaryfirst Nine,Canarylast,,+905550009876,Sales,Medium
";

/// The common start of all tokens of the sandbox.
pub(crate) fn token_mark(url: &str) -> String {
    let host = url.trim_start_matches("http://");
    let form =
        format!("grant_type=client_credentials&client_id=me&client_secret={SECRET}&scope=api1");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /connect/token HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, token) = response.split_once(r#""access_token":""#).unwrap();
    let mark = token.split('.').next().unwrap();
    assert!(mark.len() > 20, "{mark}");
    mark.to_lowercase()
}

/// Lists every mark in a place where it must not be.
pub(crate) fn leaks(result: &RunResult, token: &str, prints_users: bool) -> Vec<String> {
    let mut leaks = Vec::new();
    let mut search = |place: &str, content: &[u8], for_users: bool| {
        let text = String::from_utf8_lossy(content).to_lowercase();
        let secrets = [SECRET, token];
        let users: &[&str] = if for_users { &USERS } else { &[] };
        for mark in secrets.iter().chain(users) {
            if let Some(line) = text.lines().find(|line| line.contains(mark)) {
                leaks.push(format!("{mark} in {place}: {line}"));
            }
        }
    };
    search("standard error", &result.stderr, true);
    search("standard output", &result.stdout, !prints_users);
    for file in files(&result.folder) {
        search("a file name", file.to_string_lossy().as_bytes(), true);
        let content = fs::read(result.folder.join(&file)).unwrap();
        search(&file.to_string_lossy(), &content, !prints_users);
    }
    leaks
}

/// All files below a folder, by their paths relative to it.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn marks_are_found_in_every_place() {
    let check = |stdout: &str,
                 stderr: &str,
                 file: Option<(&str, &str)>,
                 prints_users: bool,
                 expected: usize| {
        let folder = tempfile::tempdir().unwrap();
        if let Some((name, content)) = file {
            fs::create_dir_all(folder.path().join("in")).unwrap();
            fs::write(folder.path().join("in").join(name), content).unwrap();
        }
        let result = RunResult {
            code: Some(0),
            stdout: stdout.into(),
            stderr: stderr.into(),
            folder: folder.path().to_owned(),
        };
        let leaks = leaks(&result, "eyjtoken", prints_users);
        assert_eq!(
            leaks.len(),
            expected,
            "{stdout} {stderr} {file:?}: {leaks:?}"
        );
    };
    check("nothing", "nothing", Some(("a", "nothing")), false, 0);
    check("Canaryfirst", "", None, true, 0);
    check("Canaryfirst", "", None, false, 1);
    check("", "x@CANARY.example", None, true, 1);
    check(SECRET, "", None, true, 1);
    check("eyJToken.x", "", None, true, 1);
    check("", "", Some(("a", "canarylast")), true, 0);
    check("", "", Some(("a", "canarylast")), false, 1);
    check("", "", Some(("canarylast", "")), true, 1);
    check("", "", Some(("a", SECRET)), true, 1);
}
