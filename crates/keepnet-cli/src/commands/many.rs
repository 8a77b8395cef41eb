//! `--companies`: the same command for many customers, whose rows have the customer in front.

use std::path::Path;

use clap::Args;
use futures::{Stream, StreamExt as _};
use keepnet_flows::{
    Company, CompanyEvent, CompanyRef, CompanySelection, Error, Reseller, SelectedCompanies,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Context, GlobalOptions, argument_path};
use crate::exit::{CliError, ExitStatus, Outcome, Result};
use crate::interrupt::{Reached, ResumeHint};
use crate::text::{counted, filled};
use crate::ui::{self, Column, Columns, Record, print_message};

/// Which customers a command works on, in place of the one of `--company`.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Many customers")]
pub(crate) struct ManyCustomers {
    /// Work on these customers: all, group:NAME, tag:TAG, file:LIST, or names and ids
    #[arg(long, value_name = "CUSTOMERS", value_parser = filled, conflicts_with = "company")]
    companies: Option<String>,
    /// Omit these customers, by name or id, separated by commas; can be repeated
    #[arg(
        long,
        value_name = "NAME|ID",
        value_delimiter = ',',
        value_parser = filled,
        requires = "companies",
        // A conflict with the required option would cancel the requirement.
        conflicts_with = "company"
    )]
    except: Vec<String>,
}

impl ManyCustomers {
    /// The selection of the options; `None` for the one customer of `--company`. Mistakes are reported
    /// before any request.
    pub(super) fn selection(&self) -> Result<Option<CompanySelection>> {
        let Some(text) = &self.companies else {
            return Ok(None);
        };
        let selection = parse(text)?;
        Ok(Some(selection.except(self.except.iter().cloned())))
    }
}

/// Parses the value of `--companies`.
pub(super) fn parse(text: &str) -> Result<CompanySelection> {
    Ok(match text.split_once(':') {
        None if text.trim() == "all" => CompanySelection::all(),
        Some(("group", name)) => CompanySelection::group(name.trim()),
        Some(("tag", tag)) => CompanySelection::tag(tag.trim()),
        Some(("file", path)) if path.trim().is_empty() => {
            let error = CliError::usage("--companies names no file");
            return Err(error.with_hint("write file: and the path of a list"));
        }
        Some(("file", path)) => {
            let path = &argument_path(Path::new(path));
            let text = std::fs::read_to_string(path).map_err(|error| {
                CliError::about_file(ExitStatus::Usage, path, "the list cannot be read")
                    .with_source(error)
            })?;
            if text.trim().is_empty() {
                let problem = "the list names no customer";
                let error = CliError::about_file(ExitStatus::Permission, path, problem);
                return Err(error.with_hint("write a name or id on each line"));
            }
            CompanySelection::listed_in(&text)
        }
        _ => CompanySelection::listed(text.split(',').map(str::trim)),
    })
}

/// Finds the customers of a selection, and says who they are.
pub(super) async fn select(
    reseller: &Reseller,
    selection: &CompanySelection,
) -> Result<SelectedCompanies> {
    let selected = reseller.select_companies(selection).await;
    let selected =
        selected.map_err(
            |error| match selection.is_of_group() && error.status().is_none() {
                true => CliError::from_argument(error),
                false => CliError::from_company_lookup(error),
            },
        )?;
    print_message(&format!("note: {selected}"));
    Ok(selected)
}

/// Prints the results of all customers of a selection as they arrive, and who failed and why.
pub(super) async fn print_each<R, S>(
    global: &GlobalOptions,
    hint: &ResumeHint,
    selection: &CompanySelection,
    work: impl Fn(Company) -> S + Send + 'static,
) -> Result
where
    R: Record + Send + 'static,
    S: Stream<Item = Result<R, Error>> + Send + 'static,
{
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let selected = select(&reseller, selection).await?;
    let columns = Columns::of::<OfCompany<R>>(global.output);
    let list = ui::stdout(global.output).list::<OfCompany<R>>(columns)?;
    let mut printed = Printed(Some(list));
    let total = selected.companies().len() as u64;
    let (mut done, mut rows) = (0, 0);
    let mut failed = Vec::new();
    let mut events = reseller.each_company(&selected).run(work);
    loop {
        hint.set_reached(Reached::Customers { done, total, rows });
        let Some(event) = events.next().await else {
            break;
        };
        done += u64::from(matches!(event, CompanyEvent::Finished(_, Ok(_))));
        match event {
            CompanyEvent::Item(company, item) => {
                rows += 1;
                if let Some(list) = &mut printed.0 {
                    list.push(&OfCompany { company, item })?;
                }
            }
            CompanyEvent::Finished(company, Err(error)) => {
                let failure = FailedCompany::of(company, error);
                print_message(&format!("warning: {}", failure.why));
                failed.push(failure);
            }
            _ => {}
        }
    }
    failed.sort_by(|a, b| a.company.id.cmp(&b.company.id));
    let outcome = Outcome::of_rows(failed.is_empty());
    if let Some(list) = printed.0.take() {
        list.finish_with_failures(outcome, &failed)?;
    }
    print_message(&format!(
        "{}: {} done, {} failed",
        counted(total, "customer", "customers"),
        total - failed.len() as u64,
        failed.len()
    ));
    Ok(outcome.status())
}

/// The list, which says that it is incomplete if it is dropped early: after Ctrl-C.
struct Printed(Option<ui::List<ui::Stdout>>);

impl Drop for Printed {
    fn drop(&mut self) {
        if let Some(list) = self.0.take() {
            // The exit code says it, too.
            let _ = list.cut_off(None);
        }
    }
}

/// The most columns of a result with its customer.
const MOST_COLUMNS: usize = 40;

/// A result with its customer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OfCompany<R> {
    company: CompanyRef,
    #[serde(flatten)]
    item: R,
}

impl<R: Record> OfCompany<R> {
    const ALL: [Column; MOST_COLUMNS] = {
        let mut all = [Column::whole("company_id"); MOST_COLUMNS];
        all[1] = Column::name("company_name");
        let mut index = 0;
        while index < R::COLUMNS.len() {
            all[index + 2] = R::COLUMNS[index];
            index += 1;
        }
        all
    };
    const ALL_SLICE: &'static [Column] = &Self::ALL;
}

impl<R: Record> Record for OfCompany<R> {
    const COLUMNS: &'static [Column] = Self::ALL_SLICE.split_at(R::COLUMNS.len() + 2).0;
    const TABLE_COLUMNS: usize = R::TABLE_COLUMNS.saturating_add(2);
    const HIDDEN: &'static [&'static str] = R::HIDDEN;
    const NONE: &'static str = "the customers have none";

    fn cells(&self) -> Vec<String> {
        let company = [self.company.id.clone(), self.company.name.clone()];
        company.into_iter().chain(self.item.cells()).collect()
    }
}

/// A customer that failed, and why.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FailedCompany {
    company: CompanyRef,
    /// The code of the error.
    code: &'static str,
    /// What went wrong, and what to do.
    why: String,
}

impl FailedCompany {
    fn of(company: CompanyRef, error: Error) -> FailedCompany {
        let error = error.with_company(&company);
        let why = error.to_string();
        FailedCompany {
            company,
            code: CliError::from(error).code(),
            why,
        }
    }
}

/// The results of many customers, as `--output json` prints them with `--companies`.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what the list writes item by item")]
pub(crate) struct ManyDocument<R> {
    items: Vec<OfCompany<R>>,
    /// The customers that failed. Their items, if there are any, are not complete.
    failed: Vec<FailedCompany>,
    #[schemars(with = "String")]
    outcome: Outcome,
    /// Always null.
    next_page_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use keepnet_flows::Group;

    use super::*;

    #[test]
    fn columns_are_those_of_the_single_run_plus_two() {
        let columns = OfCompany::<Group>::COLUMNS;
        assert_eq!(columns[0], Column::whole("company_id"));
        assert_eq!(columns[1], Column::name("company_name"));
        assert_eq!(columns[2..], *Group::COLUMNS);
    }
}
