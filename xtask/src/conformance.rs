//! `cargo xtask conformance`: an independent client tests the sandbox against the published document.

use anyhow::{Context, Result};
use keepnet_spec::read_leniently;
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::output::say;
use crate::{fetch, files};

/// Where the published document is, unless `KEEPNET_PUBLISHED_SPECS` says otherwise.
const DOCUMENTS: &str = "../shared/spec";
/// The checks that run, and the operations for which they do not; a check on the command line
/// would run for all operations.
const DEVIATIONS: &str = "xtask/conformance.toml";
/// The customer of the built-in seed in which the calls act.
const COMPANY: &str = "X-KEEPNET-Company-Id: xC5kfGz7w2Nz";
const SEED: &str = "20260325";

/// Test a running sandbox against the published document, with schemathesis.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seconds after which schemathesis stops.
    #[arg(long, value_name = "N", default_value_t = 360)]
    max_time: u32,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let installed = Command::new("st").arg("--version").output();
    if installed.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return say(
            "skipped: schemathesis is missing; install it with `pipx install schemathesis`",
        );
    }
    let folder = std::env::var_os("KEEPNET_PUBLISHED_SPECS")
        .map_or_else(|| files::root().join(DOCUMENTS), PathBuf::from);
    let published = folder.join(files::CONTRACT);
    let Ok(text) = std::fs::read_to_string(&published) else {
        return say(format_args!(
            "skipped: there is no published document at {}; set KEEPNET_PUBLISHED_SPECS to its folder",
            published.display()
        ));
    };
    let document: Value = read_leniently(&text)?.0;
    let sandbox = Sandbox::start(&[])?;
    let (token, operations) = sandbox.sign_in()?;
    let (modelled, count) = limit_to(document.clone(), &operations);
    say(format_args!(
        "{count} operations that the sandbox has, for at most {} s",
        arguments.max_time
    ))?;
    let phases = ["--phases", "examples,coverage,fuzzing,stateful"];
    let max_time = arguments.max_time.to_string();
    let limits = [&phases[..], &["--max-time", &max_time]].concat();
    call(&sandbox, &token, "modelled", &modelled, &limits)?;
    drop(sandbox);

    let sandbox = Sandbox::start(&["--all-operations"])?;
    let (token, _) = sandbox.sign_in()?;
    let count = operations_of(&document).len();
    say(format_args!("{count} operations, one request each"))?;
    let limits = [
        "--phases",
        "fuzzing",
        "--max-examples",
        "1",
        "--mode",
        "positive",
    ];
    call(&sandbox, &token, "all", &document, &limits)
}

/// Calls the operations of a document with schemathesis.
fn call(
    sandbox: &Sandbox,
    token: &str,
    name: &str,
    document: &Value,
    limits: &[&str],
) -> Result<()> {
    // The document is reference data and stays out of the repository.
    let folder = files::target_folder("conformance")?;
    let file = folder.join(format!("{name}.json"));
    files::write(&file, &document.to_string())?;
    let mut schemathesis = Command::new("st");
    schemathesis
        .current_dir(&folder)
        .arg("--config-file")
        .arg(files::root().join(DEVIATIONS))
        .arg("run")
        .arg(&file)
        .args(["--url", &sandbox.url, "--header", COMPANY])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--seed", SEED, "--continue-on-failure"])
        .args(["--warnings", "off", "--workers", "2"])
        .args(limits);
    files::run(&mut schemathesis).with_context(|| {
        format!(
            "the sandbox differs from the published document; add a deviation on purpose to {DEVIATIONS}, with its fact"
        )
    })
}

/// The operations of a document, as method and path.
fn operations_of(document: &Value) -> Vec<(&str, &str)> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let paths = document["paths"].as_object().into_iter().flatten();
    let pairs = paths.flat_map(|(path, item)| {
        let methods = METHODS
            .into_iter()
            .filter(|method| item.get(method).is_some());
        methods.map(move |method| (method, path.as_str()))
    });
    pairs.collect()
}

/// The document with the operations that the sandbox answers, and their number.
fn limit_to(mut document: Value, answered: &[(String, String)]) -> (Value, usize) {
    let mut paths = Map::new();
    let mut count = 0;
    for (method, path) in answered {
        let operation = &document["paths"][path][method];
        if !operation.is_null() {
            let item = paths.entry(path).or_insert_with(|| Map::new().into());
            item[method] = operation.clone();
            count += 1;
        }
    }
    document["paths"] = paths.into();
    (document, count)
}

/// A sandbox in a process of its own, which ends with this value.
struct Sandbox {
    child: Child,
    url: String,
}

impl Sandbox {
    fn start(arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(env!("CARGO"))
            .current_dir(files::root())
            .args(["run", "--quiet", "--package", "keepnet-sandbox"])
            .args(["--features", "command", "--"])
            .args(["serve", "--dialect", "documented"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run cargo")?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let url = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let url = url.context("the sandbox did not start")?;
        Ok(Self { child, url })
    }

    /// A token, and the operations that its permissions name, as method and path.
    fn sign_in(&self) -> Result<(String, Vec<(String, String)>)> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "sandbox-client"),
            ("client_secret", "sandbox-secret"),
            ("scope", "api1"),
        ];
        let body = fetch::post_form(&format!("{}/connect/token", self.url), &form)
            .context("the sandbox issues no token")?;
        let permissions = body["permissions"].as_array().into_iter().flatten();
        let operations = permissions.filter_map(|permission| {
            let (path, method) = permission.as_str()?.rsplit_once('|')?;
            Some((method.to_lowercase(), format!("/api/{path}")))
        });
        let token = body["access_token"].as_str().unwrap_or_default();
        Ok((token.to_owned(), operations.collect()))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
