//! A group as an argument.

use clap::Args;
use keepnet_flows::{Company, Group};

use crate::exit::{CliError, Result};
use crate::text::filled;

#[derive(Debug, Args)]
pub(crate) struct GroupArgument {
    /// The group, by name or id
    #[arg(value_parser = filled)]
    group: String,
}

impl GroupArgument {
    pub(super) async fn find(&self, company: &Company) -> Result<Group> {
        let group = company.group(&self.group).await;
        group.map_err(CliError::from_argument)
    }
}
