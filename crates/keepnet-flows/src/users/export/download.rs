//! An export of users, or the template of a staff list, on its way to a file.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::future::TryFutureExt as _;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use keepnet_client::types::{ExportRequest, Filter, TargetGroupUsersExportRequest};
use keepnet_client::{CompanyRef, CompletenessCheck, Download};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWrite;

use super::completeness::FileEnd;
use super::file_format::FileFormat;
use super::row_count::{UserCheck, UserTotals};
use crate::search::for_export;
use crate::users::list::Users;
use crate::{Company, Error, ErrorKind, Result};

/// A file that the service writes, made by [`Users::export`](crate::Users::export) and
/// [`Company::template`].
///
/// Nothing is sent before it is saved or written; dropping that future cancels the transfer. The
/// content is checked to be a complete file of the requested format, because the service also responds
/// with a message in place of the file.
///
/// The users of the file are counted and compared with the total of the service, which costs one request
/// before and one after the export, or two each for users of any status. Another number of users is an
/// error, unless the total changed meanwhile: then it is not known whether the file has all users.
#[derive(Clone)]
#[must_use = "nothing is requested unless it is saved or written"]
pub struct Export {
    company: Company,
    content: Content,
    format: FileFormat,
    byte_order_mark: bool,
    limit: Option<u64>,
}

#[derive(Clone)]
enum Content {
    Users(Box<Users>),
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
    /// How many users it has; null if its rows cannot be counted, and for a template.
    pub users: Option<u64>,
    /// How many users match, as the service stated it before and after the export. Null for a template,
    /// and if it is not known: the service states none, or another one after the export.
    pub total: Option<u64>,
}

/// A file that was written to a writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenFile {
    /// Its size in bytes.
    pub bytes: u64,
    /// As [`SavedFile::users`].
    pub users: Option<u64>,
    /// As [`SavedFile::total`].
    pub total: Option<u64>,
}

impl Users {
    /// The same users as a file that the service writes. Nothing is sent before it is saved or
    /// written.
    pub fn export(self, format: FileFormat) -> Export {
        Export {
            company: self.company.clone(),
            content: Content::Users(Box::new(self)),
            format,
            byte_order_mark: false,
            limit: None,
        }
    }

    fn export_filter(&self) -> Filter {
        let conditions = match self.status.searches() {
            [(status, deleted)] => self.conditions(*status, Some(*deleted)),
            // Without a condition on deletion, the service also finds the deleted users.
            _ => self.conditions(None, None),
        };
        conditions.filter()
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
            limit: None,
        }
    }
}

impl Export {
    /// A name for the file, from the company and the format: `acme-llc-users.csv`.
    pub fn file_name(&self) -> String {
        let content = match self.content {
            Content::Users(_) => "users",
            Content::Template => "template",
        };
        let company = dashed(self.company.name());
        let company = match company.is_empty() {
            true => self.company.id(),
            false => &company,
        };
        format!("{company}-{content}.{}", self.format.extension())
    }

    /// Whether it is a file of users, and not the template.
    pub fn is_of_users(&self) -> bool {
        matches!(self.content, Content::Users(_))
    }

    /// Starts a CSV file with the byte order mark of UTF-8, without which Excel reads accents in an
    /// encoding of its own. Default: the file as the service sends it.
    pub fn byte_order_mark(mut self) -> Export {
        self.byte_order_mark = true;
        self
    }

    /// Refuses a file of more than this many bytes, before or while it is transferred. Default: no
    /// limit, because a company may have any number of users; a transfer then lasts as long as it
    /// moves a byte per second ([`Timeouts`](keepnet_client::Timeouts)).
    pub fn limit(mut self, bytes: u64) -> Export {
        self.limit = Some(bytes);
        self
    }

    /// As [`save`](Export::save), but an existing file stays as it is, and is an error.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save); [`ErrorKind::Conflict`] if `path` exists.
    pub async fn save_new(self, path: impl AsRef<Path>) -> Result<SavedFile> {
        let path = path.as_ref();
        let saved = self.transfer(async |file| file.save_new(path).await);
        let written = saved.await.map_err(self.company.context(self.action()))?;
        Ok(self.saved(path, written))
    }

    /// Saves the file under a temporary name beside `path`, and renames it when it is complete. An
    /// existing file is replaced by a complete one, or stays as it is. Only the owner may read the file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the file cannot be written; [`ErrorKind::Rejected`] and
    /// [`ErrorKind::Protocol`] if the service sends anything but a complete file of this format, a file
    /// above the [`limit`](Export::limit), or one with more or fewer users than it states.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<SavedFile> {
        let path = path.as_ref();
        let saved = self.transfer(async |file| file.save(path).await);
        let written = saved.await.map_err(self.company.context(self.action()))?;
        Ok(self.saved(path, written))
    }

    /// Writes the file while it is received, and flushes the writer.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save); the writer may then have a part of the file.
    pub async fn write_to(self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<WrittenFile> {
        let written = self.transfer(async |file| file.write_to(writer).await);
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
        let file = async move { Ok(self.request(&Arc::default()).await?.into_stream()) };
        let stream = file.try_flatten_stream();
        stream
            .map_err(move |error| company.context(action)(error))
            .boxed()
    }

    async fn transfer(
        &self,
        write: impl AsyncFnOnce(Download) -> Result<u64>,
    ) -> Result<WrittenFile> {
        let totals = Arc::default();
        let bytes = write(self.request(&totals).await?).await?;
        let totals = totals.get().copied().unwrap_or_default();
        Ok(WrittenFile {
            bytes,
            users: totals.users,
            total: totals.total,
        })
    }

    fn saved(&self, path: &Path, written: WrittenFile) -> SavedFile {
        SavedFile {
            company: self.company.reference().clone(),
            file: path.display().to_string(),
            format: self.format,
            bytes: written.bytes,
            users: written.users,
            total: written.total,
        }
    }

    /// Requests the file. At its end, `totals` has how many users it has and is to have.
    async fn request(&self, totals: &Arc<OnceLock<UserTotals>>) -> Result<Download> {
        let check: Box<dyn CompletenessCheck> = match &self.content {
            Content::Users(users) => {
                Box::new(UserCheck::start(users, self.format, Arc::clone(totals)).await?)
            }
            Content::Template => Box::new(FileEnd::of(self.format)),
        };
        let file = self.start().await?;
        if !self.format.matches(file.head()) {
            let problem = format!("the service sent something else than {}", self.format);
            return Err(Error::new(ErrorKind::Protocol, problem));
        }
        let file = match self.limit {
            Some(bytes) => file.limit(bytes),
            None => file,
        };
        let file = file.completeness(check);
        Ok(
            match self.byte_order_mark && self.format == FileFormat::Csv {
                true => file.byte_order_mark(),
                false => file,
            },
        )
    }

    async fn start(&self) -> Result<Download> {
        let client = self.company.raw();
        let format = self.format.wire_name();
        let users = match &self.content {
            Content::Users(users) => users,
            Content::Template => {
                let body = ExportRequest::default().export_type(format);
                return client.download_target_user_example_file(&body).await;
            }
        };
        match &users.group {
            Some(group) => {
                let body = TargetGroupUsersExportRequest::default()
                    .ascending(true)
                    .exclude_group_users(false)
                    .export_type(format)
                    .filter(users.export_filter())
                    .order_by("CreateTime")
                    .page_number(1)
                    .page_size(1000)
                    .report_all_pages(true);
                client.export_target_group_users(group, &body).await
            }
            None => {
                let body = ExportRequest::default()
                    .ascending(true)
                    .export_type(format)
                    .filter(for_export(users.export_filter()))
                    .order_by("CreateTime")
                    .page_number(1)
                    .page_size(1000)
                    .report_all_pages(true);
                client.export_target_users(&body).await
            }
        }
    }

    fn action(&self) -> &'static str {
        match self.content {
            Content::Users(_) => "exporting the users",
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
