//! The body that `--data` names.

use std::convert::Infallible;
use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::IgnoredAny;

use crate::exit::{Failure, Status};

/// Where a body comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Text(String),
    File(PathBuf),
    Input,
}

impl FromStr for Data {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Data, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Data::File(path.into()),
            None if text == "-" => Data::Input,
            None => Data::Text(text.to_owned()),
        })
    }
}

/// Reads it; what is not JSON is not sent.
pub(super) fn read(data: &Data) -> Result<String, Failure> {
    let (text, place) = match data {
        Data::Text(text) => (text.clone(), "--data".to_owned()),
        Data::File(path) => (
            unread(fs::read_to_string(path), &path.display().to_string())?,
            path.display().to_string(),
        ),
        Data::Input => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text).map(|_| text);
            (unread(read, "standard input")?, "standard input".to_owned())
        }
    };
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let problem = format!("{place}: not JSON, at line {line}, column {column}");
            Err(Failure::new(Status::Usage, problem)
                .hint("write --data '{\"name\": \"value\"}', --data @FILE, or --data - for standard input"))
        }
    }
}

fn unread(read: io::Result<String>, place: &str) -> Result<String, Failure> {
    read.map_err(|error| {
        Failure::new(Status::Usage, format!("{place}: cannot be read")).caused_by(error)
    })
}
