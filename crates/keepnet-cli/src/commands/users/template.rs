//! `users template`: an empty staff list, in a file that the service writes.

use super::output_file::OutputFile;
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;
use crate::interrupt::ResumeHint;

pub(super) async fn run(global: &GlobalOptions, file: &OutputFile, hint: &ResumeHint) -> Result {
    let format = file.format()?;
    let context = Context::new(global).await?;
    let template = context.company().await?.template(format);
    file.save(template, global.output, hint).await
}
