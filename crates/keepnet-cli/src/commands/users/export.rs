//! `users export`: the people of a company, in a file that the service writes.

use clap::Args;

use super::filter::Who;
use super::save_file::SaveFile;
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) who: Who,
    #[command(flatten)]
    pub(crate) file: SaveFile,
}

pub(crate) async fn run(global: &GlobalOptions, wanted: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let users = wanted.who.select(&company).await?;
    let export = users.export(wanted.file.format.into());
    wanted.file.save(export, global.output).await
}
