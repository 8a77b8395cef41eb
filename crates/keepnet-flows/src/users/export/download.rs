//! An export of users, or the template of a staff list, on its way to a file.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use futures::future::TryFutureExt as _;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use keepnet_client::types::{ExportRequest, Filter, TargetGroupUsersExportRequest};
use keepnet_client::{CompanyRef, Download};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWrite;

use super::completeness::completeness_check;
use super::file_format::FileFormat;
use crate::search::for_export;
use crate::users::list::Users;
use crate::{Company, Error, ErrorKind, Result};

/// A file that the service writes, made by [`Users::export`](crate::Users::export) and
/// [`Company::template`].
///
/// Nothing is sent before it is saved or written; dropping that future cancels the transfer. The
/// content is checked to be a complete file of the requested format, because the service also responds
/// with a message in place of the file.
#[derive(Clone)]
#[must_use = "nothing is requested unless it is saved or written"]
pub struct Export {
    company: Company,
    content: Content,
    format: FileFormat,
    byte_order_mark: bool,
}

#[derive(Clone)]
enum Content {
    Users {
        /// The id of the group whose members are exported, if it is not all users.
        group: Option<String>,
        filter: Filter,
    },
    Template,
}

/// A file that was saved, as `users export --output json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SavedFile {
    /// The customer.
    pub company: CompanyRef,
    /// Where the file is.
    pub file: String,
    /// What it is written as.
    pub format: FileFormat,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Users {
    /// The same users as a file that the service writes. Nothing is sent before it is saved or
    /// written.
    pub fn export(self, format: FileFormat) -> Export {
        let conditions = match self.status.searches() {
            [(status, deleted)] => self.conditions(*status, Some(*deleted)),
            // Without a condition on deletion, the service also finds the deleted users.
            _ => self.conditions(None, None),
        };
        Export {
            content: Content::Users {
                group: self.group,
                filter: conditions.filter(),
            },
            company: self.company,
            format,
            byte_order_mark: false,
        }
    }
}

impl Company {
    /// The service's template of a staff list, with the headers that it knows. Nothing is sent before
    /// it is saved or written.
    pub fn template(&self, format: FileFormat) -> Export {
        Export {
            company: self.clone(),
            content: Content::Template,
            format,
            byte_order_mark: false,
        }
    }
}

impl Export {
    /// A name for the file, from the company and the format: `acme-llc-users.csv`.
    pub fn file_name(&self) -> String {
        let content = match self.content {
            Content::Users { .. } => "users",
            Content::Template => "template",
        };
        let company = dashed(self.company.name());
        let company = match company.is_empty() {
            true => self.company.id(),
            false => &company,
        };
        format!("{company}-{content}.{}", self.format.extension())
    }

    /// Starts a CSV file with the byte order mark of UTF-8, without which Excel reads accents in an
    /// encoding of its own. Default: the file as the service sends it.
    pub fn byte_order_mark(mut self) -> Export {
        self.byte_order_mark = true;
        self
    }

    /// As [`save`](Export::save), but an existing file stays as it is, and is an error.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save); [`ErrorKind::Conflict`] if `path` exists.
    pub async fn save_new(self, path: impl AsRef<Path>) -> Result<SavedFile> {
        let path = path.as_ref();
        let saved = async { self.request().await?.save_new(path).await };
        let bytes = saved.await.map_err(self.company.context(self.action()))?;
        Ok(self.saved(path, bytes))
    }

    /// Saves the file under a temporary name beside `path`, and renames it when it is complete. An
    /// existing file is replaced by a complete one, or stays as it is. Only the owner may read the file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the file cannot be written; [`ErrorKind::Rejected`] and
    /// [`ErrorKind::Protocol`] if the service sends anything but a complete file of this format.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<SavedFile> {
        let path = path.as_ref();
        let saved = async { self.request().await?.save(path).await };
        let bytes = saved.await.map_err(self.company.context(self.action()))?;
        Ok(self.saved(path, bytes))
    }

    fn saved(&self, path: &Path, bytes: u64) -> SavedFile {
        SavedFile {
            company: self.company.reference().clone(),
            file: path.display().to_string(),
            format: self.format,
            bytes,
        }
    }

    /// Writes the file while it is received, and flushes the writer. Returns the number of bytes.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save); the writer may then have a part of the file.
    pub async fn write_to(self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64> {
        let written = async { self.request().await?.write_to(writer).await };
        written.await.map_err(self.company.context(self.action()))
    }

    /// The file as a stream of bytes, for a program that passes it on without a disk. The file is
    /// requested when the stream is polled for the first time; dropping it cancels the transfer.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save), as the last item: the file is complete only if the stream ends
    /// without an error.
    pub fn stream(self) -> BoxStream<'static, Result<Bytes>> {
        let (company, action) = (self.company.clone(), self.action());
        let file = async move { Ok(self.request().await?.into_stream()) };
        let stream = file.try_flatten_stream();
        stream
            .map_err(move |error| company.context(action)(error))
            .boxed()
    }

    async fn request(&self) -> Result<Download> {
        let client = self.company.raw();
        let format = self.format.wire_name();
        let file = match &self.content {
            Content::Users {
                group: Some(group),
                filter,
            } => {
                let body = TargetGroupUsersExportRequest::default()
                    .ascending(true)
                    .exclude_group_users(false)
                    .export_type(format)
                    .filter(filter.clone())
                    .order_by("CreateTime")
                    .page_number(1)
                    .page_size(1000)
                    .report_all_pages(true);
                let call = client.export_target_group_users(group, &body);
                call.await?
            }
            Content::Users {
                group: None,
                filter,
            } => {
                let body = ExportRequest::default()
                    .ascending(true)
                    .export_type(format)
                    .filter(for_export(filter.clone()))
                    .order_by("CreateTime")
                    .page_number(1)
                    .page_size(1000)
                    .report_all_pages(true);
                let call = client.export_target_users(&body);
                call.await?
            }
            Content::Template => {
                let body = ExportRequest::default().export_type(format);
                let call = client.download_target_user_example_file(&body);
                call.await?
            }
        };
        if !self.format.matches(file.head()) {
            let problem = format!("the service sent something else than {}", self.format);
            return Err(Error::new(ErrorKind::Protocol, problem));
        }
        let file = file.completeness(completeness_check(self.format));
        Ok(
            match self.byte_order_mark && self.format == FileFormat::Csv {
                true => file.byte_order_mark(),
                false => file,
            },
        )
    }

    fn action(&self) -> &'static str {
        match self.content {
            Content::Users { .. } => "exporting the users",
            Content::Template => "downloading the template",
        }
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("company", &self.company)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// The letters and digits in lower case, with one dash in place of other characters.
fn dashed(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<_> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_named_after_its_company() {
        let check = |name: &str, expected: &str| assert_eq!(dashed(name), expected);
        check("Acme LLC", "acme-llc");
        check("Müller & Söhne", "müller-söhne");
        check("../../etc", "etc");
        check("...", "");
    }
}
