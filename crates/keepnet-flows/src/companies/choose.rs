//! Choosing one customer by name or id.

use keepnet_client::types::AccessibleCompanyDto;
use keepnet_client::{CompanyId, CompanyRef};

use super::list::{named, search_body};
use super::summary::CompanySummary;
use crate::names::fold_name;
use crate::paging::ListDoubt;
use crate::{Company, Error, ErrorKind, Reseller, Result};

const CHOOSING: &str = "choosing the company";
const PAGE_SIZE: i32 = 250;
/// The most companies that an error names.
const MOST_NAMED: usize = 10;

impl Reseller {
    /// The customer with this id, or else with this name without regard to case.
    ///
    /// An id costs one request and so does a name; the whole list is read only if the service finds
    /// nothing, for the names that are similar. Nothing is kept: a [`Company`] that is used often is
    /// cheap to clone, and [`company_from`](Self::company_from) opens one of a list without a request.
    ///
    /// An id goes to its customer without a look at the names: whether another customer has it as its name
    /// would cost a request more. Where the whole list is read,
    /// [`select_companies`](Self::select_companies) makes an error of such a text.
    ///
    /// A credential of one company, which may not list companies, finds its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Ambiguous`] if several have the name
    /// ([`Error::candidates`] lists them), [`ErrorKind::Conflict`] and [`ErrorKind::Protocol`] if a name is
    /// looked for in a list that may not be whole, or why the companies cannot be listed.
    pub async fn company(&self, name_or_id: &str) -> Result<Company> {
        let company = self.find_company(name_or_id.trim()).await;
        company.map_err(|error| error.with_action(CHOOSING))
    }

    /// A customer that is known already, such as one of [`companies`](Self::companies) or of
    /// [`Error::candidates`]. Sends no request: whether the company still exists shows at the first
    /// call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if the id is not one.
    pub fn company_from(&self, company: impl Into<CompanyRef>) -> Result<Company> {
        let CompanyRef { id, name, .. } = company.into();
        let id = CompanyId::new(id).map_err(Error::from);
        let id = id.map_err(|error| error.with_action(CHOOSING))?;
        let words = self.import_words().clone();
        Ok(Company::new(self.raw(), words, &id, name))
    }

    async fn find_company(&self, wanted: &str) -> Result<Company> {
        if wanted.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "no name or id was given")
                .with_hint("use the name or id of a customer"));
        }
        let found = match self.company_with_id(wanted).await? {
            Some(found) => found,
            None => self.company_with_name(wanted).await?,
        };
        let id = CompanyId::new(found.id.as_str()).map_err(|error| {
            let problem = format!("the service gives {:?} an unusable id", found.name);
            Error::new(ErrorKind::Protocol, problem).with_source(error)
        })?;
        let words = self.import_words().clone();
        Ok(Company::new(self.raw(), words, &id, found.name))
    }

    /// Fetches a company by its id, unless the text cannot be one.
    async fn company_with_id(&self, wanted: &str) -> Result<Option<CompanyRef>> {
        // The service also gives the reseller's own company, which is no customer.
        if !is_resource_id(wanted) || self.account().await?.company_id.as_deref() == Some(wanted) {
            return Ok(None);
        }
        match self.raw().reseller_wide().get_company(wanted).await {
            // Upper and lower case differ in an id, whatever the service makes of it.
            Ok(company) if company.resource_id.as_deref() == Some(wanted) => {
                let name = company.name.unwrap_or_default();
                Ok(Some(CompanyRef::new(wanted, name)))
            }
            Ok(_) => Ok(None),
            // No such company, or a credential that may only search: a name can look like an id.
            Err(error) if matches!(error.status(), Some(400 | 403 | 404)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn company_with_name(&self, wanted: &str) -> Result<CompanyRef> {
        let body = search_body(named(wanted), 1, PAGE_SIZE);
        match self.raw().reseller_wide().search_companies(&body).await {
            Ok(page) => {
                let total = page.total_number_of_records;
                let rows = page.results.into_iter().map(CompanySummary::from);
                let rows: Vec<_> = rows.map(CompanyRef::from).collect();
                let is_all = total == Some(rows.len() as u64);
                match choose(wanted, &rows) {
                    Err(error) if error.kind() == ErrorKind::Ambiguous => Err(error),
                    Ok(found) if is_all => Ok(found),
                    // The list decides: the service may compare names in another way.
                    _ => choose(wanted, &self.customers().await?),
                }
            }
            // A company admin may not list companies, but may fetch its own.
            Err(error) if error.kind() == ErrorKind::Permission => {
                choose(wanted, &self.own_companies().await?)
            }
            Err(error) => Err(error),
        }
    }

    async fn customers(&self) -> Result<Vec<CompanyRef>> {
        let mut list = self.companies().fetch().await?;
        if list.doubt == Some(ListDoubt::Changed) {
            list = self.companies().fetch().await?;
        }
        // Another customer may have the name, or the only one.
        if let Some(doubt) = list.doubt {
            let hint = "use the id of the customer";
            return Err(doubt.into_error("customers").with_hint(hint));
        }
        Ok(list.companies.into_iter().map(CompanyRef::from).collect())
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

/// Whether a text has the form of a resource id: 12 letters and digits, such as `xC5kfGz7w2Nz`.
fn is_resource_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(super) fn choose(wanted: &str, companies: &[CompanyRef]) -> Result<CompanyRef> {
    // A company whose name the service does not say has an empty one.
    if wanted.is_empty() {
        return Err(Error::new(ErrorKind::Invalid, "a name or id is empty")
            .with_hint("use the name or id of a customer"));
    }
    let folded = fold_name(wanted);
    if let Some(exact) = companies.iter().find(|company| company.id == wanted) {
        let is_other = |it: &&CompanyRef| it.id != wanted && fold_name(&it.name) == folded;
        let others: Vec<_> = companies.iter().filter(is_other).cloned().collect();
        return match others.is_empty() {
            true => Ok(exact.clone()),
            false => Err(id_and_name(wanted, exact, others)),
        };
    }
    let matching = |is_match: &dyn Fn(&CompanyRef, &str) -> bool| -> Vec<CompanyRef> {
        let companies = companies.iter();
        let matches = companies.filter(|company| is_match(company, &fold_name(&company.name)));
        matches.cloned().collect()
    };
    let mut matches = matching(&|_, name| name == folded);
    match matches.len() {
        1 => Ok(matches.remove(0)),
        0 => {
            let problem = format!("no customer has the name or id {wanted:?}");
            let similar = matching(&|company, name| {
                name.contains(&folded) || company.id.eq_ignore_ascii_case(wanted)
            });
            let hint = match similar.is_empty() {
                true => "list the customers and use a name or id from the list".to_owned(),
                false => format!("did you mean {}?", names(&similar)),
            };
            Err(Error::new(ErrorKind::NotFound, problem)
                .with_hint(hint)
                .with_candidates(similar))
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

/// The error of a text that is the id of one customer and the name of others.
fn id_and_name(wanted: &str, by_id: &CompanyRef, by_name: Vec<CompanyRef>) -> Error {
    let problem = format!(
        "{wanted:?} is the id of {by_id} and the name of {}",
        names(&by_name)
    );
    let candidates = [std::slice::from_ref(by_id), &by_name[..]].concat();
    Error::new(ErrorKind::Ambiguous, problem)
        .with_hint("use the name of the first, or the id of another")
        .with_candidates(candidates)
}

pub(super) fn names(companies: &[CompanyRef]) -> String {
    let named = companies.iter().take(MOST_NAMED);
    let mut names: Vec<_> = named.map(CompanyRef::to_string).collect();
    if companies.len() > MOST_NAMED {
        names.push(format!("and {} more", companies.len() - MOST_NAMED));
    }
    names.join(", ")
}
