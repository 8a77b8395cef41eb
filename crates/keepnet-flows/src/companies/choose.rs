//! Choosing one customer by name or id.

use futures::TryStreamExt as _;
use keepnet_client::CompanyId;
use keepnet_client::types::GetMyCompaniesDto;

use super::summary::CompanySummary;
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};
use crate::reseller::Reseller;
use keepnet_client::CompanyRef;

/// So many companies are named in an error.
const NAMED: usize = 10;

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
        let wanted = name_or_id.trim();
        if wanted.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "no name or id was given")
                .with_action(CHOOSING)
                .with_hint("name the customer as `companies list` shows it"));
        }
        let known = self.known_companies().await?;
        let found = choose(wanted, known)?;
        let id = CompanyId::new(found.id.as_str()).map_err(|error| {
            let problem = format!(
                "the service gives {:?} an id that cannot be used",
                found.name
            );
            Error::new(ErrorKind::Protocol, problem)
                .with_action(CHOOSING)
                .with_source(error)
        })?;
        Ok(Company::new(self.raw(), &id, found.name))
    }

    async fn known_companies(&self) -> Result<Vec<CompanyRef>> {
        let listed: Result<Vec<CompanySummary>> = self.companies().stream().try_collect().await;
        match listed {
            Ok(companies) => Ok(companies.iter().map(CompanySummary::reference).collect()),
            // A company admin may not list companies, but may ask for its own.
            Err(error) if error.kind() == ErrorKind::Permission => self.own_companies().await,
            Err(error) => Err(error),
        }
    }

    async fn own_companies(&self) -> Result<Vec<CompanyRef>> {
        let mine = self.raw().list_my_companies().await;
        let mut left = mine.map_err(|error| error.with_action(CHOOSING))?;
        let mut known = Vec::new();
        while let Some(GetMyCompaniesDto {
            name,
            resource_id,
            children,
            ..
        }) = left.pop()
        {
            left.extend(children.into_iter().flatten());
            known.extend(resource_id.map(|id| CompanyRef::new(id, name.unwrap_or_default())));
        }
        Ok(known)
    }
}

const CHOOSING: &str = "choosing the company";

fn choose(wanted: &str, known: Vec<CompanyRef>) -> Result<CompanyRef> {
    if let Some(exact) = known.iter().find(|company| company.id == wanted) {
        return Ok(exact.clone());
    }
    let folded = wanted.to_lowercase();
    let (mut named, others): (Vec<_>, Vec<_>) = known
        .into_iter()
        .partition(|company| company.name.trim().to_lowercase() == folded);
    match named.len() {
        1 => Ok(named.remove(0)),
        0 => {
            let problem = format!("no customer has the name or id {wanted:?}");
            let alike: Vec<_> = others
                .into_iter()
                .filter(|company| {
                    company.name.to_lowercase().contains(&folded)
                        || company.id.eq_ignore_ascii_case(wanted)
                })
                .collect();
            let advice = match alike.is_empty() {
                true => "list the customers and use a name or id as it stands there".to_owned(),
                false => format!("did you mean {}?", list(&alike)),
            };
            Err(Error::new(ErrorKind::NotFound, problem)
                .with_action(CHOOSING)
                .with_hint(advice)
                .with_candidates(alike))
        }
        count => {
            let problem = format!("{count} customers are named {wanted:?}");
            let advice = format!("use the id of one of them: {}", list(&named));
            Err(Error::new(ErrorKind::Ambiguous, problem)
                .with_action(CHOOSING)
                .with_hint(advice)
                .with_candidates(named))
        }
    }
}

fn list(companies: &[CompanyRef]) -> String {
    let mut names: Vec<_> = companies
        .iter()
        .take(NAMED)
        .map(CompanyRef::to_string)
        .collect();
    if companies.len() > NAMED {
        names.push(format!("and {} more", companies.len() - NAMED));
    }
    names.join(", ")
}
