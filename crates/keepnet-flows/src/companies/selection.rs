//! Choosing many customers at once, and keeping the choice.

use std::collections::HashSet;
use std::fmt;

use keepnet_client::CompanyRef;

use super::choose::{choose, names};
use super::summary::CompanySummary;
use crate::paging::ListDoubt;
use crate::{Error, ErrorKind, Reseller, Result};

const SELECTING: &str = "choosing the companies";

/// Which customers to work on. [`Reseller::select_companies`] finds out who they are.
#[derive(Clone, Debug)]
pub struct CompanySelection {
    chosen: Chosen,
    except: Vec<String>,
}

#[derive(Clone, Debug)]
enum Chosen {
    All,
    Group(String),
    Tag(String),
    Listed(Vec<String>),
}

impl CompanySelection {
    fn new(chosen: Chosen) -> CompanySelection {
        CompanySelection {
            chosen,
            except: Vec::new(),
        }
    }

    /// All customers. The reseller's own company is none.
    pub fn all() -> CompanySelection {
        CompanySelection::new(Chosen::All)
    }

    /// Whether a company group chooses the customers.
    pub fn is_of_group(&self) -> bool {
        matches!(self.chosen, Chosen::Group(_))
    }

    /// The customers in the company group with this id or name.
    pub fn group(name_or_id: impl Into<String>) -> CompanySelection {
        CompanySelection::new(Chosen::Group(name_or_id.into()))
    }

    /// The customers with this tag, without regard to case.
    pub fn tag(tag: impl Into<String>) -> CompanySelection {
        CompanySelection::new(Chosen::Tag(tag.into()))
    }

    /// These customers, each by its id or by a name that no other customer has.
    pub fn listed<T: Into<String>>(names_or_ids: impl IntoIterator<Item = T>) -> CompanySelection {
        let listed = names_or_ids.into_iter().map(Into::into);
        CompanySelection::new(Chosen::Listed(listed.collect()))
    }

    /// The customers of a text with an id or a name on each line. Blank lines are left out. There are no
    /// comments, because a name may begin with any sign.
    pub fn listed_in(text: &str) -> CompanySelection {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        CompanySelection::listed(lines.filter(|line| !line.is_empty()))
    }

    /// Refuses a blank text, which no customer was meant by.
    fn ensure_not_blank(&self) -> Result<()> {
        let problem = match &self.chosen {
            Chosen::Listed(listed) if listed.is_empty() => "the list names no customer",
            Chosen::Group(group) if group.trim().is_empty() => "the name of the group is empty",
            Chosen::Tag(tag) if tag.trim().is_empty() => "the tag is empty",
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::Invalid, problem).with_hint("say which customers are meant"))
    }

    /// Whether each customer is named by the id of one of these.
    fn has_ids_only(&self, companies: &[CompanySummary]) -> bool {
        let Chosen::Listed(listed) = &self.chosen else {
            return false;
        };
        let is_id = |wanted: &String| companies.iter().any(|it| it.id == wanted.trim());
        listed.iter().chain(&self.except).all(is_id)
    }

    /// Without these customers, each by its id or by a name that no other customer has.
    pub fn except<T: Into<String>>(
        mut self,
        names_or_ids: impl IntoIterator<Item = T>,
    ) -> CompanySelection {
        self.except.extend(names_or_ids.into_iter().map(Into::into));
        self
    }
}

/// Customers that were chosen at one time, each once. Whatever happens to their names, tags and groups
/// later, the selection stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedCompanies(Vec<CompanyRef>);

impl SelectedCompanies {
    pub(crate) fn of(companies: Vec<CompanyRef>) -> SelectedCompanies {
        SelectedCompanies(companies)
    }

    /// The customers: those of a list in its order, others in the order of their creation.
    pub fn companies(&self) -> &[CompanyRef] {
        &self.0
    }
}

/// Such as `2 customers: Acme LLC (xC5kfGz7w2Nz), Globex GmbH (gL0bEx4mBh8Q)`; of many, the first ten.
impl fmt::Display for SelectedCompanies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.0.len() == 1 {
            "customer"
        } else {
            "customers"
        };
        write!(f, "{} {noun}: {}", self.0.len(), names(&self.0))
    }
}

impl Reseller {
    /// Finds out who the customers of a selection are. They are looked up in the complete list, so a
    /// customer of another reseller is not found.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`], before any request, for a list without a name and for a blank group or tag;
    /// [`ErrorKind::NotFound`] for a customer, a group or a tag that does not exist, and if nobody is
    /// left; [`ErrorKind::Ambiguous`] for a name that several customers have, or that is the id of another; both with
    /// [`Error::candidates`]. [`ErrorKind::Conflict`] if customers are added or removed during the
    /// listing; [`ErrorKind::Protocol`] if the service does not count them, unless all are named by their ids.
    pub async fn select_companies(
        &self,
        selection: &CompanySelection,
    ) -> Result<SelectedCompanies> {
        let selected = self.select(selection).await;
        selected.map_err(|error| error.with_action(SELECTING))
    }

    async fn select(&self, selection: &CompanySelection) -> Result<SelectedCompanies> {
        selection.ensure_not_blank()?;
        let mut list = self.companies().fetch().await?;
        if list.doubt == Some(ListDoubt::Changed) {
            list = self.companies().fetch().await?;
        }
        match list.doubt {
            // Only an id says without the others which customer is meant.
            Some(ListDoubt::NotCounted | ListDoubt::CountedTooFew)
                if selection.has_ids_only(&list.companies) => {}
            doubt => ensure_whole(doubt)?,
        }
        let all = list.companies;
        let except: HashSet<String> = find_all(&selection.except, &all)?
            .into_iter()
            .map(|company| company.id)
            .collect();
        let chosen: Vec<CompanyRef> = match &selection.chosen {
            Chosen::All => all.iter().map(CompanyRef::from).collect(),
            Chosen::Listed(listed) => find_all(listed, &all)?,
            Chosen::Group(group) => {
                let mut members = self.companies_of_group(group).await?;
                if members.doubt == Some(ListDoubt::Changed) {
                    members = self.companies_of_group(group).await?;
                }
                ensure_whole(members.doubt)?;
                let members = all.iter().filter(|it| members.ids.contains(&it.id));
                members.map(CompanyRef::from).collect()
            }
            Chosen::Tag(tag) => {
                let tagged = all.iter().filter(|company| company.has_tag(tag));
                tagged.map(CompanyRef::from).collect()
            }
        };
        let mut seen = except;
        let chosen = chosen.into_iter();
        let left: Vec<_> = chosen
            .filter(|company| seen.insert(company.id.clone()))
            .collect();
        if left.is_empty() {
            let problem = "the selection has no customer";
            return Err(Error::new(ErrorKind::NotFound, problem)
                .with_hint("list the customers with their groups and tags"));
        }
        Ok(SelectedCompanies(left))
    }
}

/// Refuses a list from which customers may be missing.
fn ensure_whole(doubt: Option<ListDoubt>) -> Result<()> {
    Err(match doubt {
        None => return Ok(()),
        Some(ListDoubt::Changed) => {
            let problem = "customers were added or removed while they were listed";
            Error::new(ErrorKind::Conflict, problem).with_hint("run it again")
        }
        Some(doubt) => doubt
            .into_error("customers")
            .with_hint("choose the customers by their ids"),
    })
}

/// The customers with these ids or names.
fn find_all(wanted: &[String], all: &[CompanySummary]) -> Result<Vec<CompanyRef>> {
    let all: Vec<CompanyRef> = all.iter().map(CompanyRef::from).collect();
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for wanted in wanted {
        match choose(wanted.trim(), &all) {
            Ok(company) => found.push(company),
            Err(error) => errors.push((wanted, error)),
        }
    }
    match errors.len() {
        0 => Ok(found),
        1 => Err(errors.remove(0).1),
        count => {
            let named = errors
                .iter()
                .take(10)
                .map(|(wanted, _)| format!("{wanted:?}"));
            let mut named: Vec<_> = named.collect();
            if count > named.len() {
                named.push(format!("and {} more", count - named.len()));
            }
            let problem = format!(
                "{count} names or ids are of no customer or of several: {}",
                named.join(", ")
            );
            let candidates = errors.iter().flat_map(|(_, error)| error.candidates());
            let candidates = candidates.cloned().collect();
            Err(Error::new(ErrorKind::NotFound, problem)
                .with_hint("list the customers and use their ids")
                .with_candidates(candidates))
        }
    }
}
