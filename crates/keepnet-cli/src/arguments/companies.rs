//! `companies`: the customers of the reseller.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Companies {
    /// List the customers
    List(ListCompanies),
    /// Show one customer
    Show {
        /// Its name or id
        #[arg(value_name = "NAME|ID")]
        customer: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListCompanies {
    /// Only those whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with more people than their licence covers
    #[arg(long)]
    pub(crate) over_limit: bool,
}
