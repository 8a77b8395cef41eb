//! `api`: any operation, with the credentials, the scope and the retries of the other commands.

mod body;
mod target;

use std::io::{self, Write as _};

use clap::Args;
use keepnet_client::{Error, RawResponse, Transfer};
use reqwest::header::CONTENT_TYPE;

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui::{self, Format};
use body::BodySource;
use target::Target;

const AFTER_HELP: &str = "\
Examples:
  keepnet api GET /api/companies/my
  keepnet --company 'Acme LLC' api GET /api/jobs
  keepnet api POST /api/companies/search --data @search.json

The response body is printed to standard output, also if the service refuses the call. JSON is
indented unless --output is ndjson.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_name = "METHOD")]
    method: String,
    /// The path with its query, such as /api/companies/my
    #[arg(value_name = "PATH")]
    path: String,
    /// The request body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    data: Option<BodySource>,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    if global.output == Format::Csv {
        return Err(
            CliError::usage("the response of an operation has no columns")
                .with_hint("use --output json or ndjson"),
        );
    }
    // Mistakes in the arguments are reported before any request.
    let target = Target::parse(&arguments.method, &arguments.path)?;
    let body = arguments.data.as_ref().map(body::read).transpose()?;
    let context = Context::new(global).await?;
    let client = context.client().await?;
    let response = client.call(target.operation, target.path, body).await;
    let response = response.map_err(|error| error.with_action(target.operation.id))?;
    if (200..300).contains(&response.info().status()) {
        print_success(response, &target, global.output).await
    } else {
        print_refusal(response, &target).await
    }
}

/// Prints JSON once it is complete, because its envelope shows whether the call failed; prints files
/// as they arrive.
async fn print_success(mut response: RawResponse, target: &Target<'_>, format: Format) -> Result {
    let mut out = io::stdout().lock();
    if target.operation.transfer == Transfer::Download && !is_json(&response) {
        while let Some(chunk) = response.chunk().await.map_err(interrupted)? {
            out.write_all(&chunk)?;
        }
        out.flush()?;
        return Ok(ExitStatus::Done);
    }
    let body = response.bytes().await.map_err(interrupted)?;
    ui::print_json(&mut out, &body, format)?;
    check(&response, target)?;
    Ok(ExitStatus::Done)
}

/// Prints the body, which the user asked for; the error gets the kind, and the service's message
/// without people's data.
async fn print_refusal(mut response: RawResponse, target: &Target<'_>) -> Result {
    let mut out = io::stdout().lock();
    let body = response.bytes().await.map_err(interrupted)?;
    out.write_all(&body)?;
    if body.last().is_some_and(|last| *last != b'\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    check(&response, target)?;
    Ok(ExitStatus::Done)
}

fn check(response: &RawResponse, target: &Target<'_>) -> Result<()> {
    let checked = response.check();
    Ok(checked.map_err(|error| error.with_action(target.operation.id))?)
}

fn is_json(response: &RawResponse) -> bool {
    let kind = response.info().headers().get(CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// The error of a response that ends early.
fn interrupted(error: Error) -> Error {
    error.with_hint("run the command again; the printed part may be incomplete")
}
