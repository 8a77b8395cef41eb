//! `users export` and `users template`: files that the service writes.

use std::path::Path;

use keepnet_flows::{Export, FileFormat, SavedFile};

use crate::arguments::{ExportUsers, Format, Global, SaveFile, SavedFormat};
use crate::cmd_users_list::filtered;
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};

pub(crate) async fn users(global: &Global, wanted: &ExportUsers) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let users = filtered(&company, &wanted.who).await?;
    save(
        global,
        users.export(wanted.file.format.into()),
        &wanted.file,
    )
    .await
}

pub(crate) async fn template(global: &Global, file: &SaveFile) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let template = context.company().await?.template(file.format.into());
    save(global, template, file).await
}

/// What goes to standard output is the file itself, or else where it was saved.
async fn save(global: &Global, export: Export, file: &SaveFile) -> Result<Status, Failure> {
    if file.file.as_deref() == Some(Path::new("-")) {
        export.write_to(&mut tokio::io::stdout()).await?;
        return Ok(Status::Done);
    }
    let path = match &file.file {
        Some(path) => path.clone(),
        None => export.file_name().into(),
    };
    let saved = export.save(path).await?;
    let output = output::stdout(global.output);
    match global.output {
        Format::Table => output.lines(&[format!("{}: {} bytes", saved.file, saved.bytes)])?,
        _ => output.record(&saved)?,
    }
    Ok(Status::Done)
}

impl From<SavedFormat> for FileFormat {
    fn from(format: SavedFormat) -> FileFormat {
        match format {
            SavedFormat::Csv => FileFormat::Csv,
            SavedFormat::Excel => FileFormat::Excel,
        }
    }
}

impl Record for SavedFile {
    const COLUMNS: &'static [&'static str] = &["file", "bytes", "company_id", "company_name"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.file.clone(),
            self.bytes.to_string(),
            self.company.id.clone(),
            self.company.name.clone(),
        ]
    }
}
