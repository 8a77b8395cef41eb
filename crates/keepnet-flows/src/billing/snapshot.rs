//! A snapshot of the usage of all customers, and its files.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::companies::CompanySummary;
use crate::{Error, ErrorKind, Result, escape_formula};

/// The usage of all customers in a month, made by
/// [`Reseller::billing_snapshot`](crate::Reseller::billing_snapshot).
///
/// It has no prices. Two snapshots of the same state are the same byte for byte, therefore the time of
/// reading is beside the content: [`read_at`](BillingSnapshot::read_at) has it, and the files do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BillingSnapshot {
    /// The version of this format; see [`BillingSnapshot::VERSION`].
    #[serde(default)]
    pub version: u32,
    /// The month of the monthly figures, such as `2026-11`. All other figures are those of the time of
    /// reading, whatever the month is.
    pub month: String,
    /// What the vendor says about the figures.
    pub definitions: Vec<String>,
    /// The customers, in the order of their ids.
    pub companies: Vec<BillingLine>,
    /// When it was read, in RFC 3339; empty in a snapshot that was read from a file.
    #[serde(skip)]
    pub read_at: String,
}

/// The usage of a customer. What the service does not say is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BillingLine {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name of the reseller that manages it.
    pub reseller: Option<String>,
    /// The name of its licence type.
    pub license_type: Option<String>,
    /// The modules of its licence, by name. Null if the company cannot be read.
    pub modules: Option<Vec<String>>,
    /// Whether its licence has a limit.
    pub is_limited: Option<bool>,
    /// How many users its licence covers; null without a limit, and if it is not known.
    pub seats: Option<u64>,
    /// The users that the service compares with the licence.
    pub users: Option<u64>,
    /// How many users are inactive.
    pub inactive_users: Option<u64>,
    /// How many users are deleted.
    pub deleted_users: Option<u64>,
    /// The figure of the month, as the service counts it; null if it does not say one for this customer.
    pub monthly_users: Option<u64>,
    /// When the licence ends, in the words of the service.
    pub license_end: Option<String>,
    /// Whether the licence has ended.
    pub license_expired: Option<bool>,
}

impl BillingLine {
    pub(super) fn of(company: CompanySummary) -> BillingLine {
        BillingLine {
            id: company.id,
            name: company.name,
            reseller: company.reseller,
            license_type: company.license_type,
            modules: company.modules,
            is_limited: company.is_limited,
            seats: company.user_limit,
            users: company.target_user_count,
            inactive_users: company.inactive_user_count,
            deleted_users: company.deleted_user_count,
            monthly_users: company.monthly_user_count,
            license_end: company.license_end,
            license_expired: company.license_expired,
        }
    }

    /// Its cells, in the order of [`BillingSnapshot::COLUMNS`] after the month.
    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let count = |count: Option<u64>| count.map(|it| it.to_string()).unwrap_or_default();
        let flag = |flag: Option<bool>| flag.map(|it| it.to_string()).unwrap_or_default();
        vec![
            self.id.clone(),
            self.name.clone(),
            text(&self.reseller),
            text(&self.license_type),
            match &self.modules {
                None => String::new(),
                Some(modules) if modules.is_empty() => "none".to_owned(),
                Some(modules) => modules.join(", "),
            },
            flag(self.is_limited),
            count(self.seats),
            count(self.users),
            count(self.inactive_users),
            count(self.deleted_users),
            count(self.monthly_users),
            text(&self.license_end),
            flag(self.license_expired),
        ]
    }
}

impl BillingSnapshot {
    /// The version of the JSON format that this release writes, and the newest that it reads.
    pub const VERSION: u32 = 1;

    /// The columns of [`rows`](BillingSnapshot::rows).
    pub const COLUMNS: [&'static str; 14] = [
        "month",
        "id",
        "name",
        "reseller",
        "license_type",
        "modules",
        "is_limited",
        "seats",
        "users",
        "inactive_users",
        "deleted_users",
        "monthly_users",
        "license_end",
        "license_expired",
    ];

    pub(super) fn new(month: String, companies: Vec<BillingLine>, read_at: String) -> Self {
        let definitions = [
            "users: what the service compares with the licence; the vendor's pages say that these are \
             the active users",
            "monthly_users: passed through as the service counts it; the vendor describes it as the \
             users added in the month, as the unique users included in its bill, and as the users \
             active in it",
            "all figures except monthly_users are those of the time of reading, also for a past month",
        ];
        BillingSnapshot {
            version: Self::VERSION,
            month,
            definitions: definitions.map(str::to_owned).to_vec(),
            companies,
            read_at,
        }
    }

    /// The customers as rows of cells, for a table or a workbook. A cell is empty if the service does not
    /// say its value, and `none` for a licence without modules.
    pub fn rows(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        let lines = self.companies.iter();
        lines.map(|line| [vec![self.month.clone()], line.cells()].concat())
    }

    /// The snapshot as JSON text.
    ///
    /// # Errors
    ///
    /// Never, as all of its values can be written.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self).map_err(unwritable)?;
        text.push(b'\n');
        Ok(text)
    }

    /// The snapshot as CSV text in UTF-8, in which a cell that could be a formula is text.
    ///
    /// # Errors
    ///
    /// Never, as it is written to memory.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(Self::COLUMNS).map_err(unwritable)?;
        for row in self.rows() {
            let cells = row.iter().map(|cell| escape_formula(cell).into_owned());
            csv.write_record(cells).map_err(unwritable)?;
        }
        csv.into_inner()
            .map_err(|error| unwritable(error.into_error()))
    }

    /// Parses the JSON text of a snapshot.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if the text is not one, is of a newer version, or has a customer twice.
    pub fn from_json(text: &[u8]) -> Result<BillingSnapshot> {
        let snapshot: BillingSnapshot = serde_json::from_slice(text).map_err(|error| {
            let problem = "this is not the JSON file of a usage snapshot";
            Error::new(ErrorKind::Invalid, problem).with_source(error)
        })?;
        if snapshot.version > Self::VERSION {
            let problem = format!("this is a usage snapshot of version {}", snapshot.version);
            return Err(Error::new(ErrorKind::Invalid, problem).with_hint("use a newer release"));
        }
        let mut ids = HashSet::new();
        match snapshot.companies.iter().find(|it| !ids.insert(&it.id)) {
            None => Ok(snapshot),
            Some(line) => {
                let problem = format!("the usage snapshot has the customer {:?} twice", line.id);
                Err(Error::new(ErrorKind::Invalid, problem))
            }
        }
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Io, "the usage cannot be written").with_source(error)
}
