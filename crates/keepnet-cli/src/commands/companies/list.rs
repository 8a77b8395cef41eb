//! `companies list`: the customers of the reseller.

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use keepnet_flows::{Companies, CompanyList, CompanySort, CompanySummary, CompanyTotals, Reseller};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::listing::{PartOptions, doubt_line, say_part};
use crate::commands::many::{ManyCustomers, select};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::{counted, filled};
use crate::ui::{self, Column, Format, Record, plain_text, print_message};

/// The service looks for --search and --group. The other conditions are applied here, to the complete
/// list. --module and --without-module cost a request for each customer that fulfils the others.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: CompanyFilter,
    #[command(flatten)]
    part: PartOptions,
    /// Sort by this; customers without the value come last [default: by creation]
    #[arg(long, value_enum)]
    sort: Option<SortKey>,
    /// Sort in descending order [default: ascending]
    #[arg(long, requires = "sort")]
    descending: bool,
    #[command(flatten)]
    customers: ManyCustomers,
}

#[derive(Debug, Args)]
struct CompanyFilter {
    /// Only customers whose name contains this text
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    search: Option<String>,
    /// Only customers with more users than their licence covers
    #[arg(long)]
    over_limit: bool,
    /// Only customers whose licence has ended
    #[arg(long)]
    expired: bool,
    /// Only customers whose licence ends within this many days, such as 30d
    #[arg(long, value_name = "DAYS", value_parser = parse_days)]
    expires_within: Option<u32>,
    /// Only customers that were created on this date or later, such as 2026-03-25, or within so many
    /// days, such as 30d
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    created_after: Option<Date>,
    /// Only customers in this company group
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    group: Option<String>,
    /// Only customers with this tag
    #[arg(long, value_name = "TAG", value_parser = filled)]
    tag: Option<String>,
    /// Only customers with this type of licence
    #[arg(long, value_name = "TYPE", value_parser = filled)]
    licence: Option<String>,
    /// Only customers whose licence has this module; can be repeated
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    module: Vec<String>,
    /// Only customers whose licence does not have this module; can be repeated
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    without_module: Vec<String>,
    /// Show the monthly users of this month, such as 2026-11; all other figures are those of now
    /// [default: the current month, as the service counts it]
    #[arg(long, value_name = "YYYY-MM", value_parser = filled)]
    month: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortKey {
    /// The name
    Name,
    /// The number of users
    Users,
    /// The number of users that the licence covers
    Limit,
    /// The share of the limit that is used
    Usage,
    /// The number of monthly users
    MonthlyUsers,
    /// The date on which the licence ends
    LicenceEnd,
    /// The time of creation
    Created,
}

impl CompanyFilter {
    fn companies_of(&self, reseller: &Reseller) -> Companies {
        let mut companies = reseller.companies();
        if let Some(text) = &self.search {
            companies = companies.search(text);
        }
        if self.over_limit {
            companies = companies.over_limit();
        }
        if self.expired {
            companies = companies.expired();
        }
        if let Some(days) = self.expires_within {
            companies = companies.expires_within(days);
        }
        if let Some(date) = self.created_after {
            companies = companies.created_after(date);
        }
        if let Some(group) = &self.group {
            companies = companies.group(group);
        }
        if let Some(tag) = &self.tag {
            companies = companies.tag(tag);
        }
        if let Some(license_type) = &self.licence {
            companies = companies.license(license_type);
        }
        for module in &self.module {
            companies = companies.module(module);
        }
        for module in &self.without_module {
            companies = companies.without_module(module);
        }
        if let Some(month) = &self.month {
            companies = companies.usage_month(month);
        }
        companies
    }
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let part = &arguments.part;
    part.columns::<CompanySummary>(global.output)?;
    let selection = arguments.customers.selection()?;
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let mut companies = arguments.filter.companies_of(&reseller);
    if let Some(selection) = selection {
        companies = companies.among(select(&reseller, &selection).await?.companies());
    }
    let mut list = companies.fetch().await.map_err(CliError::from_argument)?;
    if let Some(key) = arguments.sort {
        list.sort(key.into(), arguments.descending);
    }
    let items = part.part_of(&list.companies);
    let document = CompaniesDocument::of(&list, items);
    let is_known = list.undecided.is_empty() && list.doubt.is_none();
    match global.output {
        Format::Json => {
            ui::stdout(Format::Json).document(&document)?;
            if items.len() < list.companies.len() {
                say_part(items.len(), list.companies.len());
            }
        }
        format => {
            part.print_list(format, &list.companies, is_known)?;
        }
    }
    if list.companies.is_empty() && is_known && global.output == Format::Json {
        print_message(CompanySummary::NONE);
    }
    if global.output == Format::Table && !list.companies.is_empty() {
        print_message(&totals_line(&document.totals, &list));
    }
    if !list.undecided.is_empty() {
        let names = list.undecided.iter().map(|company| company.name.as_str());
        let names: Vec<_> = names.take(5).collect();
        print_message(&format!(
            "warning: the service does not say what the conditions need of {}, such as {}; \
             --output json lists them",
            counted(list.undecided.len() as u64, "customer", "customers"),
            names.join(", ")
        ));
    }
    if let Some(doubt) = list.doubt {
        print_message(&doubt_line(doubt, "customers"));
    }
    Ok(document.outcome.status())
}

/// Such as `2 of 300 listed customers: 110 users, 250 seats and 1 without a limit`.
fn totals_line(totals: &CompanyTotals, list: &CompanyList) -> String {
    let listed = list.listed;
    let monthly_users = match &list.month {
        Some(month) => format!("monthly users of {month}"),
        None => "monthly users".to_owned(),
    };
    let count = |count: Option<u64>, noun: &str| match count {
        Some(count) => format!("{count} {noun}"),
        None => format!("{noun} unknown"),
    };
    let figures = [
        count(totals.target_user_count, "users"),
        count(totals.user_limit, "seats"),
        format!("{} without a limit", totals.unlimited),
        count(totals.monthly_user_count, &monthly_users),
        count(totals.over_limit, "over the limit"),
        count(totals.expired, "expired"),
    ];
    let customers = match totals.companies == listed {
        true => counted(listed, "customer", "customers"),
        false => format!("{} of {listed} listed customers", totals.companies),
    };
    format!("{customers}: {}", figures.join(", "))
}

/// The customers with their sums, as `companies list --output json` prints them.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct CompaniesDocument<'a> {
    items: &'a [CompanySummary],
    /// The customers of whom the service does not say what a condition needs.
    undecided: &'a [CompanySummary],
    /// The sums over all customers that match, also those beyond the limit of the list.
    totals: CompanyTotals,
    /// The month of the monthly figures, such as `2026-11`; null for the current one as the service counts
    /// it.
    month: Option<&'a str>,
    #[schemars(with = "String")]
    outcome: Outcome,
    /// Always null: a higher limit lists more.
    next_page_token: Option<String>,
}

impl CompaniesDocument<'_> {
    fn of<'a>(list: &'a CompanyList, items: &'a [CompanySummary]) -> CompaniesDocument<'a> {
        CompaniesDocument {
            items,
            undecided: &list.undecided,
            totals: list.totals(),
            month: list.month.as_deref(),
            outcome: match list.undecided.is_empty() && list.doubt.is_none() {
                true => Outcome::of_list(items.len() == list.companies.len()),
                false => Outcome::Incomplete,
            },
            next_page_token: None,
        }
    }
}

impl Record for CompanySummary {
    const COLUMNS: &'static [Column] = &[
        Column::whole("id"),
        Column::name("name"),
        Column::whole("target_user_count"),
        Column::whole("user_limit"),
        Column::whole("license_end"),
        Column::name("reseller"),
        Column::name("industry"),
        Column::whole("license_type"),
        Column::whole("inactive_user_count"),
        Column::whole("deleted_user_count"),
        Column::whole("license_expired"),
        Column::whole("created"),
        Column::whole("is_limited"),
        Column::whole("monthly_user_count"),
        Column::text("tags"),
        Column::whole("open_to_reseller"),
        Column::text("modules"),
    ];
    const TABLE_COLUMNS: usize = 5;
    const NONE: &'static str = "no customers match";

    fn cells(&self) -> Vec<String> {
        let record = serde_json::to_value(self).unwrap_or_default();
        let columns = Self::COLUMNS.iter();
        columns
            .map(|column| match (column.name, self.modules.as_deref()) {
                // Without a word, it would look like a list that is not known.
                ("modules", Some([])) => "none".to_owned(),
                (name, _) => plain_text(&record[name]),
            })
            .collect()
    }
}

impl From<SortKey> for CompanySort {
    fn from(key: SortKey) -> CompanySort {
        match key {
            SortKey::Name => CompanySort::Name,
            SortKey::Users => CompanySort::Users,
            SortKey::Limit => CompanySort::Limit,
            SortKey::Usage => CompanySort::Usage,
            SortKey::MonthlyUsers => CompanySort::MonthlyUsers,
            SortKey::LicenceEnd => CompanySort::LicenseEnd,
            SortKey::Created => CompanySort::Created,
        }
    }
}

/// Parses a number of days, such as `30d` and `30`.
pub(super) fn parse_days(text: &str) -> Result<u32, &'static str> {
    let days = text.strip_suffix('d').unwrap_or(text).parse();
    days.map_err(|_| "write a number of days, such as 30d")
}

const NO_DATE: &str = "write a date such as 2026-03-25, or a number of days such as 30d";

fn parse_date(text: &str) -> Result<Date, &'static str> {
    if let Some(days) = text.strip_suffix('d') {
        let days: u32 = days.parse().map_err(|_| NO_DATE)?;
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        return Ok(today.saturating_sub(i64::from(days).days()));
    }
    match text.parse::<Date>() {
        Ok(date) if text.len() == "YYYY-MM-DD".len() => Ok(date),
        _ => Err(NO_DATE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_parsed_or_refused() {
        for (text, expected) in [
            ("30d", Some(30)),
            ("7", Some(7)),
            ("d", None),
            ("-1d", None),
        ] {
            assert_eq!(parse_days(text).ok(), expected, "{text}");
        }
        for (text, is_date) in [
            ("2026-03-25", true),
            ("2026-03-25T10:00", false),
            ("30d", true),
            ("-3d", false),
            ("99999999999d", false),
            ("x", false),
        ] {
            assert_eq!(parse_date(text).is_ok(), is_date, "{text}");
        }
    }

    #[test]
    fn unknown_sums_are_said_to_be_unknown() {
        let mut totals = CompanyTotals::default();
        totals.companies = 2;
        totals.target_user_count = Some(7);
        let line = |listed: u64, month: Option<&str>| {
            let mut list = CompanyList::default();
            list.listed = listed;
            list.month = month.map(str::to_owned);
            totals_line(&totals, &list)
        };
        assert_eq!(
            line(2, None),
            "2 customers: 7 users, seats unknown, 0 without a limit, monthly users unknown, over the limit \
             unknown, expired unknown"
        );
        let of_month = line(9, Some("2026-10"));
        assert!(of_month.starts_with("2 of 9 listed customers: "));
        assert!(
            of_month.contains("monthly users of 2026-10 unknown"),
            "{of_month}"
        );
    }
}
