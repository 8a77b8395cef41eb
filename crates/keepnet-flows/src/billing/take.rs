//! Reading the usage of all customers, whole or not at all.

use jiff::Timestamp;

use super::snapshot::{BillingLine, BillingSnapshot};
use crate::companies::parse_month;
use crate::paging::ListDoubt;
use crate::{Error, ErrorKind, Reseller, Result};

const READING: &str = "reading the usage";

impl Reseller {
    /// Reads the usage of all customers: a month such as `2026-11`, or the current one in UTC.
    ///
    /// The snapshot is whole: the service counts as many customers before and after all of the reading as
    /// were listed, and each is there once. The monthly figure is read in a
    /// [second listing](crate::Companies::usage_month), whose missing customers have none, because it is not
    /// known whether the month also hides customers.
    ///
    /// Costs the pages of two listings, one request more for each that has several pages, a request per
    /// customer for the modules of its licence, and three more. No price is part of it.
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
        let month = parse_month(month, now)?;
        let read_at = Timestamp::try_from(now).unwrap_or_default();
        let before = self.count_companies().await?;
        let list = self.companies().usage_month(&month).with_modules();
        let list = list.fetch().await?;
        let after = self.count_companies().await?;
        let rows = list.rows;
        let incomplete = |problem: String| {
            Err(Error::new(ErrorKind::Conflict, problem).with_hint("run it again"))
        };
        if rows != before || before != after {
            return incomplete(format!(
                "the usage is incomplete: {rows} customers came, and the service counted {before} before \
                 and {after} after"
            ));
        }
        // One customer more and one less leave the counts as they were.
        match list.doubt {
            None => {}
            Some(ListDoubt::Changed) => {
                let problem =
                    "the usage is incomplete: customers were added or removed while it was read";
                return incomplete(problem.to_owned());
            }
            Some(doubt) => return incomplete(format!("the usage may be incomplete: {doubt}")),
        }
        let mut lines: Vec<_> = list.companies.into_iter().map(BillingLine::of).collect();
        lines.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(BillingSnapshot::new(month, lines, read_at.to_string()))
    }
}
