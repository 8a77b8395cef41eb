//! `users template`: an empty staff list, in a file that the service writes.

use super::save_file::SaveFile;
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};

pub(crate) async fn run(global: &GlobalOptions, file: &SaveFile) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let template = context.company().await?.template(file.format.into());
    file.save(template, global.output).await
}
