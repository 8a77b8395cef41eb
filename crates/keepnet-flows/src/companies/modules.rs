//! The modules of the customers' licences.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::conditions::all;
use super::summary::CompanySummary;
use crate::names::is_same_name;
use crate::{Error, ErrorKind, Reseller, Result};

/// As many as the reads that a client has in flight.
const AT_A_TIME: usize = 8;

/// A module that a customer has or does not have, by its name or id.
#[derive(Clone, Debug)]
pub(super) struct ModuleCondition {
    pub(super) module: String,
    pub(super) has: bool,
}

/// The modules that a licence can have.
pub(super) struct LicenseModules {
    /// Their ids and names.
    modules: Vec<(String, String)>,
    /// The names of the wanted modules, and whether a customer has them.
    wanted: Vec<(String, bool)>,
}

impl Reseller {
    /// The modules that a licence can have, among them those of the conditions.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] and [`ErrorKind::Ambiguous`] for a module of a condition.
    pub(super) async fn license_modules(
        &self,
        conditions: &[ModuleCondition],
    ) -> Result<LicenseModules> {
        let licenses = self.raw().reseller_wide().list_licenses().await?;
        let modules = licenses.all_license_modules.into_iter().flatten();
        let mut modules = LicenseModules {
            modules: modules
                .filter_map(|module| Some((module.resource_id?, module.name?)))
                .collect(),
            wanted: Vec::new(),
        };
        for condition in conditions {
            let name = modules.find(condition.module.trim())?.to_owned();
            modules.wanted.push((name, condition.has));
        }
        Ok(modules)
    }

    /// Reads the modules of these customers, one request for each.
    pub(super) async fn read_modules(
        &self,
        companies: Vec<CompanySummary>,
        modules: &LicenseModules,
    ) -> Result<Vec<CompanySummary>> {
        let read = stream::iter(companies).map(|mut company| async move {
            let read = self.modules_of(&company.id, modules).await;
            company.modules = read.map_err(|error| error.with_company(&company.reference()))?;
            Ok(company)
        });
        read.buffered(AT_A_TIME).try_collect().await
    }

    /// The modules of a customer; `None` if the company cannot be read.
    async fn modules_of(&self, id: &str, modules: &LicenseModules) -> Result<Option<Vec<String>>> {
        let company = match self.raw().reseller_wide().get_company(id).await {
            Ok(company) => company,
            Err(error) if matches!(error.status(), Some(400 | 403 | 404)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_of_company = company.resource_id.as_deref().is_none_or(|it| it == id);
        let ids = company.license_modules.filter(|_| is_of_company);
        Ok(ids.map(|ids| {
            let mut names: Vec<_> = ids.into_iter().map(|id| modules.name_of(id)).collect();
            names.sort_unstable();
            names
        }))
    }
}

impl LicenseModules {
    /// Whether the customer has the wanted modules, and does not have the unwanted ones.
    pub(super) fn accept(&self, company: &CompanySummary) -> Option<bool> {
        all(self.wanted.iter().map(|(name, has)| {
            let modules = company.modules.as_ref()?;
            Some(modules.contains(name) == *has)
        }))
    }

    /// The name of a module; of one that is not in the catalogue, its id.
    fn name_of(&self, id: String) -> String {
        let known = self.modules.iter().find(|(known, _)| *known == id);
        known.map_or(id, |(_, name)| name.clone())
    }

    fn find(&self, wanted: &str) -> Result<&str> {
        let by_id = self.modules.iter().find(|(id, _)| id == wanted);
        let named = self
            .modules
            .iter()
            .filter(|(_, name)| is_same_name(name, wanted));
        let found: Vec<_> = match by_id {
            Some(module) => vec![module],
            None => named.collect(),
        };
        match *found {
            [(_, name)] => Ok(name),
            [] => {
                let names: Vec<_> = self.modules.iter().map(|(_, name)| name.as_str()).collect();
                let hint = match names.is_empty() {
                    true => "the service lists no modules".to_owned(),
                    false => format!("the modules are {}", names.join(", ")),
                };
                let problem = format!("there is no module {wanted:?}");
                Err(Error::new(ErrorKind::NotFound, problem).with_hint(hint))
            }
            _ => {
                let ids: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
                let problem = format!("{} modules are named {wanted:?}", found.len());
                let hint = format!("use the id of one of them: {}", ids.join(", "));
                Err(Error::new(ErrorKind::Ambiguous, problem).with_hint(hint))
            }
        }
    }
}
