//! `groups` and `jobs`: what else belongs to a customer.

use clap::Subcommand;
use keepnet_flows::Priority;

#[derive(Debug, Subcommand)]
pub(crate) enum Groups {
    /// List the groups
    List,
    /// Create a group, unless there is one of this name
    Create {
        /// Its name, of at most 64 characters
        name: String,
        /// VeryLow, Low, Medium, High or VeryHigh
        #[arg(long, value_name = "PRIORITY", default_value_t)]
        priority: Priority,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List the jobs
    List,
    /// Show one job and the rows it failed at
    Show {
        /// Its id, as `jobs list` shows it
        id: String,
    },
}
