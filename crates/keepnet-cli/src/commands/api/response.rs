//! What the service sent: printed, or saved to a file.

use std::io::{self, Write};
use std::path::Path;

use keepnet_client::{Error, Operation, RawResponse, Transfer};
use tempfile::NamedTempFile;

use crate::config::folder_of;
use crate::exit::{CliError, Result};
use crate::ui::{self, Format};

/// Prints the response, or saves it to the file. The response of a refused call is printed in any
/// case, and an existing file then stays as it is.
pub(super) async fn deliver(
    response: &mut RawResponse,
    operation: &Operation,
    file: Option<&Path>,
    format: Format,
) -> Result<()> {
    let file = file.filter(|path| *path != Path::new("-"));
    if let (Some(path), true) = (file, is_success(response)) {
        return save(response, operation, path, format).await;
    }
    print_to_stdout(response, operation, format).await
}

async fn print_to_stdout(
    response: &mut RawResponse,
    operation: &Operation,
    format: Format,
) -> Result<()> {
    let out = &mut ui::terminal_safe_stdout();
    print(response, operation, out, format, CliError::from).await
}

/// Writes the body to a new file, which takes the place of an existing one when it is complete.
async fn save(
    response: &mut RawResponse,
    operation: &Operation,
    path: &Path,
    format: Format,
) -> Result<()> {
    let failed = |error: io::Error| {
        let problem = format!("{}: cannot be written", path.display());
        CliError::failed(problem).with_source(error)
    };
    let mut file = NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    print(response, operation, &mut file, format, failed).await?;
    // The body of a failure that has status 200 is for the reader, not for the file.
    if response.check().is_err() {
        return print_to_stdout(response, operation, format).await;
    }
    let bytes = file.as_file().metadata().map_err(failed)?.len();
    file.persist(path).map_err(|error| failed(error.error))?;
    let file = path.display().to_string();
    let saved = serde_json::json!({"file": file, "bytes": bytes});
    let output = ui::stdout(format);
    let printed = match format {
        Format::Json | Format::Ndjson => output.document(&saved),
        Format::Table | Format::Csv => output.lines(&[format!("{file}: {bytes} bytes")]),
    };
    Ok(printed?)
}

/// Writes the body: a file as it arrives, JSON indented, and a refusal without a change.
async fn print(
    response: &mut RawResponse,
    operation: &Operation,
    out: &mut impl Write,
    format: Format,
    write_error: impl Fn(io::Error) -> CliError,
) -> Result<()> {
    let ended_early =
        |error: Error| error.with_hint("run the command again; the printed part may be incomplete");
    let is_file = operation.transfer == Transfer::Download && !is_json(response);
    if is_success(response) && is_file {
        while let Some(chunk) = response.chunk().await.map_err(ended_early)? {
            out.write_all(&chunk).map_err(&write_error)?;
        }
        return out.flush().map_err(write_error);
    }
    // The envelope shows whether the call failed, so that it is kept for the check.
    let body = response.bytes().await.map_err(ended_early)?;
    if is_success(response) {
        return ui::print_json(out, &body, format).map_err(write_error);
    }
    let line_end: &[u8] = match body.last() {
        None | Some(b'\n') => b"",
        Some(_) => b"\n",
    };
    let written = out.write_all(&body).and_then(|()| out.write_all(line_end));
    written.and_then(|()| out.flush()).map_err(write_error)
}

fn is_success(response: &RawResponse) -> bool {
    (200..300).contains(&response.info().status())
}

fn is_json(response: &RawResponse) -> bool {
    let kind = response.info().headers().get("content-type");
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}
