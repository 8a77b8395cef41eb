//! `users export`: users, in a file that the service writes.

use clap::Args;
use futures::{TryFutureExt as _, stream};
use keepnet_flows::{Company, CompanySelection, Error, ErrorKind, FileFormat};
use serde::Serialize;

use super::filter::UserFilter;
use super::output_file::{OutputFile, doubt_about};
use crate::commands::many::{ManyCustomers, print_each};
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;
use crate::interrupt::ResumeHint;
use crate::ui::{Column, Record};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: UserFilter,
    #[command(flatten)]
    file: OutputFile,
    #[command(flatten)]
    customers: ManyCustomers,
}

pub(super) async fn run(
    global: &GlobalOptions,
    arguments: &Arguments,
    hint: &ResumeHint,
) -> Result {
    let Arguments {
        filter,
        file,
        customers,
    } = arguments;
    if let Some(selection) = customers.selection()? {
        return export_each(global, hint, filter.clone(), file, &selection).await;
    }
    let format = file.format()?;
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let export = filter.users_of(&company).await?.export(format);
    file.save(export, global.output, hint).await
}

/// Saves a file for each customer in a folder. Its name starts with the id, because two customers can
/// share a name.
async fn export_each(
    global: &GlobalOptions,
    hint: &ResumeHint,
    filter: UserFilter,
    file: &OutputFile,
    selection: &CompanySelection,
) -> Result {
    let target = file.folder()?;
    let export = move |company: Company| {
        let (filter, target) = (filter.clone(), target.clone());
        let saved = async move {
            let export = filter.find_users_of(&company).await?.export(target.format);
            let name = format!("{}-{}", company.id(), export.file_name());
            let path = target.folder.join(name);
            let export = export.byte_order_mark();
            let saved = match target.replaces {
                true => export.save(path).await?,
                false => export.save_new(path).await?,
            };
            let doubt = doubt_about(saved.users, saved.total)
                .map(|doubt| Error::new(ErrorKind::Protocol, doubt).with_hint("export them again"));
            let file = ExportedFile {
                file: saved.file,
                format: saved.format,
                bytes: saved.bytes,
            };
            Ok(stream::iter([Ok(file)].into_iter().chain(doubt.map(Err))))
        };
        saved.try_flatten_stream()
    };
    print_each::<ExportedFile, _>(global, hint, selection, export).await
}

/// A file with the users of one of many customers.
#[derive(Serialize)]
struct ExportedFile {
    file: String,
    format: FileFormat,
    bytes: u64,
}

impl Record for ExportedFile {
    const COLUMNS: &'static [Column] = &[
        Column::text("file"),
        Column::whole("format"),
        Column::whole("bytes"),
    ];
}
