//! The arguments of `fleet run`.

use std::time::Duration;

use clap::Args;

use super::file::FleetArguments;
use crate::text::{duration, filled};

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(super) fleet: FleetArguments,
    /// Continue the last run with the customers that are not done. Work that has begun continues as it
    /// was; for the other customers, the fleet file and the lists are read again
    #[arg(long)]
    pub(super) resume: bool,
    /// With --resume, start again with these customers, also if they are done; by name or id, separated
    /// by commas; can be repeated
    #[arg(
        long,
        value_name = "NAME|ID",
        value_delimiter = ',',
        value_parser = filled,
        requires = "resume"
    )]
    pub(super) again: Vec<String>,
    /// Stop the work for a customer that takes longer than this, such as 90s, 10m or 2h; --resume
    /// continues it [default: only the limits of each request and job]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) customer_timeout: Option<Duration>,
    /// Write without asking
    #[arg(long)]
    pub(super) yes: bool,
}
