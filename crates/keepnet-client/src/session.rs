use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::SystemTime;

use futures::future::{self, Either};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Method, Request, RequestBuilder, Response, StatusCode, Url};
use tracing::Instrument as _;

use crate::answer::no_answer;
use crate::budget::RetryBudget;
use crate::call::Call;
use crate::error::Failure;
use crate::form::Progress;
use crate::in_flight::{InFlight, Place};
use crate::outgoing::Outgoing;
use crate::random::RequestId;
use crate::retry::Outcome;
use crate::token::{TOKEN_PATH, Token, Tokens};
use crate::transport::Transport;
use crate::{
    ClientConfig, Clock, CompanyId, Error, Form, Operation, Random, RetryPolicy, Safety, TokenInfo,
    Transfer, random,
};

const DOCUMENTED_SCOPE: HeaderName = HeaderName::from_static("x-keepnet-company-id");
/// What the vendor's own clients send; some of the services behind the gateway honour it alone.
const OBSERVED_SCOPE: HeaderName = HeaderName::from_static("x-ir-company-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// What all calls of one credential share: the token, the connections, the limits; and the company
/// that this handle is scoped to.
///
/// Cheap to clone. Dropping a call's future cancels it; a request already sent may still take
/// effect.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    company: Option<CompanyId>,
    /// The company's id as it is sent.
    scope: Option<HeaderValue>,
}

struct Shared {
    base: Url,
    transport: Transport,
    tokens: Arc<Tokens>,
    retry: RetryPolicy,
    budget: Arc<RetryBudget>,
    in_flight: InFlight,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    operations: &'static [Operation],
}

impl Session {
    /// Checks the configuration and prepares the connections. Makes no request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for an unusable base URL or proxy, or where
    /// TLS cannot be set up.
    pub fn new(config: &ClientConfig) -> Result<Self, Error> {
        Self::with_operations(config, crate::OPERATIONS)
    }

    pub(crate) fn with_operations(
        config: &ClientConfig,
        operations: &'static [Operation],
    ) -> Result<Self, Error> {
        let base = config.checked_base_url()?;
        let transport = Transport::new(config, &base)?;
        let budget = Arc::new(RetryBudget::new(config.retry.budget));
        let tokens = Tokens::new(
            config,
            join(&base, TOKEN_PATH),
            transport.clone(),
            Arc::clone(&budget),
        );
        Ok(Self {
            shared: Arc::new(Shared {
                base,
                transport,
                tokens,
                retry: config.retry,
                budget,
                in_flight: InFlight::new(config.concurrency),
                clock: Arc::clone(&config.clock),
                random: Arc::clone(&config.random),
                operations,
            }),
            company: None,
            scope: None,
        })
    }

    /// The same session, acting in a customer company: every request carries its id.
    #[must_use]
    pub fn for_company(&self, company: &CompanyId) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            company: Some(company.clone()),
            scope: Some(company.header()),
        }
    }

    /// The company that requests are scoped to.
    #[must_use]
    pub fn company(&self) -> Option<&CompanyId> {
        self.company.as_ref()
    }

    /// The address of the service, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.shared.base.as_str().trim_end_matches('/')
    }

    /// The clock that the client waits by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// The source of jitter and request ids.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.shared.random
    }

    /// Signs in if need be, and tells what the token says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) where the service refuses the
    /// credentials; the kinds of an unreachable service otherwise.
    pub async fn token_info(&self) -> Result<TokenInfo, Error> {
        match self.shared.tokens.get().await {
            Ok(token) => Ok(token.info.clone()),
            Err(failure) => Err(Error::from_failure("sign in", None, failure.into())),
        }
    }

    /// Whether the token's own list of permissions allows the operation, signing in if need be:
    /// known before the call is made. `None` where the token carries no list or no operation has
    /// this id.
    ///
    /// The service decides by more than the list, by the company for instance, so a `Some(true)` is
    /// no promise.
    ///
    /// # Errors
    ///
    /// Those of [`token_info`](Self::token_info).
    pub async fn permits(&self, operation: &str) -> Result<Option<bool>, Error> {
        let info = self.token_info().await?;
        Ok(Operation::find_in(self.shared.operations, operation)
            .and_then(|operation| info.permits(operation)))
    }

    /// Starts a request to a path of the service such as `/api/companies/my`, to be handed to
    /// [`send`](Self::send).
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http().request(method, join(&self.shared.base, path))
    }

    /// Sends a request as the given operation, with all that a generated method gets: token, scope,
    /// tries. The answer may have any status.
    ///
    /// # Errors
    ///
    /// Where there is no answer: no token, no connection, time run out. A status is not an error
    /// here; see [`Error::from_response`].
    pub async fn send(&self, request: Request, operation: &'static str) -> Result<Response, Error> {
        let (call, outcome) = self.run(operation, Outgoing::new(request)).await;
        match outcome {
            Ok(mut response) => {
                response.extensions_mut().insert(call);
                Ok(response)
            }
            Err(failure) => Err(Error::from_failure(operation, Some(call), failure)),
        }
    }

    /// Sends a request as the given operation on behalf of a generated method. Never fails: where
    /// there is no answer, the response has status 599 and [`Error::from_raw`] knows why.
    ///
    /// # Errors
    ///
    /// None; the signature is that of progenitor's hook.
    pub async fn execute(
        &self,
        request: Request,
        operation: &'static str,
    ) -> reqwest::Result<Response> {
        let (call, outcome) = self.run(operation, Outgoing::new(request)).await;
        Ok(told(call, outcome))
    }

    pub(crate) async fn execute_form(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        form: &Form,
    ) -> Response {
        let url = join(&self.shared.base, path);
        let outgoing = Outgoing::Form { method, url, form };
        let (call, outcome) = self.run(operation, outgoing).await;
        told(call, outcome)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.transport.http
    }

    /// Boxed, for the future of a call is moved through several hands before it is polled, and this
    /// is the bulk of it.
    fn run<'a>(
        &'a self,
        id: &'static str,
        outgoing: Outgoing<'a>,
    ) -> Pin<Box<impl Future<Output = (Call, Result<Response, Failure>)>>> {
        Box::pin(async move {
            let operation = Operation::find_in(self.shared.operations, id);
            let mut call = Call {
                operation: id,
                company: self.company.clone(),
                request_id: RequestId::new(&*self.shared.random),
                tries: 0,
                budget_spent: false,
                answered: None,
                safety: operation.map_or(Safety::Once, |operation| operation.safety),
            };
            let transfer = match (&outgoing, operation) {
                (Outgoing::Form { .. }, _) => Transfer::Upload,
                (_, operation) => {
                    operation.map_or(Transfer::Message, |operation| operation.transfer)
                }
            };
            let span = tracing::info_span!(
                "keepnet",
                operation = id,
                method = outgoing.method().map(Method::as_str),
                path = operation.map(|operation| operation.path),
                company = self.company.as_ref().map(CompanyId::as_str),
                request_id = call.request_id.as_str(),
            );
            let tries = self.tries(&mut call, outgoing, transfer);
            let outcome = tries.instrument(span).await;
            (call, outcome)
        })
    }

    async fn tries(
        &self,
        call: &mut Call,
        mut outgoing: Outgoing<'_>,
        transfer: Transfer,
    ) -> Result<Response, Failure> {
        self.stay_home(outgoing.url())?;
        let shared = &*self.shared;
        let started = shared.clock.now();
        let mut renewed = 0;
        let mut paid = None;
        loop {
            // Calls that need a token wait for it together, before they take a place.
            let mut token = shared.tokens.get().await?;
            let place = match shared.in_flight.free(call.safety) {
                Some(place) => place,
                None => {
                    let place = self.place(call.safety, started).await?;
                    // Waiting may have outlived the token.
                    token = shared.tokens.get().await?;
                    place
                }
            };
            let (mut request, progress) = outgoing.next(self.http()).await?;
            self.dress(&mut request, call, &token, transfer);
            call.tries += 1;
            let span = tracing::debug_span!("try", number = call.tries);
            let result = self
                .attempt(request, progress, transfer)
                .instrument(span)
                .await;
            let now = shared.clock.now();
            call.answered = Some(now);
            if let Ok(answer) = &result {
                place.answered(answer.status());
            }
            drop(place);
            let outcome = match &result {
                Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED && renewed == 0 => {
                    shared.tokens.reject(&token);
                    renewed = 1;
                    // A 401 is given before anything is done, so even a call that must not act
                    // twice may be sent again.
                    if outgoing.repeats() {
                        continue;
                    }
                    Outcome::Final
                }
                Ok(answer) => Outcome::of_status(answer.status(), answer.headers(), Some(now)),
                Err(failure) => Outcome::of_failure(failure),
            };
            let elapsed = now.duration_since(started).unwrap_or_default();
            let fraction = random::fraction(&*shared.random);
            let tries = call.tries - renewed;
            let wait = shared
                .retry
                .wait(call.safety, outcome, tries, elapsed, fraction)
                .filter(|_| outgoing.repeats());
            let Some(wait) = wait else {
                if result
                    .as_ref()
                    .is_ok_and(|answer| answer.status().is_success())
                {
                    shared.budget.succeeded(paid);
                }
                return result;
            };
            paid = shared.budget.withdraw(outcome);
            if paid.is_none() {
                call.budget_spent = true;
                tracing::debug!(tries = call.tries, "not trying again: the budget is spent");
                return result;
            }
            tracing::debug!(tries = call.tries, ?wait, "trying again");
            shared.clock.sleep(wait).await;
        }
    }

    /// A place among the requests in flight, waited for until the call's deadline.
    async fn place(&self, safety: Safety, started: SystemTime) -> Result<Place, Failure> {
        let shared = &*self.shared;
        let elapsed = shared.clock.now().duration_since(started);
        let left = shared
            .retry
            .deadline
            .saturating_sub(elapsed.unwrap_or_default());
        let place = pin!(shared.in_flight.place(safety));
        let limit = pin!(async { shared.clock.limit(left).await });
        match future::select(place, limit).await {
            Either::Left((place, _)) => Ok(place),
            Either::Right(_) => Err(Failure::Crowded(left)),
        }
    }

    async fn attempt(
        &self,
        request: Request,
        progress: Option<Progress>,
        transfer: Transfer,
    ) -> Result<Response, Failure> {
        let shared = &*self.shared;
        let started = shared.clock.now();
        let result = shared.transport.exchange(request, progress, transfer).await;
        let elapsed_ms = || {
            let elapsed = shared.clock.now().duration_since(started);
            elapsed.unwrap_or_default().as_millis() as u64
        };
        match &result {
            Ok(answer) => {
                let status = answer.status().as_u16();
                tracing::debug!(status, elapsed_ms = elapsed_ms(), "answered");
            }
            Err(failure) => tracing::debug!(%failure, elapsed_ms = elapsed_ms(), "no answer"),
        }
        result
    }

    /// Everything the service needs to know, in one place for all operations.
    fn dress(&self, request: &mut Request, call: &Call, token: &Token, transfer: Transfer) {
        let headers = request.headers_mut();
        headers.reserve(5);
        headers.remove(API_VERSION);
        headers.insert(AUTHORIZATION, token.bearer.clone());
        for name in [DOCUMENTED_SCOPE, OBSERVED_SCOPE] {
            match &self.scope {
                Some(scope) => headers.insert(name, scope.clone()),
                None => headers.remove(name),
            };
        }
        if let Ok(id) = HeaderValue::from_str(call.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        if !headers.contains_key(ACCEPT) {
            let accept = match transfer {
                Transfer::Download => "*/*",
                Transfer::Message | Transfer::Upload => "application/json",
            };
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
    }

    /// The token goes nowhere but to the configured host.
    fn stay_home(&self, url: Option<&Url>) -> Result<(), Failure> {
        match url {
            Some(url) if !same_origin(url, &self.shared.base) => {
                Err(Failure::Elsewhere(url.host_str().unwrap_or("?").to_owned()))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("base_url", &self.base_url())
            .field("company", &self.company)
            .field("tokens", &self.shared.tokens)
            .finish_non_exhaustive()
    }
}

fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host_str() == other.host_str()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// What a generated method gets: a response, and the call left where it is looked for.
fn told(call: Call, outcome: Result<Response, Failure>) -> Response {
    let mut response = outcome.unwrap_or_else(no_answer);
    if let Err(call) = call.record() {
        response.extensions_mut().insert(call);
    }
    response
}

/// Appends a path to the base, which may have a path of its own.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    url.set_path(&format!(
        "{}/{}",
        base.path().trim_end_matches('/'),
        path.trim_start_matches('/')
    ));
    url.set_query(query);
    url
}
