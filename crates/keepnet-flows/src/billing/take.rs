//! Reading the usage of all customers, whole or not at all.

use std::collections::HashMap;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;

use super::month;
use super::snapshot::{BillingLine, BillingSnapshot};
use crate::{Error, ErrorKind, Reseller, Result};

const READING: &str = "reading the usage";
/// As many as the reads that a client has in flight.
const AT_A_TIME: usize = 8;

impl Reseller {
    /// Reads the usage of all customers: a month such as `2026-11`, or the current one in UTC.
    ///
    /// The snapshot is whole: the service counts as many customers before and after all of the reading as
    /// were listed, and each is there once. The monthly figure is read in a second listing, whose missing customers have
    /// none, because it is not known whether the month also hides customers.
    ///
    /// Costs the pages of two listings, a request per customer for the modules of its licence, and three
    /// more. No price is part of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] and [`ErrorKind::Conflict`] if the list is not whole;
    /// [`ErrorKind::Invalid`] for a month without a figure; or why a call failed.
    pub async fn billing_snapshot(&self, month: Option<&str>) -> Result<BillingSnapshot> {
        let snapshot = self.read_usage(month).await;
        snapshot.map_err(|error| error.with_action(READING))
    }

    async fn read_usage(&self, month: Option<&str>) -> Result<BillingSnapshot> {
        let now = self.raw().clock().now();
        let month = month::parse(month, now)?;
        let read_at = Timestamp::try_from(now).unwrap_or_default();
        let before = self.count_companies().await?;
        let list = self.companies().fetch().await?;
        let rows = list.rows;
        let of_month = self.companies().month(month.clone()).fetch().await?;
        let of_month = of_month.companies.into_iter();
        let mut figures: HashMap<String, Option<u64>> = of_month
            .map(|company| (company.id, company.monthly_user_count))
            .collect();
        let lines = list.companies.into_iter().map(|company| {
            let figure = figures.remove(&company.id).flatten();
            BillingLine::of(company, figure)
        });
        let lines: Vec<BillingLine> = lines.collect();
        // One customer more and one less leave the counts as they were.
        let is_same = figures.is_empty() && !list.changed_while_listing;
        let names = self.module_names().await?;
        let lines = stream::iter(lines).map(|mut line| {
            let names = &names;
            async move {
                line.modules = self.modules_of(&line.id, names).await?;
                Ok::<_, Error>(line)
            }
        });
        let mut lines: Vec<BillingLine> = lines.buffer_unordered(AT_A_TIME).try_collect().await?;
        lines.sort_by(|a, b| a.id.cmp(&b.id));
        let after = self.count_companies().await?;
        if rows != before || before != after || !is_same {
            let problem = format!(
                "the usage is incomplete: {rows} customers came, and the service counted {before} before \
                 and {after} after"
            );
            return Err(Error::new(ErrorKind::Conflict, problem).with_hint("run it again"));
        }
        Ok(BillingSnapshot::new(month, lines, read_at.to_string()))
    }

    /// The names of the modules, by id.
    async fn module_names(&self) -> Result<HashMap<String, String>> {
        let licenses = self.raw().reseller_wide().list_licenses().await?;
        let modules = licenses.all_license_modules.into_iter().flatten();
        Ok(modules
            .filter_map(|module| Some((module.resource_id?, module.name?)))
            .collect())
    }

    /// The modules of a customer's licence; `None` if the company cannot be read.
    async fn modules_of(
        &self,
        id: &str,
        names: &HashMap<String, String>,
    ) -> Result<Option<Vec<String>>> {
        let company = match self.raw().reseller_wide().get_company(id).await {
            Ok(company) => company,
            Err(error) if matches!(error.status(), Some(400 | 403 | 404)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let modules = company.license_modules.map(|ids| {
            let named = ids.into_iter();
            let mut named: Vec<String> = named
                .map(|id| names.get(&id).cloned().unwrap_or(id))
                .collect();
            named.sort_unstable();
            named
        });
        Ok(modules)
    }
}
