//! The use cases of a Keepnet reseller: customers, imports, users, groups and jobs.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! # let sandbox = keepnet_sandbox::Sandbox::builder().start().await?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("people.csv");
//! # std::fs::write(&file, "First name,Mail,Team\nNia,nia@acme.example,IT\nNo Mail,,IT\n")?;
//! use keepnet_flows::{ClientConfig, Credentials, Field, Reseller, Sheet, TryStreamExt};
//!
//! let config = ClientConfig::new(Credentials::new("client id", "client secret"));
//! # let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret")).base_url(sandbox.url());
//! let reseller = Reseller::connect(config).await?;
//! let acme = reseller.company("Acme LLC").await?; // by name or id
//!
//! let mut import = acme
//!     .import_users(Sheet::open(&file)?) // .xlsx, .xls, .ods or CSV
//!     .column("Team", Field::Department) // the other headers match automatically
//!     .group("New starters")
//!     .create_groups()
//!     .start();
//! while let Some(progress) = import.try_next().await? {
//!     eprintln!("{progress}"); // mapping 1200/5000
//! }
//! let preview = import.await?; // nothing is written yet
//! for problem in preview.rejected() {
//!     eprintln!("{problem}"); // people.csv, row 3, column B "Mail": no e-mail address
//! }
//! let receipt = preview.confirm().await?;
//! println!("{receipt}"); // people.csv for Acme LLC (…): 1 imported, 1 rejected
//! # assert_eq!((receipt.imported, receipt.rejected.len()), (1, 1));
//!
//! let mut users = acme.users().active().stream();
//! while let Some(user) = users.try_next().await? {
//!     println!("{}", user.email);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! Every call for a single company is a method of [`Company`], so that no call can reach the wrong
//! customer. Operations without a use case are called through the generated client,
//! [`Company::raw`]. All waiting uses the clock of the [`ClientConfig`].
//!
//! # Types by topic
//!
//! | topic | types |
//! | --- | --- |
//! | sign in, choose a customer | [`Reseller`], [`Credentials`], [`ClientConfig`], [`Account`], [`Companies`], [`CompanyList`], [`CompanySummary`], [`UserLimit`], [`CompanySort`], [`CompanyTotals`], [`Company`], [`CompanyRef`] |
//! | import a staff list | [`ImportUsers`], [`Import`], [`Progress`], [`Stage`], [`Preview`], [`LicenseUse`], [`ImportMode`], [`ConfirmedImport`], [`Receipt`], [`Reconciliation`], [`ImportReport`], [`ImportOutcome`], [`ReportFiles`] |
//! | compare the domains of a list | [`DomainComparison`], [`DomainBasis`], [`DomainRows`], [`UnknownDomains`] |
//! | compare before an import | [`Changes`], [`ImportChanges`], [`ChangedUser`], [`ChangedField`] |
//! | make a company what a list says | [`SyncUsers`], [`SyncPlan`], [`SyncRow`], [`SyncAction`], [`Leavers`], [`Share`], [`SyncRefusal`], [`PossibleRefusal`], [`PossibleRename`], [`ApplyPlan`], [`SyncReceipt`], [`SyncStop`], [`SyncReport`], [`SyncCounts`], [`SavedPlan`], [`SyncTicket`], [`ResumeSync`], [`CompletedSync`] |
//! | resume an import | [`TicketStore`], [`StoredTicket`], [`TicketFolder`], [`TicketMemory`], [`Ticket`], [`ReadableTickets`], [`UnreadableTicket`], [`UnfinishedWork`], [`ResumeImport`], [`Resume`], [`Resumed`] |
//! | add single users | [`NewUser`], [`AddUser`], [`AddUsers`], [`AddedUser`], [`AddOutcome`], [`AddReport`], [`AddReportFiles`] |
//! | change single users | [`UpdateUser`], [`EditUsers`], [`UserEdit`], [`UpdateDoubt`], [`EditPlan`], [`EditReport`], [`EditedUser`], [`EditOutcome`], [`EditRefusal`] |
//! | list, count and export users | [`Users`], [`User`], [`UserStatus`], [`Items`], [`Pages`], [`UserCounts`], [`Export`], [`FileFormat`], [`SavedFile`], [`WrittenFile`] |
//! | groups and jobs | [`Group`], [`Priority`], [`PriorityText`], [`Job`], [`JobDetail`], [`JobStatus`] |
//! | staff lists, without a network | [`Sheet`], [`Mapper`], [`Mapping`], [`Field`], [`Validation`], [`RowProblem`], [`Warning`], [`AllowedValues`], [`CustomField`], [`Upload`] |
//! | many customers | [`CompanySelection`], [`SelectedCompanies`], [`EachCompany`], [`CompanyEvent`], [`CheckCompanies`], [`CompanyFindings`], [`CompanyFinding`], [`FindingKind`], [`RecordedSyncs`], [`FleetFile`], [`FleetEntry`], [`Fleet`], [`FleetPlan`], [`FleetEvent`], [`FleetLedger`], [`FleetOutcome`], [`FleetState`], [`ListWarnings`], [`ChangedList`], [`BillingSnapshot`], [`BillingLine`], [`BillingDifference`], [`BillingChange`] |
//! | errors | [`Error`], [`ErrorKind`], [`SheetError`] |
//!
//! # Without a network
//!
//! A staff list is checked without a network and without credentials:
//!
//! ```no_run
//! use keepnet_flows::{Mapper, Sheet};
//!
//! # fn main() -> Result<(), keepnet_flows::SheetError> {
//! let sheet = Sheet::open("people.xlsx")?;
//! let mapping = Mapper::new().map(&sheet)?;
//! let validation = sheet.validate(&mapping)?;
//! for problem in validation.problems() {
//!     eprintln!("{problem}");
//! }
//! let upload = validation.prepare_upload(&sheet)?;
//! println!("{} people in {}", upload.rows(), upload.file_name());
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! fleet
//! sync
//! import
//! users  allowed_values  billing
//! companies  groups  jobs  custom_fields
//! row_problems  list_files
//! company  reseller  paging  lenient_json  polling  search  priority_text
//! import_words  edit_refusal  names
//! same_text
//! error
//! ```
#![forbid(unsafe_code)]

mod allowed_values;
mod billing;
mod companies;
mod company;
mod custom_fields;
mod edit_refusal;
mod error;
mod fleet;
mod groups;
pub mod import;
mod import_words;
mod jobs;
mod lenient_json;
mod list_files;
mod names;
mod paging;
mod polling;
mod priority_text;
mod reseller;
mod row_problems;
mod same_text;
mod search;
pub mod sync;
pub mod users;

pub use billing::{BillingChange, BillingDifference, BillingLine, BillingSnapshot};
/// A part of a file, as [`Export::stream`] returns it.
pub use bytes::Bytes;
pub use companies::{
    CheckCompanies, Companies, CompanyEvent, CompanyFinding, CompanyFindings, CompanyList,
    CompanySelection, CompanySort, CompanySummary, CompanyTotals, EachCompany, FindingKind,
    LicenseUse, RecordedSyncs, SelectedCompanies, UserLimit,
};
pub use company::Company;
pub use edit_refusal::EditRefusal;
#[doc(inline)]
pub use error::{Error, ErrorKind, Result};
pub use fleet::{
    ChangedList, Fleet, FleetEntry, FleetEvent, FleetFile, FleetLedger, FleetOutcome, FleetPlan,
    FleetState, ListWarnings,
};
pub use futures::{Stream, TryStreamExt};
pub use groups::Group;
pub use import::{
    ChangedField, ChangedUser, Changes, CompletedSync, ConfirmedImport, FieldChanges, Import,
    ImportChanges, ImportCounts, ImportMode, ImportOutcome, ImportReport, ImportUsers,
    LongRunningOperation, Preview, Progress, ReadableTickets, Receipt, Reconciliation, ReportFiles,
    Resume, ResumeImport, Resumed, Stage, StoredTicket, Ticket, TicketFolder, TicketLock,
    TicketMemory, TicketStore, UnfinishedWork, UnreadableTicket,
};
/// A date without a zone, as the service shows dates.
pub use jiff::civil::Date;
/// A date and a time of day without a zone, as the service shows times.
pub use jiff::civil::DateTime;
pub use jobs::{Job, JobDetail, JobProcess, JobRowProblem, JobStatus};
/// The raw client, with the types of [`Company::raw`] and [`Reseller::raw`].
pub use keepnet_client as client;
#[doc(inline)]
pub use keepnet_client::{ClientConfig, CompanyRef, Credentials, Timestamp};
/// Staff lists, without a network and without credentials.
pub use keepnet_staff_list as staff_list;
#[doc(inline)]
pub use keepnet_staff_list::{
    AllowedValues, CustomField, DataType, Field, Limits, Mapper, Mapping, Priority, ProblemKind,
    RowProblem, Sheet, SheetError, UnknownPriority, Upload, Validation, ValidationReport, Warning,
    WarningKind, escape_formula,
};
pub use paging::{Items, ListDoubt, Pages};
pub use priority_text::PriorityText;
pub use reseller::{Account, Reseller};
pub use sync::{
    ApplyPlan, ApplySavedPlan, KeptReason, Leavers, MakePlan, PossibleRefusal, PossibleRename,
    RefusedPlan, ResumeSync, SavedPlan, Share, SyncAction, SyncCounts, SyncOptions, SyncOutcome,
    SyncPlan, SyncReceipt, SyncRefusal, SyncReport, SyncReportFiles, SyncRow, SyncStep, SyncStop,
    SyncTicket, SyncUsers, SyncedUser,
};
pub use users::add::{
    AddCounts, AddOutcome, AddReport, AddReportFiles, AddUser, AddUsers, AddedUser, NewUser,
};
pub use users::{
    DomainBasis, DomainComparison, DomainRows, EditCounts, EditOutcome, EditPlan, EditReport,
    EditUsers, EditedUser, Export, FileFormat, SavedFile, UnknownDomains, UpdateDoubt, UpdateUser,
    User, UserCounts, UserEdit, UserStatus, Users, WrittenFile,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
