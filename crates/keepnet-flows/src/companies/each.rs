//! The same work for many customers: bounded, fair, and none stops the others.

use std::time::Duration;

use futures::future::{Either, select};
use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use keepnet_client::clock::humanize;
use keepnet_client::{Client, CompanyRef};

use super::selection::SelectedCompanies;
use crate::{Company, Error, ErrorKind, Reseller, Result};

/// As many reads as a client has in flight, so that a customer at work does not wait for another.
const AT_A_TIME: usize = 8;
const STALL_TIMEOUT: Duration = Duration::from_secs(120);

/// What happens to a customer.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompanyEvent<T> {
    /// A result of this customer.
    Item(CompanyRef, T),
    /// This customer is done: with the number of results, or with the error that ended it.
    Finished(CompanyRef, Result<u64>),
}

/// Work for many customers, made by [`Reseller::each_company`].
#[derive(Clone, Debug)]
#[must_use = "nothing is done unless it is run"]
pub struct EachCompany {
    reseller: Reseller,
    companies: SelectedCompanies,
    at_a_time: usize,
    stall_timeout: Duration,
}

impl Reseller {
    /// Does the same work for each of these customers.
    pub fn each_company(&self, companies: &SelectedCompanies) -> EachCompany {
        EachCompany {
            reseller: self.clone(),
            companies: companies.clone(),
            at_a_time: AT_A_TIME,
            stall_timeout: STALL_TIMEOUT,
        }
    }
}

impl EachCompany {
    /// How many customers are at work at a time: at least 1, default 8, which is how many reads a client
    /// has in flight. With more, a customer may wait for the requests of others, and count that wait as its
    /// own.
    pub fn at_a_time(mut self, companies: usize) -> EachCompany {
        self.at_a_time = companies.max(1);
        self
    }

    /// How long a customer may take for its next result before it is given up. Default 2 minutes.
    pub fn stall_timeout(mut self, timeout: Duration) -> EachCompany {
        self.stall_timeout = timeout;
        self
    }

    /// Runs the work. Results are returned as they arrive, so those of several customers alternate; each
    /// customer has one [`CompanyEvent::Finished`], after its results.
    ///
    /// A customer that fails, is forbidden, closed by its privacy setting, or gives nothing for the stall
    /// time-out costs its own place only. Dropping the stream cancels what is at work.
    pub fn run<T, S>(
        self,
        work: impl Fn(Company) -> S + Send + 'static,
    ) -> BoxStream<'static, CompanyEvent<T>>
    where
        T: Send + 'static,
        S: Stream<Item = Result<T>> + Send + 'static,
    {
        let EachCompany {
            reseller,
            companies,
            at_a_time,
            stall_timeout,
        } = self;
        let companies = companies.companies().to_vec();
        let streams = companies.into_iter().map(move |company| {
            let items = match reseller.company_from(company.clone()) {
                Ok(company) => work(company).boxed(),
                Err(error) => stream::iter([Err(error)]).boxed(),
            };
            events(reseller.raw().clone(), company, items, stall_timeout)
        });
        stream::iter(streams).flatten_unordered(at_a_time).boxed()
    }
}

fn events<T: Send + 'static>(
    client: Client,
    company: CompanyRef,
    items: BoxStream<'static, Result<T>>,
    stall_timeout: Duration,
) -> BoxStream<'static, CompanyEvent<T>> {
    let start = (Some(items), 0);
    let events = stream::unfold(start, move |(items, count)| {
        let (client, company) = (client.clone(), company.clone());
        async move {
            let mut items = items?;
            let limit = client.clock().limit(stall_timeout);
            let next = match select(items.next(), limit).await {
                Either::Left((next, _)) => next,
                Either::Right(_) => {
                    let time = humanize(stall_timeout);
                    let problem = format!("the service sent nothing for {time}");
                    Some(Err(
                        Error::new(ErrorKind::Timeout, problem).with_company(&company)
                    ))
                }
            };
            Some(match next {
                Some(Ok(item)) => (CompanyEvent::Item(company, item), (Some(items), count + 1)),
                Some(Err(error)) => (CompanyEvent::Finished(company, Err(error)), (None, count)),
                None => (CompanyEvent::Finished(company, Ok(count)), (None, count)),
            })
        }
    });
    events.boxed()
}
