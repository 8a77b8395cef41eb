//! Choosing one customer by name or id.

use futures::TryStreamExt as _;
use keepnet_client::types::AccessibleCompanyDto;
use keepnet_client::{CompanyId, CompanyRef};

use super::summary::CompanySummary;
use crate::{Company, Error, ErrorKind, Reseller, Result};

/// The most companies that an error names.
const MOST_NAMED: usize = 10;

impl Reseller {
    /// The customer with this id, or else with this name without regard to case.
    ///
    /// A credential of one company, which may not list companies, finds its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Ambiguous`] if several have the name
    /// ([`Error::candidates`] lists them), or why the companies cannot be listed.
    pub async fn company(&self, name_or_id: &str) -> Result<Company> {
        let company = self.find_company(name_or_id.trim()).await;
        company.map_err(|error| error.with_action("choosing the company"))
    }

    async fn find_company(&self, wanted: &str) -> Result<Company> {
        if wanted.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "no name or id was given")
                .with_hint("use the name or id of a customer"));
        }
        let found = choose(wanted, self.visible_companies().await?)?;
        let id = CompanyId::new(found.id.as_str()).map_err(|error| {
            let problem = format!("the service gives {:?} an unusable id", found.name);
            Error::new(ErrorKind::Protocol, problem).with_source(error)
        })?;
        Ok(Company::new(self.raw(), &id, found.name))
    }

    async fn visible_companies(&self) -> Result<Vec<CompanyRef>> {
        let listed: Result<Vec<CompanySummary>> = self.companies().stream().try_collect().await;
        match listed {
            Ok(companies) => Ok(companies.iter().map(CompanySummary::reference).collect()),
            // A company admin may not list companies, but may fetch its own.
            Err(error) if error.kind() == ErrorKind::Permission => self.own_companies().await,
            Err(error) => Err(error),
        }
    }

    async fn own_companies(&self) -> Result<Vec<CompanyRef>> {
        let mut unread: Vec<AccessibleCompanyDto> = self
            .raw()
            .reseller_wide()
            .list_accessible_companies()
            .await?;
        let mut companies = Vec::new();
        while let Some(company) = unread.pop() {
            unread.extend(company.children.into_iter().flatten());
            let name = company.name.unwrap_or_default();
            companies.extend(company.resource_id.map(|id| CompanyRef::new(id, name)));
        }
        Ok(companies)
    }
}

fn choose(wanted: &str, companies: Vec<CompanyRef>) -> Result<CompanyRef> {
    if let Some(exact) = companies.iter().find(|company| company.id == wanted) {
        return Ok(exact.clone());
    }
    let lowercase = wanted.to_lowercase();
    let (mut matches, mut others): (Vec<_>, Vec<_>) = companies
        .into_iter()
        .partition(|company| company.name.trim().to_lowercase() == lowercase);
    match matches.len() {
        1 => Ok(matches.remove(0)),
        0 => {
            let problem = format!("no customer has the name or id {wanted:?}");
            others.retain(|company| {
                company.name.to_lowercase().contains(&lowercase)
                    || company.id.eq_ignore_ascii_case(wanted)
            });
            let hint = match others.is_empty() {
                true => "list the customers and use a name or id from the list".to_owned(),
                false => format!("did you mean {}?", names(&others)),
            };
            Err(Error::new(ErrorKind::NotFound, problem)
                .with_hint(hint)
                .with_candidates(others))
        }
        count => {
            let problem = format!("{count} customers are named {wanted:?}");
            let hint = format!("use the id of one of them: {}", names(&matches));
            Err(Error::new(ErrorKind::Ambiguous, problem)
                .with_hint(hint)
                .with_candidates(matches))
        }
    }
}

fn names(companies: &[CompanyRef]) -> String {
    let named = companies.iter().take(MOST_NAMED);
    let mut names: Vec<_> = named.map(CompanyRef::to_string).collect();
    if companies.len() > MOST_NAMED {
        names.push(format!("and {} more", companies.len() - MOST_NAMED));
    }
    names.join(", ")
}
