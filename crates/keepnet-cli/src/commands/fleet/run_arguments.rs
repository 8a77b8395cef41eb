//! The arguments of `fleet run`.

use std::time::Duration;

use clap::Args;

use super::file::FleetArguments;
use crate::text::{duration, filled};

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(super) fleet: FleetArguments,
    /// Go on with the last run: the customers that are not done. What was begun goes on as it was; for the
    /// others, the fleet file and the lists are read again
    #[arg(long)]
    pub(super) resume: bool,
    /// With --resume: begin anew with these customers, whatever became of them; by name or id, separated
    /// by commas; can be repeated
    #[arg(
        long,
        value_name = "NAME|ID",
        value_delimiter = ',',
        value_parser = filled,
        requires = "resume"
    )]
    pub(super) again: Vec<String>,
    /// Give a customer up that takes longer than this, such as 90s, 10m or 2h; --resume goes on with it
    /// [default: no limit but those of each request and job]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) customer_timeout: Option<Duration>,
    /// Write without asking
    #[arg(long)]
    pub(super) yes: bool,
}
