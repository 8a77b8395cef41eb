//! A complete list of customers, its order and its sums.

use std::cmp::Ordering;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::Basis;
use super::dates::DateOrder;
use super::summary::{CompanySummary, UserLimit};
use crate::paging::ListDoubt;

/// The customers that [`Companies::fetch`](crate::Companies::fetch) found.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CompanyList {
    /// The customers, each once.
    pub companies: Vec<CompanySummary>,
    /// The customers of whom the service does not say what a condition needs, such as an end date whose
    /// day and month cannot be told apart. They are not among the others.
    pub undecided: Vec<CompanySummary>,
    /// How many customers the service listed, before the conditions were applied.
    pub listed: u64,
    /// Why some customers may be missing; `None` if the service counts as many as it listed.
    pub doubt: Option<ListDoubt>,
    /// The month of the monthly figures, such as `2026-11`; `None` for the current one as the service
    /// counts it.
    pub month: Option<String>,
    pub(super) order: DateOrder,
    /// The day of the listing, in UTC.
    pub(super) today: Date,
    /// How many rows the service listed, each once: with the reseller's own company.
    pub(crate) rows: u64,
}

/// By what customers are sorted. Those without the value come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompanySort {
    /// The name, without regard to case.
    Name,
    /// The count that the licence limits, [`CompanySummary::target_user_count`].
    Users,
    /// The limit of the licence; no limit is more than any.
    Limit,
    /// How much of the limit is used.
    Usage,
    /// The monthly figure.
    MonthlyUsers,
    /// The end of the licence.
    LicenseEnd,
    /// The creation of the company.
    Created,
}

/// Sums over customers. A sum is null if the service does not say the figure of each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyTotals {
    /// How many customers.
    pub companies: u64,
    /// How many of them have no limit.
    pub unlimited: u64,
    /// How many have more users than their licence covers.
    pub over_limit: Option<u64>,
    /// The users beyond the licences of those.
    pub users_over_limit: Option<u64>,
    /// How many have a licence that has ended.
    pub expired: Option<u64>,
    /// The limits of the others.
    pub user_limit: Option<u64>,
    /// The users that the service compares with the licences.
    pub target_user_count: Option<u64>,
    /// The inactive users.
    pub inactive_user_count: Option<u64>,
    /// The deleted users.
    pub deleted_user_count: Option<u64>,
    /// The monthly figures. A person who is a user of two customers is in both.
    pub monthly_user_count: Option<u64>,
}

impl CompanyList {
    /// Sorts the customers; those with the same value keep their order.
    pub fn sort(&mut self, by: CompanySort, descending: bool) {
        let order = self.order;
        let date = |text: &Option<String>| Some(order.parse(text.as_deref()?)?.to_string());
        match by {
            CompanySort::Name => self.sort_by_value(descending, |it| Some(it.name.to_lowercase())),
            CompanySort::Users => self.sort_by_value(descending, |it| it.target_user_count),
            CompanySort::MonthlyUsers => self.sort_by_value(descending, |it| it.monthly_user_count),
            CompanySort::Limit => self.sort_by_value(descending, |it| match it.limit() {
                UserLimit::Users(limit) => Some(limit),
                UserLimit::Unlimited => Some(u64::MAX),
                UserLimit::Unknown => None,
            }),
            CompanySort::Usage => self.sort_by_value(descending, |it| match it.limit() {
                UserLimit::Users(limit) => {
                    // In millionths, so that the values have an order.
                    Some(it.target_user_count?.saturating_mul(1_000_000) / limit.max(1))
                }
                UserLimit::Unlimited => Some(0),
                UserLimit::Unknown => None,
            }),
            CompanySort::LicenseEnd => self.sort_by_value(descending, |it| date(&it.license_end)),
            CompanySort::Created => self.sort_by_value(descending, |it| date(&it.created)),
        }
    }

    fn sort_by_value<V: Ord>(
        &mut self,
        descending: bool,
        value: impl Fn(&CompanySummary) -> Option<V>,
    ) {
        self.companies.sort_by(|a, b| match (value(a), value(b)) {
            (Some(a), Some(b)) if descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
    }

    /// The sums over the customers.
    pub fn totals(&self) -> CompanyTotals {
        let all = || self.companies.iter();
        let is_unlimited = |it: &&CompanySummary| it.limit() == UserLimit::Unlimited;
        let limited = all().filter(|it| !is_unlimited(it));
        let basis = Basis {
            today: self.today,
            order: self.order,
            members: None,
        };
        let count = |holds: Option<bool>| holds.map(u64::from);
        CompanyTotals {
            over_limit: all().map(|it| count(it.is_over_limit())).sum(),
            users_over_limit: all().map(CompanySummary::users_over_limit).sum(),
            expired: all().map(|it| count(it.has_expired(&basis))).sum(),
            companies: all().count() as u64,
            unlimited: all().filter(is_unlimited).count() as u64,
            user_limit: limited.map(|it| it.user_limit).sum(),
            target_user_count: all().map(|it| it.target_user_count).sum(),
            inactive_user_count: all().map(|it| it.inactive_user_count).sum(),
            deleted_user_count: all().map(|it| it.deleted_user_count).sum(),
            monthly_user_count: all().map(|it| it.monthly_user_count).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(name: &str, limit: Option<u64>, users: Option<u64>, end: &str) -> CompanySummary {
        CompanySummary {
            name: name.to_owned(),
            is_limited: Some(limit.is_some()),
            user_limit: limit,
            target_user_count: users,
            license_end: Some(end.to_owned()),
            ..CompanySummary::default()
        }
    }

    #[test]
    fn customers_are_sorted_with_unknown_values_last() {
        let mut list = CompanyList {
            companies: vec![
                company("b", Some(10), Some(9), "05/12/2026"),
                company("A", None, Some(50), "24/01/2026"),
                company("c", Some(100), None, "soon"),
            ],
            order: DateOrder::DayFirst,
            ..CompanyList::default()
        };
        let mut check = |by: CompanySort, descending: bool, expected: [&str; 3]| {
            list.sort(by, descending);
            let names: Vec<_> = list.companies.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(names, expected, "{by:?} {descending}");
        };
        check(CompanySort::Name, false, ["A", "b", "c"]);
        check(CompanySort::Name, true, ["c", "b", "A"]);
        check(CompanySort::Users, true, ["A", "b", "c"]);
        check(CompanySort::Users, false, ["b", "A", "c"]);
        check(CompanySort::Limit, false, ["b", "c", "A"]);
        check(CompanySort::Usage, true, ["b", "A", "c"]);
        check(CompanySort::LicenseEnd, false, ["A", "b", "c"]);
        check(CompanySort::LicenseEnd, true, ["b", "A", "c"]);
    }

    #[test]
    fn sum_is_unknown_if_one_figure_is() {
        let mut list = CompanyList {
            companies: vec![
                company("a", Some(10), Some(9), ""),
                company("b", None, Some(50), ""),
            ],
            ..CompanyList::default()
        };
        let totals = list.totals();
        assert_eq!((totals.companies, totals.unlimited), (2, 1));
        assert_eq!(totals.user_limit, Some(10));
        assert_eq!(totals.target_user_count, Some(59));
        assert_eq!(totals.monthly_user_count, None);
        assert_eq!(
            (totals.over_limit, totals.users_over_limit),
            (Some(0), Some(0))
        );
        assert_eq!(totals.expired, None, "neither a flag nor a date");
        list.companies[0].target_user_count = Some(13);
        list.companies[0].license_expired = Some(true);
        list.companies[1].license_expired = Some(false);
        let totals = list.totals();
        assert_eq!(
            (totals.over_limit, totals.users_over_limit),
            (Some(1), Some(3))
        );
        assert_eq!(totals.expired, Some(1));
        list.companies.push(company("c", Some(1), None, ""));
        assert_eq!(list.totals().target_user_count, None);
    }
}
