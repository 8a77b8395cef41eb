//! The state of a sandbox: companies, users, credentials, imports, and what was recorded.

mod access;
mod company;
mod company_group;
mod import_job;
mod license;
mod made_up;
mod mapping;
mod people;
mod recorded_request;
mod request_content;
mod sandbox_state;
mod seeding;
mod transaction;
mod user;

pub(crate) use access::{Caller, Client, SystemUser, Token};
pub(crate) use company::{Company, CompanyIndex, CustomField, Group};
pub(crate) use company_group::CompanyGroup;
pub(crate) use import_job::{ImportJob, JobStatus, RowFailure};
pub(crate) use mapping::{ImportField, MappedColumns, Mapping, RowCounts, RowProblem, RowStatus};
pub(crate) use people::UserIndex;
pub use recorded_request::RecordedRequest;
pub use request_content::RequestContent;
pub(crate) use sandbox_state::State;
pub(crate) use transaction::{Stage, Transaction, UploadedFile};
pub(crate) use user::{Directory, Manager, Priority, User, UserText};
