//! `companies list` and `companies show`: the customers of the reseller.

use futures::TryStreamExt as _;
use keepnet_flows::CompanySummary;

use crate::arguments::{Companies, Global, ListCompanies};
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};

pub(crate) async fn run(global: &Global, command: &Companies) -> Result<Status, Failure> {
    match command {
        Companies::List(wanted) => list(global, wanted).await,
        Companies::Show { customer } => show(global, customer).await,
    }
}

async fn list(global: &Global, wanted: &ListCompanies) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let mut search = context.reseller().await?.companies();
    if let Some(text) = &wanted.search {
        search = search.search(text);
    }
    if wanted.over_limit {
        search = search.over_limit();
    }
    let mut companies = search.stream();
    let mut list = output::stdout(global.output).list::<CompanySummary>()?;
    while let Some(company) = companies.try_next().await? {
        list.push(&company)?;
    }
    list.finish()?;
    Ok(Status::Done)
}

async fn show(global: &Global, wanted: &str) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let company = reseller.company(wanted).await.map_err(Failure::of_choice)?;
    let mut companies = reseller.companies().search(company.name()).stream();
    while let Some(summary) = companies.try_next().await? {
        if summary.id == company.id() {
            output::stdout(global.output).record(&summary)?;
            return Ok(Status::Done);
        }
    }
    Err(Failure::new(
        Status::Failed,
        format!("showing the company {company}: the service does not list it"),
    ))
}

impl Record for CompanySummary {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "target_user_count",
        "user_limit",
        "license_end",
        "reseller",
        "industry",
        "license_type",
        "inactive_user_count",
        "deleted_user_count",
        "license_expired",
        "created",
    ];
    const IN_A_TABLE: usize = 5;

    fn cells(&self) -> Vec<String> {
        let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            self.name.clone(),
            number(self.target_user_count),
            number(self.user_limit),
            text(&self.license_end),
            text(&self.reseller),
            text(&self.industry),
            text(&self.license_type),
            number(self.inactive_user_count),
            number(self.deleted_user_count),
            self.license_expired
                .map(|expired| expired.to_string())
                .unwrap_or_default(),
            text(&self.created),
        ]
    }
}
