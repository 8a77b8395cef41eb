//! The request body that `--data` names.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::IgnoredAny;

use crate::exit::{CliError, Result};

/// Where a request body is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BodySource {
    Argument(String),
    File(PathBuf),
    StandardInput,
}

impl FromStr for BodySource {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<BodySource, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(path) => BodySource::File(path.into()),
            None if text == "-" => BodySource::StandardInput,
            None => BodySource::Argument(text.to_owned()),
        })
    }
}

/// Reads the body, and refuses it if it is not JSON.
pub(super) fn read(source: &BodySource) -> Result<String> {
    let (text, place) = match source {
        BodySource::Argument(text) => (Ok(text.clone()), "--data".to_owned()),
        BodySource::File(path) => (fs::read_to_string(path), path.display().to_string()),
        BodySource::StandardInput => (io::read_to_string(io::stdin()), "standard input".to_owned()),
    };
    let usage = |problem| CliError::usage(format!("{place}: {problem}"));
    let text = text.map_err(|error| usage("cannot be read".to_owned()).with_source(error))?;
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(usage(format!("not JSON, at line {line}, column {column}")).with_hint(
                "write --data '{\"name\": \"value\"}', --data @FILE, or --data - for standard input",
            ))
        }
    }
}
