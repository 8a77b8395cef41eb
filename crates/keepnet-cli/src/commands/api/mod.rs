//! `api`: any operation, with the credentials, the scope and the retries of the other commands.

mod body;
mod target;

use std::io::{self, Write as _};

use clap::Args;
use keepnet_client::{Call, Envelope, Error, Session, Transfer};
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use serde::de::IgnoredAny;

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

/// How many bytes of a refusal are read for the error message.
const REFUSAL_LIMIT: usize = 64 << 10;

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
    let session = context.session().await?;
    let response = send(&session, &target, body).await?;
    if response.status().is_success() {
        print_success(response, &target, global.output).await
    } else {
        print_refusal(response, &target).await
    }
}

async fn send(session: &Session, target: &Target<'_>, body: Option<String>) -> Result<Response> {
    let mut request = session.request(target.method.clone(), target.path);
    if let Some(body) = body {
        request = request
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
    } else if !target.method.is_safe() {
        // Some servers wait for the length of a body even if there is none.
        request = request.header(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let request = request
        .build()
        .map_err(|error| CliError::usage("the request cannot be built").with_source(error))?;
    let sent = session.send(request, target.operation.id).await;
    Ok(sent.map_err(|error| error.with_action(target.operation.id))?)
}

/// Prints JSON once it is complete, because its envelope shows whether the call failed; prints files
/// as they arrive.
async fn print_success(mut response: Response, target: &Target<'_>, format: Format) -> Result {
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
    match serde_json::from_slice::<Envelope<IgnoredAny>>(&body) {
        Ok(envelope) if !envelope.is_success() => Err(failed(target, &envelope)),
        _ => Ok(ExitStatus::Done),
    }
}

/// Prints the body, which the user asked for; the error gets the kind, and the service's message
/// without people's data.
async fn print_refusal(mut response: Response, target: &Target<'_>) -> Result {
    let call = response.extensions().get::<Call>().cloned();
    let mut copy = http::Response::builder().status(response.status());
    if let Some(headers) = copy.headers_mut() {
        headers.clone_from(response.headers());
    }
    let mut kept = Vec::new();
    let mut out = io::stdout().lock();
    while let Some(chunk) = response.chunk().await.map_err(interrupted)? {
        out.write_all(&chunk)?;
        let room = REFUSAL_LIMIT - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    if kept.last().is_some_and(|last| *last != b'\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    let copy = copy
        .body(kept)
        .map_err(|error| CliError::failed("the response cannot be read").with_source(error))?;
    let mut copy = Response::from(copy);
    if let Some(call) = call {
        copy.extensions_mut().insert(call);
    }
    let error = Error::from_response(target.operation.id, copy).await;
    Err(error.with_action(target.operation.id).into())
}

/// The error of a call that failed although the HTTP status says success.
fn failed(target: &Target<'_>, envelope: &Envelope<IgnoredAny>) -> CliError {
    let mut reasons = vec![envelope.status.as_deref().unwrap_or_default()];
    reasons.extend(envelope.message.as_deref());
    reasons.extend(envelope.validation_messages.iter().map(String::as_str));
    let reasons = keepnet_client::redact(&reasons.join(": "));
    let problem = format!(
        "{}: the service reports a failure: {reasons}",
        target.operation.id
    );
    CliError::failed(problem)
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// The error of a response that ends early.
fn interrupted(error: reqwest::Error) -> CliError {
    CliError::new(ExitStatus::Unreachable, "the response ended early")
        .with_hint("run the command again; the printed part may be incomplete")
        .with_source(error.without_url())
}
