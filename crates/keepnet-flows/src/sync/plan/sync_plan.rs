//! What a synchronization would do, before anything is written.

use std::collections::HashSet;
use std::fmt;
use std::time::SystemTime;

use keepnet_staff_list::{Field, Mapping, RowProblem, Warning};

use super::items::{FieldCounts, Joiner, Kept, Leaver, Mover};
use super::possible_refusals::PossibleRefusal;
use super::refusal::SyncRefusal;
use super::remainder::Remainder;
use super::renames::PossibleRename;
use crate::companies::LicenseUse;
use crate::import::TicketFile;
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::options::SyncOptions;
use crate::sync::report::{FieldSummary, RefusedPlan, SyncCounts, SyncOutcome, SyncReport};
use crate::sync::ticket::SyncStore;
use crate::users::DomainCounts;
use crate::users::RowProperties;
use crate::{Company, Result};

/// What a synchronization would do; nothing is written yet.
///
/// [`apply`](SyncPlan::apply) it to do it. Dropping it writes nothing. Its `Display` is one line of
/// counts; [`rows`](SyncPlan::rows) shows it person by person. Its `Debug` shows nobody.
#[must_use = "nothing is written until the plan is applied"]
pub struct SyncPlan {
    pub(crate) company: Company,
    pub(crate) options: SyncOptions,
    pub(crate) list: StaffList,
    pub(crate) file: TicketFile,
    pub(crate) joiners: Vec<Joiner>,
    pub(crate) movers: Vec<Mover>,
    pub(crate) leavers: Vec<Leaver>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) stay: u64,
    pub(crate) inactive: u64,
    pub(crate) people: u64,
    pub(crate) fields: Vec<FieldCounts>,
    pub(crate) problems: Vec<RowProblem>,
    pub(crate) refusals: Vec<SyncRefusal>,
    pub(crate) renames: Vec<PossibleRename>,
    pub(crate) possible_refusals: Vec<PossibleRefusal>,
    pub(crate) license: Option<LicenseUse>,
    /// Whether people take seats, and the service does not say how many there are.
    pub(crate) license_unknown: bool,
    /// The ids of people who are deleted, or inactive and not on the list.
    pub(crate) gone: HashSet<Box<str>>,
    /// The properties that rows of the listing have.
    pub(crate) shown: RowProperties,
    /// What was done before, if this is the rest of a saved plan.
    pub(crate) remainder: Remainder,
    /// Where a ticket is kept.
    pub(crate) tickets: Option<SyncStore>,
    /// When the people were listed, by the clock of the client.
    pub(crate) made: SystemTime,
}

impl SyncPlan {
    /// The domains of everybody on the list.
    pub(crate) fn listed_domains(&self) -> DomainCounts {
        let mut counts = DomainCounts::default();
        let rows = 0..self.list.rows.len();
        rows.for_each(|row| counts.add(self.list.email(row as RowIndex)));
        counts
    }

    /// The customer.
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        self.list.file_name()
    }

    /// The SHA-256 of the file, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.file.sha256
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        self.list.validation.mapping()
    }

    /// What the synchronization may do.
    pub fn options(&self) -> &SyncOptions {
        &self.options
    }

    /// How many people join, change, leave and stay.
    pub fn counts(&self) -> SyncCounts {
        let total = self.list.validation.counts().total;
        let (invalid, duplicate) = self.list.rejected();
        SyncCounts {
            total,
            valid: total.saturating_sub(invalid + duplicate),
            invalid,
            duplicate,
            present: self.people,
            join: self.joiners.len() as u64,
            change: self.movers.len() as u64,
            leave: self.leavers.len() as u64,
            stay: self.stay,
            kept: self.kept.len() as u64,
            returning: {
                let joiners = self.joiners.iter().filter(|it| it.returns);
                (joiners.count() + self.movers.iter().filter(|it| it.returns).count()) as u64
            },
            inactive: self.inactive,
            leave_first: self.leave_first(),
            may_be_refused: {
                let same = |one: &PossibleRefusal, other: &PossibleRefusal| one.id == other.id;
                self.possible_refusals.chunk_by(same).count() as u64
            },
        }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.counts().to_write() == 0
    }

    /// Why the plan is not applied before somebody says yes, the most important reason first; empty if
    /// it can be applied.
    pub fn refusals(&self) -> &[SyncRefusal] {
        &self.refusals
    }

    /// Makes an error of the first refusal.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) with the [`SyncRefusal`] as its source.
    pub fn ensure_allowed(&self) -> Result<()> {
        match self.refusals.first() {
            None => Ok(()),
            Some(refusal) => Err(self
                .company
                .context(format!("synchronizing {}", self.file()))(
                refusal.clone().into_error(),
            )),
        }
    }

    /// People who would leave or get another name, and rows with another e-mail address that may be theirs.
    pub fn possible_renames(&self) -> &[PossibleRename] {
        &self.renames
    }

    /// People who are written by one request, with a value that the service may refuse in it. They are
    /// tried. Only values that the rows of the listing show are in it.
    pub fn possible_refusals(&self) -> &[PossibleRefusal] {
        &self.possible_refusals
    }

    /// What is wrong with the rows that are rejected, in the order of the rows. At most
    /// [`Validation::KEPT_PROBLEMS`](crate::Validation::KEPT_PROBLEMS) are kept. The person of a rejected
    /// row is left as they are.
    pub fn rejected(&self) -> &[RowProblem] {
        &self.problems
    }

    /// What a person should look at in the file before the plan is applied.
    pub fn warnings(&self) -> &[Warning] {
        self.list.validation.warnings()
    }

    /// How many warnings there are, including those that are not kept.
    pub fn warning_count(&self) -> u64 {
        self.list.validation.warning_count()
    }

    /// The seats of the licence, now and afterwards; `None` where nobody joins, or they cannot be read.
    pub fn license(&self) -> Option<&LicenseUse> {
        self.license.as_ref()
    }

    /// Whether people take seats of the licence, and the service does not say how many there are: the
    /// plan is then not refused for lack of seats.
    pub fn is_license_unknown(&self) -> bool {
        self.license_unknown
    }

    /// The plan as data, without people.
    pub fn report(&self) -> SyncReport {
        let fields = self.list.rows.fields().iter().zip(&self.fields);
        let compared = fields.filter(|(field, _)| **field != Field::Email);
        SyncReport {
            company: self.company.reference().clone(),
            file: self.file().to_owned(),
            outcome: match self.refusals.is_empty() {
                true => SyncOutcome::Planned,
                false => SyncOutcome::Refused,
            },
            leavers: self.options.leavers,
            people: self.counts(),
            joined: 0,
            changed: 0,
            left: 0,
            failed: 0,
            skipped: self.remainder.skipped,
            failures: Vec::new(),
            refusals: self.refusals.iter().map(RefusedPlan::from).collect(),
            fields: compared
                .map(|(field, counts)| FieldSummary {
                    field: field.clone(),
                    present: counts.present,
                    replaced: counts.replaced,
                    filled: counts.filled,
                    cleared: counts.cleared,
                })
                .collect(),
            possible_renames: self.renames.clone(),
            possible_refusals: self.possible_refusals.clone(),
            rejected: self.problems.clone(),
            warnings: self.warnings().iter().map(Warning::without_file).collect(),
            license: self.license,
            license_unknown: self.license_unknown,
            import: None,
        }
    }
}

impl From<&SyncRefusal> for RefusedPlan {
    fn from(refusal: &SyncRefusal) -> RefusedPlan {
        RefusedPlan {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
        }
    }
}

/// Such as `hr.csv for Acme LLC (…): 12 join, 30 change, 3 leave, 1955 stay; nothing is written yet`.
impl fmt::Display for SyncPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, company, counts) = (self.file(), &self.company, self.counts());
        write!(f, "{file} for {company}: {counts}")?;
        if self.license_unknown {
            f.write_str("; the licence could not be read")?;
        }
        f.write_str(match self.refusals.is_empty() {
            true => "; nothing is written yet",
            false => "; refused, nothing is written",
        })
    }
}

impl fmt::Debug for SyncPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncPlan")
            .field("company", &self.company)
            .field("file", &self.file())
            .field("counts", &self.counts())
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}
