//! `users export`: users, in a file that the service writes.

use clap::Args;

use super::filter::UserFilter;
use super::output_file::OutputFile;
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: UserFilter,
    #[command(flatten)]
    file: OutputFile,
}

pub(super) async fn run(global: &GlobalOptions, Arguments { filter, file }: &Arguments) -> Result {
    let format = file.format()?;
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let export = filter.users_of(&company).await?.export(format);
    file.save(export, global.output).await
}
