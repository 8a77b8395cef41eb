//! Files that the service writes: the users of a company, and the template of a staff list.

use std::fmt;
use std::path::Path;

use keepnet_client::Download;
use keepnet_client::types::{ExportRequest, ExportType, Filter, TargetGroupUsersExportRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWrite;

use super::completeness::completeness_check;
use super::file_format::FileFormat;
use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::search::for_export;
use crate::users::list::{Status, Users};
use keepnet_client::CompanyRef;

/// A file to be had from the service, made by [`Users::export`](crate::Users::export) and
/// [`Company::template`].
///
/// Nothing is sent before it is saved or written; dropping that ends the transfer. What comes is
/// checked to be a whole file of the format that was asked for: the service also answers with a
/// message where the file should be.
#[derive(Clone)]
#[must_use = "nothing is asked for unless it is saved or written"]
pub struct Export {
    company: Company,
    content: Content,
    format: FileFormat,
}

#[derive(Clone)]
enum Content {
    Users(Box<Filter>),
    /// The members of the group with this id.
    Members(String, Box<Filter>),
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
        let conditions = match self.status {
            Status::NotDeleted => self.conditions(None, Some(false)),
            Status::Active => self.conditions(Some("1"), Some(false)),
            Status::Inactive => self.conditions(Some("0"), Some(false)),
            Status::Deleted => self.conditions(None, Some(true)),
            // Where nothing is said of deletion, the service finds the deleted as well.
            Status::Any => self.conditions(None, None),
        };
        Export::users(self.company, self.group, conditions.filter(), format)
    }
}

impl Company {
    /// The service's template of a staff list, with the headers that it knows. Nothing is sent before
    /// it is saved or written.
    pub fn template(&self, format: FileFormat) -> Export {
        Export::template(self.clone(), format)
    }
}

impl Export {
    fn users(
        company: Company,
        group: Option<String>,
        filter: Filter,
        format: FileFormat,
    ) -> Export {
        let filter = Box::new(filter);
        Export {
            company,
            content: match group {
                Some(group) => Content::Members(group, filter),
                None => Content::Users(filter),
            },
            format,
        }
    }

    fn template(company: Company, format: FileFormat) -> Export {
        Export {
            company,
            content: Content::Template,
            format,
        }
    }

    /// A name for the file, of the company and the format: `acme-llc-users.csv`.
    pub fn file_name(&self) -> String {
        let what = match self.content {
            Content::Users(_) | Content::Members(..) => "users",
            Content::Template => "template",
        };
        let company = plain(self.company.name());
        let company = match company.is_empty() {
            true => self.company.id(),
            false => &company,
        };
        format!("{company}-{what}.{}", self.format.extension())
    }

    /// Saves the file under a temporary name beside `path`, and renames it when it is whole. A file
    /// that is there is replaced, by a whole one or not at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where it cannot be written; [`ErrorKind::Rejected`] and
    /// [`ErrorKind::Protocol`] where something else came than a whole file of this format.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<SavedFile> {
        let path = path.as_ref();
        let saved = self.open().await?.save(path).await;
        Ok(SavedFile {
            company: self.company.reference().clone(),
            file: path.display().to_string(),
            format: self.format,
            bytes: saved.map_err(|error| self.company.failed(self.doing(), error))?,
        })
    }

    /// Writes the file, as it comes, and flushes the writer. Returns the number of bytes.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Export::save); the writer may then have a part of the file.
    pub async fn write_to(self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64> {
        let written = self.open().await?.write_to(writer).await;
        written.map_err(|error| self.company.failed(self.doing(), error))
    }

    async fn open(&self) -> Result<Download> {
        let client = self.company.raw();
        let body = self.request();
        let opened = match &self.content {
            Content::Members(group, filter) => {
                let body = self.request_of_members(filter);
                let call = client.export_target_group_users(group, &body);
                call.await
            }
            Content::Users(_) => client.export_target_users(&body).await,
            Content::Template => client.download_target_user_example_file(&body).await,
        };
        let file = opened.map_err(|error| self.company.failed(self.doing(), error))?;
        match self.format.is_begun_by(file.head()) {
            true => Ok(file.completeness(completeness_check(self.format))),
            false => {
                let problem = format!("the service sent something else than {}", self.format);
                Err(self
                    .company
                    .error(ErrorKind::Protocol, self.doing(), problem))
            }
        }
    }

    fn request(&self) -> ExportRequest {
        let users = match &self.content {
            Content::Users(filter) => Some(for_export(Filter::clone(filter))),
            Content::Members(..) | Content::Template => None,
        };
        let of_users = users.is_some();
        ExportRequest {
            activity_type: None,
            ascending: of_users.then_some(true),
            export_type: Some(ExportType(self.format.wire_name().to_owned())),
            filter: users,
            order_by: of_users.then(|| "CreateTime".to_owned()),
            page_number: of_users.then_some(1),
            page_size: of_users.then_some(1000),
            phishing_type_id: None,
            report_all_pages: of_users.then_some(true),
            tempalate_type: None,
            template_types: None,
        }
    }

    fn request_of_members(&self, filter: &Filter) -> TargetGroupUsersExportRequest {
        TargetGroupUsersExportRequest {
            ascending: Some(true),
            exclude_group_users: Some(false),
            export_type: Some(ExportType(self.format.wire_name().to_owned())),
            filter: Some(filter.clone()),
            order_by: Some("CreateTime".to_owned()),
            page_number: Some(1),
            page_size: Some(1000),
            report_all_pages: Some(true),
        }
    }

    fn doing(&self) -> &'static str {
        match self.content {
            Content::Users(_) | Content::Members(..) => "exporting the users",
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

/// Letters and digits in lower case, with one dash for whatever is between them.
fn plain(name: &str) -> String {
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
    fn a_file_is_named_after_its_company() {
        let check = |name: &str, expected: &str| assert_eq!(plain(name), expected);
        check("Acme LLC", "acme-llc");
        check("Müller & Söhne", "müller-söhne");
        check("../../etc", "etc");
        check("...", "");
    }
}
