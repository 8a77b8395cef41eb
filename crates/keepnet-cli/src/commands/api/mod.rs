//! `api`: any operation, authorised, scoped and tried again as the flows' own calls are.

mod body;
mod target;

use std::io::{self, Write as _};

use clap::Args;
use keepnet_client::{Call, Envelope, Error, Session, Transfer};
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use serde::de::IgnoredAny;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Format};
use body::Data;
use target::Target;

const AFTER_HELP: &str = "\
Examples:
  keepnet api GET /api/companies/my
  keepnet --company 'Acme LLC' api GET /api/jobs
  keepnet api POST /api/companies/search --data @search.json

The answer goes to standard output as it comes, also where the service refuses the call; JSON is
indented unless --output is ndjson.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_name = "METHOD")]
    pub(crate) method: String,
    /// The path with its query, such as /api/companies/my
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// The body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    pub(crate) data: Option<Data>,
}

/// So much of a refusal is read for the line that tells of it.
const REFUSAL: usize = 64 << 10;

pub(crate) async fn run(global: &GlobalOptions, wanted: &Arguments) -> Result<Status, Failure> {
    if global.output == Format::Csv {
        return Err(
            Failure::new(Status::Usage, "the answer of an operation has no columns")
                .hint("use --output json or ndjson"),
        );
    }
    // All that can be wrong without the service is found before it is asked.
    let target = Target::of(&wanted.method, &wanted.path)?;
    let body = wanted.data.as_ref().map(body::read).transpose()?;
    let context = Context::new(global).await?;
    let session = context.session().await?;
    let response = send(&session, &target, body).await?;
    if response.status().is_success() {
        show(response, &target, global.output).await
    } else {
        refused(response, &target).await
    }
}

async fn send(
    session: &Session,
    target: &Target<'_>,
    body: Option<String>,
) -> Result<Response, Failure> {
    let mut request = session.request(target.method.clone(), target.path);
    if let Some(body) = body {
        request = request
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
    } else if !target.method.is_safe() {
        // Some servers wait for the length of a body that there is none of.
        request = request.header(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let request = request.build().map_err(|error| {
        Failure::new(Status::Usage, "the request cannot be built").caused_by(error)
    })?;
    let sent = session.send(request, target.operation.id).await;
    Ok(sent.map_err(|error| error.with_action(target.operation.id))?)
}

/// JSON is shown as a whole, since only then it is known whether it says that the call failed; files
/// are passed on as they come.
async fn show(
    mut response: Response,
    target: &Target<'_>,
    format: Format,
) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    if target.operation.transfer == Transfer::Download && !is_json(&response) {
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            out.write_all(&chunk)?;
        }
        out.flush()?;
        return Ok(Status::Done);
    }
    let body = response.bytes().await.map_err(broken)?;
    ui::print_json(&mut out, &body, format)?;
    match serde_json::from_slice::<Envelope<IgnoredAny>>(&body) {
        Ok(envelope) if !envelope.is_success() => Err(not_done(target, &envelope)),
        _ => Ok(Status::Done),
    }
}

/// The person asked for the answer, so it is printed; the line that tells of it has the kind, and the
/// words of the service without people's data.
async fn refused(mut response: Response, target: &Target<'_>) -> Result<Status, Failure> {
    let call = response.extensions().get::<Call>().cloned();
    let mut copy = http::Response::builder().status(response.status());
    if let Some(headers) = copy.headers_mut() {
        headers.clone_from(response.headers());
    }
    let mut kept = Vec::new();
    let mut out = io::stdout().lock();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        out.write_all(&chunk)?;
        let room = REFUSAL - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    if kept.last().is_some_and(|last| *last != b'\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    let copy = copy.body(kept).map_err(|error| {
        Failure::new(Status::Failed, "the answer cannot be understood").caused_by(error)
    })?;
    let mut copy = Response::from(copy);
    if let Some(call) = call {
        copy.extensions_mut().insert(call);
    }
    let error = Error::from_response(target.operation.id, copy).await;
    Err(error.with_action(target.operation.id).into())
}

/// An operation may fail though HTTP says success.
fn not_done(target: &Target<'_>, envelope: &Envelope<IgnoredAny>) -> Failure {
    let mut said = vec![envelope.status.as_deref().unwrap_or_default()];
    said.extend(envelope.message.as_deref());
    said.extend(envelope.validation_messages.iter().map(String::as_str));
    let said = keepnet_client::redact(&said.join(": "));
    Failure::new(
        Status::Failed,
        format!("{}: the service did not do it: {said}", target.operation.id),
    )
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

fn broken(error: reqwest::Error) -> Failure {
    Failure::new(Status::Unreachable, "the answer broke off")
        .hint("run it again; nothing tells whether what was printed is whole")
        .caused_by(error.without_url())
}
