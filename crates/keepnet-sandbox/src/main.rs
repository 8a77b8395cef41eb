//! The binary `keepnet-sandbox`: a local sandbox of the Keepnet REST API.

use std::process::ExitCode;

use clap::Parser;
use keepnet_sandbox::command::Command;

/// A local sandbox of the Keepnet REST API
#[derive(Debug, Parser)]
#[command(name = "keepnet-sandbox", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse()
        .command
        .run(std::io::stdout(), std::io::stderr())
        .await
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a binary reports its errors")]
fn report(error: &dyn std::error::Error) {
    eprintln!("keepnet-sandbox: {error}");
    for cause in std::iter::successors(error.source(), |error| error.source()) {
        eprintln!("  because: {cause}");
    }
}
