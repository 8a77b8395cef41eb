//! `api`: any operation, with the credentials, the scope and the retries of the other commands.

mod body;
mod operation;

use std::io::{self, Write as _};

use clap::Args;
use keepnet_client::{Error, Operation, RawResponse, Safety, Transfer};

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui::{self, Format};
use body::BodySource;

const AFTER_HELP: &str = "\
Examples:
  keepnet api GET /api/companies/my
  keepnet --company 'Acme LLC' api GET /api/jobs
  keepnet api POST /api/companies/search --data @search.json

Without a customer the call is reseller-wide, which an operation that changes something needs
--reseller-wide for.

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
    /// Call without a customer: what is changed then belongs to the reseller's own company
    #[arg(long, conflicts_with = "company")]
    reseller_wide: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    if global.output == Format::Csv {
        return Err(
            CliError::usage("the response of an operation has no columns")
                .with_hint("use --output json or ndjson"),
        );
    }
    // Mistakes in the arguments are reported before any request.
    let operation = operation::find(&arguments.method, &arguments.path)?;
    let body = arguments.data.as_ref().map(body::read).transpose()?;
    let context = Context::new(global).await?;
    let path = &arguments.path;
    let is_scoped = context.company.is_some() && !arguments.reseller_wide;
    if !is_scoped && !arguments.reseller_wide && operation.safety != Safety::Read {
        let problem = format!(
            "{} may change something, and no customer is given",
            operation.id
        );
        return Err(CliError::usage(problem).with_hint(
            "give one with --company NAME|ID, or --reseller-wide to work on the reseller's own \
             company",
        ));
    }
    let (call, action) = if is_scoped {
        let company = context.company().await?;
        let call = company.raw().call(operation, path, body);
        (call, operation.id.to_owned())
    } else {
        let client = context.reseller().await?.raw().reseller_wide();
        let action = format!("{} (reseller-wide)", operation.id);
        (client.call(operation, path, body), action)
    };
    let with_action = |error: Error| error.with_action(action.clone());
    let mut response = call.await.map_err(with_action)?;
    print(&mut response, operation, global.output).await?;
    response.check().map_err(with_action)?;
    Ok(ExitStatus::Done)
}

/// Prints the body: a file as it arrives, JSON indented, and a refusal without a change.
async fn print(response: &mut RawResponse, operation: &Operation, format: Format) -> Result<()> {
    let ended_early =
        |error: Error| error.with_hint("run the command again; the printed part may be incomplete");
    let is_success = (200..300).contains(&response.info().status());
    let is_file = operation.transfer == Transfer::Download && !is_json(response);
    let mut out = io::stdout().lock();
    if is_success && is_file {
        while let Some(chunk) = response.chunk().await.map_err(ended_early)? {
            out.write_all(&chunk)?;
        }
        return Ok(out.flush()?);
    }
    // The envelope shows whether the call failed, so that it is kept for the check.
    let body = response.bytes().await.map_err(ended_early)?;
    if is_success {
        return Ok(ui::print_json(&mut out, &body, format)?);
    }
    out.write_all(&body)?;
    if body.last().is_some_and(|last| *last != b'\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn is_json(response: &RawResponse) -> bool {
    let kind = response.info().headers().get("content-type");
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}
