//! The `serve` command: its arguments and its behaviour, for the binary of this crate and for other
//! binaries with the same command.

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::dialect::Dialect;
use crate::fault::{Fault, GRAMMAR};
use crate::rules::Pace;
use crate::sandbox::{Sandbox, StartError};
use crate::seed::{Seed, SeedError};

/// The commands of the sandbox.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the sandbox until Ctrl-C or SIGTERM
    Serve(Serve),
    /// Print the JSON Schema of a seed file
    Schema,
}

/// The arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_long_help = GRAMMAR)]
pub struct Serve {
    /// The address to listen on; everybody who can reach it can read and change the data
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Print the address, the credentials and the companies as one line of JSON
    #[arg(long)]
    pub json: bool,
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// The JSON file with the companies, users and credentials at the start
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Start with this many customers of all kinds, `Customer 0001` and so on, each with this many
    /// users [default: 10]
    #[arg(long, value_name = "CUSTOMERS[xUSERS]", value_parser = parse_fleet, conflicts_with = "seed")]
    pub fleet: Option<(usize, usize)>,
    /// How to behave where the published document and the service differ: documented or observed
    #[arg(long, default_value = "observed", value_parser = |name: &str| name.parse::<Dialect>())]
    pub dialect: Dialect,
    /// Delay each response by this many milliseconds
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub latency_ms: u64,
    /// Advance the jobs every N milliseconds [default: with each request for their state]
    #[arg(long, value_name = "N")]
    pub pace_ms: Option<u64>,
    /// Keep the query, headers and body of each request; GET /_sandbox/requests shows them
    #[arg(long)]
    pub record_content: bool,
    /// Answer the operations that the sandbox does not model, too, with responses that fit the contract
    /// [default: with status 501]
    #[arg(long)]
    pub all_operations: bool,
    /// Inject a fault, such as status=503,count=2; the kinds are listed below; can be repeated
    #[arg(long, value_name = "SPEC", value_parser = |spec: &str| spec.parse::<Fault>())]
    pub fault: Vec<Fault>,
    /// Add N generated users to a company; can be repeated
    #[arg(long, value_name = "COMPANY=N", value_parser = parse_users)]
    pub users: Vec<(String, usize)>,
}

impl Command {
    /// Runs the command. `serve` writes one line to `out` when it is ready, `listening on
    /// http://127.0.0.1:PORT` or JSON, and returns after Ctrl-C or, on Unix, SIGTERM. If it listens on
    /// an address that other machines can reach, it writes a warning to `warnings`.
    ///
    /// # Errors
    ///
    /// If the sandbox does not start, or `out` cannot be written.
    pub async fn run(self, mut out: impl Write, warnings: impl Write) -> Result<(), CommandError> {
        match self {
            Self::Serve(serve) => serve.run(out, warnings).await,
            Self::Schema => {
                let schema = serde_json::to_string_pretty(&schemars::schema_for!(Seed));
                writeln!(out, "{}", schema.map_err(std::io::Error::from)?)?;
                Ok(())
            }
        }
    }
}

impl Serve {
    async fn run(self, mut out: impl Write, mut warnings: impl Write) -> Result<(), CommandError> {
        if !self.bind.is_loopback() {
            writeln!(
                warnings,
                "warning: everybody who can reach {} can read and change the data of the sandbox",
                self.bind
            )?;
        }
        let seed = match (&self.seed, self.fleet) {
            (Some(path), _) => Seed::from_file(path)?,
            (None, Some((customers, users))) => Seed::fleet(customers, users, Timestamp::now()),
            (None, None) => Seed::built_in(),
        };
        let mut builder = Sandbox::builder()
            .seed(seed.clone())
            .bind(self.bind)
            .port(self.port)
            .dialect(self.dialect)
            .latency(Duration::from_millis(self.latency_ms))
            .pace(self.pace_ms.map_or(Pace::Polled, |interval| {
                Pace::Every(Duration::from_millis(interval))
            }));
        if self.record_content {
            builder = builder.record_content();
        }
        if self.all_operations {
            builder = builder.answer_all_operations();
        }
        for (company, count) in self.users {
            builder = builder.users(company, count);
        }
        for fault in self.fault {
            builder = builder.fault(fault);
        }
        let stopped = stop_signal()?;
        let sandbox = builder.start().await?;
        if self.json {
            let ready = describe(&seed, sandbox.url(), sandbox.companies());
            writeln!(out, "{ready}")?;
        } else {
            writeln!(out, "listening on {}", sandbox.url())?;
        }
        out.flush()?;
        stopped.await;
        // Whoever added expectations over HTTP asks for them over HTTP.
        sandbox.clear_expectations();
        sandbox.shutdown().await;
        Ok(())
    }
}

/// The address, the credentials and the companies, for scripts.
fn describe(seed: &Seed, url: &str, companies: Vec<(String, String)>) -> Value {
    let clients = seed.clients.iter().map(|client| {
        json!({
            "clientId": client.client_id,
            "clientSecret": client.client_secret,
            "company": client.company,
        })
    });
    let companies = companies.into_iter();
    let companies = companies.map(|(id, name)| json!({ "id": id, "name": name }));
    json!({
        "url": url,
        "clients": clients.collect::<Value>(),
        "companies": companies.collect::<Value>(),
    })
}

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The sandbox did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The seed file cannot be used.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The signal handler cannot be installed, or the output cannot be written.
    #[error("cannot wait for a signal or write to standard output ({0})")]
    Io(#[from] std::io::Error),
}

/// Installs the signal handlers at once, so that no signal is missed before the sandbox is ready.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, std::io::Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, std::io::Error> {
    Ok(async {
        // Without a handler there is nothing to wait for, and Ctrl-C terminates the process.
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn parse_users(text: &str) -> Result<(String, usize), String> {
    let parsed = text
        .rsplit_once('=')
        .and_then(|(company, count)| Some((company.to_owned(), count.parse().ok()?)));
    parsed.ok_or_else(|| format!("{text:?} is not COMPANY=N, such as \"Acme LLC=1000\""))
}

/// The most customers of a fleet, so that each has an id of twelve characters.
const MOST_CUSTOMERS: usize = 100_000;

fn parse_fleet(text: &str) -> Result<(usize, usize), String> {
    let (customers, users) = text.split_once('x').unwrap_or((text, "10"));
    let parsed = customers.parse().ok().zip(users.parse().ok());
    let parsed = parsed.filter(|(customers, _)| (1..=MOST_CUSTOMERS).contains(customers));
    parsed.ok_or_else(|| {
        format!("{text:?} is not 1 to {MOST_CUSTOMERS} customers and their users, such as 300x1000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_argument_is_company_and_number() {
        let check = |text: &str, expected: Option<(&str, usize)>| {
            let parsed = parse_users(text).ok();
            assert_eq!(
                parsed
                    .as_ref()
                    .map(|(company, count)| (company.as_str(), *count)),
                expected,
                "{text}"
            );
        };
        check("Acme LLC=1000", Some(("Acme LLC", 1000)));
        check("A=B=2", Some(("A=B", 2)));
        check("Acme LLC", None);
        check("Acme LLC=many", None);
    }

    #[test]
    fn fleet_argument_is_one_or_two_numbers() {
        let check = |text: &str, expected: Option<(usize, usize)>| {
            assert_eq!(parse_fleet(text).ok(), expected, "{text}");
        };
        check("300", Some((300, 10)));
        check("1000x50", Some((1000, 50)));
        check("3x0", Some((3, 0)));
        for wrong in ["", "0", "x5", "3x", "many", "100001", "-1", "3x4x5"] {
            check(wrong, None);
        }
    }
}
