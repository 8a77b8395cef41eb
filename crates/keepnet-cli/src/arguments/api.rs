//! `api`: any operation.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

const AFTER_HELP: &str = "\
Examples:
  keepnet api GET /api/companies/my
  keepnet --company 'Acme LLC' api GET /api/jobs
  keepnet api POST /api/companies/search --data @search.json

The answer goes to standard output as it comes, also where the service refuses the call; JSON is
indented unless --output is ndjson.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ApiCall {
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
