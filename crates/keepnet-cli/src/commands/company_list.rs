//! A list of one customer, or of many with the customer in front.

use clap::Args;
use futures::TryFutureExt as _;
use futures::stream::{self, StreamExt as _};
use keepnet_flows::{Company, Error};

use crate::commands::listing::{ListOptions, refuse_list_options};
use crate::commands::many::{ManyCustomers, print_each};
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;
use crate::interrupt::ResumeHint;
use crate::ui::Record;

#[derive(Debug, Args)]
#[command(mut_args(refuse_list_options))]
pub(crate) struct CompanyList {
    #[command(flatten)]
    options: ListOptions,
    #[command(flatten)]
    customers: ManyCustomers,
}

impl CompanyList {
    /// Fetches the whole list of each customer, and prints it.
    pub(super) async fn print<R, F>(
        &self,
        global: &GlobalOptions,
        hint: &ResumeHint,
        fetch: impl Fn(Company) -> F + Send + 'static,
    ) -> Result
    where
        R: Record + Send + 'static,
        F: Future<Output = Result<Vec<R>, Error>> + Send + 'static,
    {
        if let Some(selection) = self.customers.selection()? {
            let list = move |company: Company| {
                let records = fetch(company);
                let records = records.map_ok(|records| stream::iter(records).map(Ok));
                records.try_flatten_stream()
            };
            return print_each::<R, _>(global, hint, &selection, list).await;
        }
        self.options.columns::<R>(global.output)?;
        let context = Context::new(global).await?;
        let records = fetch(context.company().await?).await?;
        self.options.print(global.output, records)
    }
}
