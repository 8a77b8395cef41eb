//! The reseller who signs in, and the way to its customers.

use std::fmt;
use std::time::SystemTime;

use futures::TryStreamExt as _;
use keepnet_client::types::GetMyCompaniesDto;
use keepnet_client::{Client, ClientConfig, CompanyId, Credentials, TokenInfo, open};

use crate::companies::{Companies, CompanySummary};
use crate::company::{Company, CompanyRef};
use crate::error::{Error, ErrorKind, Result};

/// So many companies are named in an error.
const NAMED: usize = 10;

/// A signed-in credential. Cheap to clone.
#[derive(Clone)]
pub struct Reseller {
    client: Client,
}

impl Reseller {
    /// Signs in at the public service with the default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] where the service refuses them; the kinds of an unreachable
    /// service otherwise.
    pub async fn connect(credentials: Credentials) -> Result<Reseller> {
        Reseller::with_config(ClientConfig::new(credentials)).await
    }

    /// Signs in with other settings: base URL, time-outs, retries, clock.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for unusable settings, and those of [`Reseller::connect`].
    pub async fn with_config(config: ClientConfig) -> Result<Reseller> {
        let client = Client::connect(config).await;
        let client = client.map_err(|error| Error::of_client("signing in", None, error))?;
        Ok(Reseller { client })
    }

    /// Who is signed in, as the token says.
    ///
    /// # Errors
    ///
    /// If the token has ended and a new one cannot be had.
    pub async fn account(&self) -> Result<Account> {
        let info = self.client.session().token_info().await;
        info.map(Account::from)
            .map_err(|error| Error::of_client("reading the account", None, error))
    }

    /// Lists the customers.
    pub fn companies(&self) -> Companies {
        Companies::new(self.client.clone())
    }

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
            return Err(Error::new(
                ErrorKind::Invalid,
                CHOOSING,
                None,
                "no name or id was given",
            )
            .advise("name the customer as `companies list` shows it"));
        }
        let known = self.known_companies().await?;
        let found = choose(wanted, known)?;
        let id = CompanyId::new(found.id.as_str()).map_err(|error| {
            let problem = format!(
                "the service gives {:?} an id that cannot be used",
                found.name
            );
            Error::new(ErrorKind::Protocol, CHOOSING, None, problem).caused_by(error)
        })?;
        Ok(Company::new(&self.client, &id, found.name))
    }

    /// The raw client, scoped to no customer: every operation of the API, with its generated types.
    pub fn raw(&self) -> &Client {
        &self.client
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
        let mine = open("list_my_companies", self.client.list_my_companies()).await;
        let mut left = mine.map_err(|error| Error::of_client(CHOOSING, None, error))?;
        let mut known = Vec::new();
        while let Some(GetMyCompaniesDto {
            name,
            resource_id,
            children,
            ..
        }) = left.pop()
        {
            left.extend(children.into_iter().flatten());
            known.extend(resource_id.map(|id| CompanyRef {
                id,
                name: name.unwrap_or_default(),
            }));
        }
        Ok(known)
    }
}

impl fmt::Debug for Reseller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reseller")
            .field("base_url", &self.client.session().base_url())
            .finish_non_exhaustive()
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The resource id of the credential's own company.
    pub company_id: Option<String>,
    /// That company's name.
    pub company_name: Option<String>,
    /// The role, such as `Reseller`.
    pub role: Option<String>,
    /// When the token ends; the next call after it gets a new one by itself.
    pub token_expires_at: SystemTime,
    /// How many operations the credential may call; 0 where the service does not say.
    pub permissions: usize,
}

impl From<TokenInfo> for Account {
    fn from(info: TokenInfo) -> Account {
        Account {
            company_id: info.company_id,
            company_name: info.company_name,
            role: info.role,
            token_expires_at: info.expires_at,
            permissions: info.permissions.len(),
        }
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
            Err(Error::new(ErrorKind::NotFound, CHOOSING, None, problem)
                .advise(advice)
                .among(alike))
        }
        count => {
            let problem = format!("{count} customers are named {wanted:?}");
            let advice = format!("use the id of one of them: {}", list(&named));
            Err(Error::new(ErrorKind::Ambiguous, CHOOSING, None, problem)
                .advise(advice)
                .among(named))
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
