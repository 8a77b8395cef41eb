//! Listing the customers of a reseller.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use futures::stream::{self, BoxStream, StreamExt as _};
use futures::{FutureExt as _, TryFutureExt as _};
use jiff::civil::Date;
use keepnet_client::CompanyRef;
use keepnet_client::types::{CompanySearchRequest, Filter};

use super::company_list::CompanyList;
use super::conditions::{Basis, CompanyConditions, all};
use super::dates::{DateOrder, today};
use super::modules::ModuleCondition;
use super::month::parse_month;
use super::summary::CompanySummary;
use crate::paging::{ListDoubt, ListOptions, Listing, Pages, convert_page, digest};
use crate::search::Conditions;
use crate::{Error, ErrorKind, Reseller, Result};

const LISTING: &str = "listing the companies";

impl Reseller {
    /// How many rows the service counts in the list of companies.
    pub(crate) async fn count_companies(&self) -> Result<u64> {
        let body = search_body(Conditions::default().filter(), 1, 1);
        let page = self.raw().reseller_wide().search_companies(&body).await?;
        page.total_number_of_records.ok_or_else(|| {
            let problem = "the service does not say how many companies there are";
            Error::new(ErrorKind::Protocol, problem)
        })
    }

    /// Lists the customers.
    pub fn companies(&self) -> Companies {
        Companies {
            reseller: self.clone(),
            text: None,
            group: None,
            among: None,
            month: None,
            modules: Vec::new(),
            with_modules: false,
            conditions: CompanyConditions::default(),
            options: ListOptions::default(),
        }
    }
}

/// Which customers to list, made by [`Reseller::companies`]. Conditions add up.
///
/// The service looks for the text of [`search`](Companies::search) and for the companies of a
/// [`group`](Companies::group). All other conditions are applied to the complete list, because it is not
/// known how the service compares dates, tags, limits and modules. [`CompanyList::undecided`] has the
/// customers of whom the service does not say enough.
///
/// A reseller below this one is a row as any other; the reseller's own company is left out. The rows are
/// not nested, so that no figure counts twice.
#[derive(Clone, Debug)]
#[must_use = "nothing is listed unless it is fetched or streamed"]
pub struct Companies {
    reseller: Reseller,
    text: Option<String>,
    group: Option<String>,
    /// The companies that were chosen before.
    among: Option<Vec<CompanyRef>>,
    /// The month of the monthly figure, such as `2026-11`.
    month: Option<String>,
    modules: Vec<ModuleCondition>,
    with_modules: bool,
    conditions: CompanyConditions,
    options: ListOptions,
}

impl Companies {
    /// Only companies with this text in their name, without regard to case.
    pub fn search(mut self, text: impl Into<String>) -> Companies {
        self.text = Some(text.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// Only companies with more users than their licence covers. A company without a limit is none.
    pub fn over_limit(mut self) -> Companies {
        self.conditions.over_limit = true;
        self
    }

    /// Only companies whose licence has ended, as the service says; or else whose end date is past.
    pub fn expired(mut self) -> Companies {
        self.conditions.expired = true;
        self
    }

    /// Only companies whose licence ends today or within this many days, by the date in UTC.
    pub fn expires_within(mut self, days: u32) -> Companies {
        self.conditions.expires_within = Some(days);
        self
    }

    /// Only companies that were created on this date or later, by the dates that the service shows.
    pub fn created_after(mut self, date: Date) -> Companies {
        self.conditions.created_after = Some(date);
        self
    }

    /// Only companies in the company group with this id, or else with this name without regard to case.
    pub fn group(mut self, name_or_id: impl Into<String>) -> Companies {
        self.group = Some(name_or_id.into());
        self
    }

    /// Only these companies, such as those of a
    /// [`SelectedCompanies`](crate::SelectedCompanies). One that is not listed any more is an error.
    pub fn among(mut self, companies: &[CompanyRef]) -> Companies {
        self.among = Some(companies.to_vec());
        self
    }

    /// Only companies with this tag, without regard to case.
    pub fn tag(mut self, tag: impl Into<String>) -> Companies {
        self.conditions.tag = Some(tag.into());
        self
    }

    /// Only companies with a licence of this type, without regard to case.
    pub fn license(mut self, license_type: impl Into<String>) -> Companies {
        self.conditions.license_type = Some(license_type.into());
        self
    }

    /// How many companies to fetch at a time: 1 to 99,999, default 250. Values outside are moved
    /// to the nearest bound.
    pub fn page_size(mut self, size: u32) -> Companies {
        self.options.page_size = size;
        self
    }

    /// Only companies whose licence has the module with this id, or else with this name without regard to
    /// case. As [`with_modules`](Companies::with_modules), of the companies that fulfil the other conditions.
    pub fn module(self, name_or_id: impl Into<String>) -> Companies {
        self.module_condition(name_or_id.into(), true)
    }

    /// Only companies whose licence does not have this module; otherwise as [`module`](Companies::module).
    pub fn without_module(self, name_or_id: impl Into<String>) -> Companies {
        self.module_condition(name_or_id.into(), false)
    }

    fn module_condition(mut self, module: String, has: bool) -> Companies {
        self.modules.push(ModuleCondition { module, has });
        self
    }

    /// Also reads the [`modules`](CompanySummary::modules) of each company, which costs a request for each
    /// and one for the names.
    pub fn with_modules(mut self) -> Companies {
        self.with_modules = true;
        self
    }

    /// The [monthly figure](CompanySummary::monthly_user_count) of this month, such as `2026-11`, in place of
    /// the current one. All other figures stay those of now.
    ///
    /// The figures are read in a second listing. A company that is missing in it has none, because it is not
    /// known whether the month also hides companies.
    pub fn usage_month(mut self, month: impl Into<String>) -> Companies {
        self.month = Some(month.into());
        self
    }

    /// The customers, one at a time, in the order they were created. They are returned when all of them
    /// are listed; those that are undecided are left out.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Companies::fetch), as the only item.
    pub fn stream(self) -> BoxStream<'static, Result<CompanySummary>> {
        let list = async move { self.fetch().await };
        let rows = list.map_ok(|list| stream::iter(list.companies).map(Ok));
        rows.try_flatten_stream().boxed()
    }

    /// All customers, in the order they were created. Costs a request for each page, and one more if there are several; with a group, one
    /// for the groups and one for each page of its companies.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) for a blank group, tag or licence, and for a month
    /// that the service has no figure for; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) and
    /// [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) for the group and the modules;
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if one of
    /// [`among`](Companies::among) is missing; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the
    /// list ends early; or why a page cannot be fetched.
    pub async fn fetch(self) -> Result<CompanyList> {
        let list = self.fetch_list().await;
        list.map_err(|error| error.with_action(LISTING))
    }

    pub(super) fn reseller(&self) -> &Reseller {
        &self.reseller
    }

    /// The time of the client.
    pub(super) fn now(&self) -> SystemTime {
        self.reseller.raw().clock().now()
    }

    async fn fetch_list(self) -> Result<CompanyList> {
        self.conditions.ensure_not_blank()?;
        let month = match self.month.as_deref() {
            Some(month) => Some(parse_month(Some(month), self.now())?),
            None => None,
        };
        let modules = match self.with_modules || !self.modules.is_empty() {
            true => Some(self.reseller.license_modules(&self.modules).await?),
            false => None,
        };
        let members = match &self.group {
            Some(group) => Some(self.reseller.companies_of_group(group).await?),
            None => None,
        };
        let own = self.reseller.account().await?.company_id;
        let (mut rows, mut doubt) = self.rows(None).await?;
        let all_rows = rows.len() as u64;
        if let Some(month) = &month {
            let (of_month, of_figures) = self.rows(Some(month)).await?;
            let figures = of_month.into_iter();
            let mut figures: HashMap<String, Option<u64>> = figures
                .map(|row| (row.id, row.monthly_user_count))
                .collect();
            for row in &mut rows {
                row.monthly_user_count = figures.remove(&row.id).flatten();
            }
            // A company that is in the second listing only was added after the first.
            let is_other = (!figures.is_empty()).then_some(ListDoubt::Changed);
            doubt = ListDoubt::of_parts(doubt, ListDoubt::of_parts(of_figures, is_other));
        }
        if let Some(members) = &members {
            doubt = ListDoubt::of_parts(doubt, members.doubt);
        }
        rows.retain(|row| own.as_ref() != Some(&row.id));
        let dates = rows.iter().flat_map(|row| [&row.license_end, &row.created]);
        let basis = Basis {
            today: today(self.now()),
            order: DateOrder::of(dates.flatten().map(String::as_str)),
            members: members.map(|members| members.ids),
        };
        if let Some(among) = &self.among {
            rows = self.rows_among(rows, among)?;
        }
        let listed = rows.len() as u64;
        rows.retain(|row| self.conditions.accept(row, &basis) != Some(false));
        if let Some(modules) = &modules {
            rows = self.reseller.read_modules(rows, modules).await?;
        }
        let mut list = CompanyList {
            order: basis.order,
            today: basis.today,
            month,
            listed,
            rows: all_rows,
            doubt,
            ..CompanyList::default()
        };
        for row in rows {
            let of_modules = modules.as_ref().map(|modules| modules.accept(&row));
            let of_row = self.conditions.accept(&row, &basis);
            match all([of_row].into_iter().chain(of_modules)) {
                Some(true) => list.companies.push(row),
                Some(false) => {}
                None => list.undecided.push(row),
            }
        }
        Ok(list)
    }

    /// All rows, each once, and why some may be missing.
    async fn rows(&self, month: Option<&str>) -> Result<(Vec<CompanySummary>, Option<ListDoubt>)> {
        let (mut rows, doubt) = self.pages(month).fetch_all().await?;
        // Without ids, one company could not be told from another.
        if let Some(row) = rows.iter().find(|row| row.id.is_empty()) {
            let problem = format!("the service lists {:?} without an id", row.name);
            return Err(Error::new(ErrorKind::Protocol, problem));
        }
        let mut ids = HashSet::new();
        rows.retain(|row| ids.insert(row.id.clone()));
        Ok((rows, doubt))
    }

    /// The rows of the companies that were chosen before.
    fn rows_among(
        &self,
        mut rows: Vec<CompanySummary>,
        among: &[CompanyRef],
    ) -> Result<Vec<CompanySummary>> {
        let ids: HashSet<&String> = rows.iter().map(|row| &row.id).collect();
        let missing = among.iter().find(|it| !ids.contains(&it.id));
        // Those without the text of a search are not listed.
        if let Some(missing) = missing.filter(|_| self.text.is_none()) {
            let problem = format!("the customer {missing} is not listed any more");
            return Err(
                Error::new(ErrorKind::Conflict, problem).with_hint("choose the customers again")
            );
        }
        let among: HashSet<&String> = among.iter().map(|it| &it.id).collect();
        rows.retain(|row| among.contains(&row.id));
        Ok(rows)
    }

    fn pages(&self, month: Option<&str>) -> Pages<CompanySummary> {
        let text = self.text.as_deref().unwrap_or_default().trim();
        let mut conditions = Conditions::default();
        if !text.is_empty() {
            conditions = conditions.and("CompanyName", "Contains", text);
        }
        if let Some(month) = month {
            conditions = conditions.and("MonthlyActiveUser", "=", month);
        }
        let filter = conditions.filter();
        let client = Arc::new(self.reseller.raw().reseller_wide());
        let search = move |number, size| {
            let client = Arc::clone(&client);
            let number = i32::try_from(number).unwrap_or(i32::MAX);
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            let body = search_body(filter.clone(), number, size);
            async move {
                let page = client.search_companies(&body).await?;
                convert_page(page, CompanySummary::from)
            }
            .boxed()
        };
        let listing = Listing {
            action: LISTING,
            company: None,
            digest: digest([b"companies", text.as_bytes()]),
            searches: vec![Box::new(search)],
            id: |company: &CompanySummary| &company.id,
        };
        Pages::new(listing, &self.options)
    }
}

/// The companies with this name.
pub(super) fn named(name: &str) -> Filter {
    Conditions::default().and("CompanyName", "=", name).filter()
}

pub(super) fn search_body(filter: Filter, number: i32, size: i32) -> CompanySearchRequest {
    CompanySearchRequest::default()
        .ascending(true)
        .filter(filter)
        .is_clustered(false)
        .is_target_user_count_exceeded_limit(false)
        .order_by("CreateTime")
        .page_number(number)
        .page_size(size)
}
