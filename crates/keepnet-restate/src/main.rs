//! `keepnet-worker`: serves Keepnet imports, synchronizations, exports and fleets to a Restate server.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use keepnet_flows::{ClientConfig, Credentials, Error, ErrorKind, Result};
use keepnet_restate::{Files, Worker};
use secrecy::SecretString;

const HELP: &str = "\
Serves Keepnet imports, synchronizations, exports and fleets to a Restate server.

Settings are environment variables:

  KEEPNET_CLIENT_ID, KEEPNET_CLIENT_SECRET  the credentials of the reseller
  KEEPNET_API_BASE_URL                      another service, such as a sandbox
  KEEPNET_ALLOW_PLAIN_HTTP=1                allow http:// in it on any host
  KEEPNET_FILES                             the folder or the https:// address of the staff lists
  KEEPNET_FILES_AUTHORIZATION               the HTTP header Authorization for that address
  KEEPNET_WORKER_LISTEN                     where to listen; default 127.0.0.1:9080
  KEEPNET_WORKER_NAME                       the worker in the user agent; default: its version
  KEEPNET_RESTATE_IDENTITY_KEY              take only calls signed for this public key
  RUST_LOG                                  what to log; default warn
";

#[tokio::main]
async fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None => run().await,
        Some("--help" | "-h") => say(HELP),
        Some(_) => Err(config("the worker takes no arguments; see --help")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let filter = variable("RUST_LOG")?.unwrap_or_else(|| "warn".to_owned());
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    log.with_writer(io::stderr).init();
    let listen = variable("KEEPNET_WORKER_LISTEN")?;
    let listen: SocketAddr = match listen.as_deref().unwrap_or("127.0.0.1:9080").parse() {
        Ok(address) => address,
        Err(_) => {
            return Err(config(
                "KEEPNET_WORKER_LISTEN is not an address with a port",
            ));
        }
    };
    let mut worker = Worker::new(&client()?, files()?)?;
    if let Some(key) = variable("KEEPNET_RESTATE_IDENTITY_KEY")? {
        worker = worker.identity_key(key);
    }
    let started = |address| {
        let _ = say(&format!("listening at {address}\n"));
    };
    worker.serve(listen, started, stopped()).await
}

fn client() -> Result<ClientConfig> {
    let secret = required("KEEPNET_CLIENT_SECRET")?;
    let credentials = Credentials::new(required("KEEPNET_CLIENT_ID")?, secret);
    let name = variable("KEEPNET_WORKER_NAME")?;
    let name = name.as_deref().unwrap_or(env!("CARGO_PKG_VERSION"));
    let mut client = ClientConfig::new(credentials).application(format!("keepnet-worker/{name}"));
    if let Some(url) = variable("KEEPNET_API_BASE_URL")? {
        client = client.base_url(url);
    }
    if variable("KEEPNET_ALLOW_PLAIN_HTTP")?.as_deref() == Some("1") {
        client = client.allow_plain_http();
    }
    Ok(client)
}

fn files() -> Result<Files> {
    let place = required("KEEPNET_FILES")?;
    if !place.contains("://") {
        return Ok(Files::folder(place));
    }
    let authorization = variable("KEEPNET_FILES_AUTHORIZATION")?;
    Files::url(&place, authorization.map(SecretString::from))
}

/// Completes on Ctrl-C, and on Unix when the process is asked to end.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn required(name: &str) -> Result<String> {
    variable(name)?.ok_or_else(|| config(format!("{name} is not set; see --help")))
}

/// An environment variable that is set and not empty.
fn variable(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(_) => Err(config(format!("{name} is not UTF-8"))),
    }
}

fn config(problem: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Config, problem)
}

fn say(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Error::new(ErrorKind::Io, "nothing can be printed").with_source(error))
}
