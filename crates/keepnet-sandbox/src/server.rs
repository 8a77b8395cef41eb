//! The HTTP side: accepting connections, and taking each request through routing, authorisation and
//! scoping.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{DATE, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::auth;
use crate::clock::{self, Clock};
use crate::controls;
use crate::delivery::{self, Broken, Delivery, Reset, Wire};
use crate::dialect::Dialect;
use crate::envelope::{self, Answer, Failure, Reply};
use crate::fault::{Armed, CutOff, Effects, Fault};
use crate::held::{Answered, Held};
use crate::import;
use crate::inspection::RecordedRequest;
use crate::operations::{self, Access, Handler, Route};
use crate::request::{self, BODY_LIMIT, Call};
use crate::router::{self, Found, Params};
use crate::rules::{Pace, Rules};
use crate::scope;
use crate::seed::{Role, Seed};
use crate::state::World;

/// Connections that are still answering when the sandbox stops get so long to finish.
const GRACE: Duration = Duration::from_secs(2);

/// So much of an unwanted body is read.
const DRAINED: usize = 1 << 30;

/// What was decided when the sandbox started.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    pub(crate) pace: Pace,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: Seed,
}

/// The running service.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) held: Held,
    world: Mutex<World>,
    faults: Mutex<Armed>,
    stopping: watch::Sender<bool>,
}

impl Core {
    pub(crate) fn new(settings: Settings, world: World, held: Held) -> Arc<Self> {
        Arc::new(Self {
            faults: Mutex::new(Armed::new(&settings.faults)),
            settings,
            held,
            world: Mutex::new(world),
            stopping: watch::Sender::new(false),
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Armed> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Completes when the sandbox stops.
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self
            .stopping
            .subscribe()
            .wait_for(|stopping| *stopping)
            .await;
    }
}

/// Serves until the core is told to stop.
pub(crate) async fn serve(listener: TcpListener, core: Arc<Core>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = core.stopped() => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&core)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    let drained = async { while connections.join_next().await.is_some() {} };
    // Whoever has not finished by then is cut off when the set is dropped.
    let _ = tokio::time::timeout(GRACE, drained).await;
}

async fn connection(stream: TcpStream, core: Arc<Core>) {
    // Small answers must not wait for the peer's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = Reset::default();
    let wire = TokioIo::new(Wire::new(stream, reset.clone()));
    let service = service_fn(|request| {
        let (core, reset) = (Arc::clone(&core), reset.clone());
        async move { answer(&core, request, &reset).await }
    });
    let mut serving = std::pin::pin!(http1::Builder::new().serve_connection(wire, service));
    tokio::select! {
        // A peer that breaks off is not the sandbox's concern.
        _ = serving.as_mut() => return,
        () = core.stopped() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

/// Answers a request; an error ends the connection.
async fn answer(
    core: &Arc<Core>,
    request: Request<Incoming>,
    reset: &Reset,
) -> Result<Response<Delivery>, Broken> {
    let (parts, mut body) = request.into_parts();
    if let Some(inspected) = parts.uri.path().strip_prefix("/_sandbox/") {
        return Ok(controls::answer(core, &parts, inspected, body).await);
    }
    let record = RecordedRequest::begin(parts.method.as_str(), parts.uri.path(), &parts.headers);
    let mut record = Recording { core, record };
    let found = router::find(operations::all(), &parts.method, parts.uri.path());
    if let Found::Operation { route, .. } = &found {
        record.operation = Some(route.name());
    }
    let plan = core.faults().strike(record.operation.as_deref());
    record.faults.clone_from(&plan.names);
    let latency = core.settings.latency + plan.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if plan.cut_off == Some(CutOff::BeforeReading) {
        reset.demand();
        return Err(Broken);
    }
    let response = match &plan.instead {
        Some(instead) => {
            envelope::render_fault(core.settings.dialect, instead, core.settings.clock.now())
        }
        None => {
            let mut request = Received {
                parts: &parts,
                body: &mut body,
                effects: plan.effects,
                sent: None,
            };
            let result = made(dispatch(core, found, &mut request, &mut record).await).await;
            let sent = request.sent.take();
            let response = envelope::render(core.settings.dialect, result);
            if let Some(operation) = &record.operation {
                let answered = Answered {
                    operation,
                    sent: sent.as_ref(),
                    response: &response,
                };
                core.held.check(core.settings.dialect, &answered);
            }
            response
        }
    };
    if plan.cut_off == Some(CutOff::AfterCommit) {
        reset.demand();
        return Err(Broken);
    }
    if !body.is_end_stream() {
        tokio::spawn(drain(body));
    }
    record.status = response.status().as_u16();
    let mut response = response;
    if let Ok(now) = HeaderValue::from_str(&clock::http_date(core.settings.clock.now())) {
        // A date of its own clock: a wait until a date is reckoned from here.
        response.headers_mut().insert(DATE, now);
    }
    Ok(delivery::shape(response, &plan, reset))
}

/// A request that is put on record when it is done with, also where its peer does not wait for an
/// answer.
struct Recording<'c> {
    core: &'c Core,
    record: RecordedRequest,
}

impl Deref for Recording<'_> {
    type Target = RecordedRequest;

    fn deref(&self) -> &RecordedRequest {
        &self.record
    }
}

impl DerefMut for Recording<'_> {
    fn deref_mut(&mut self) -> &mut RecordedRequest {
        &mut self.record
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        self.core.world().record(std::mem::take(&mut self.record));
    }
}

/// Makes an answer that was put off, on a thread where it may take long.
async fn made(answer: Answer) -> Answer {
    match answer {
        Ok(Reply::Later(later)) => {
            let making = tokio::task::spawn_blocking(|| later.make()).await;
            making.unwrap_or_else(|_| Err(Failure::internal("The file could not be written")))
        }
        answer => answer,
    }
}

/// A request of which the body is still to be read.
struct Received<'r> {
    parts: &'r Parts,
    body: &'r mut Incoming,
    effects: Effects,
    /// The JSON body, kept where it is wanted once more.
    sent: Option<Value>,
}

async fn dispatch(
    core: &Arc<Core>,
    found: Found,
    request: &mut Received<'_>,
    record: &mut RecordedRequest,
) -> Answer {
    let (route, params) = match found {
        Found::Operation { route, params } => (route, params),
        Found::OtherMethods(methods) => return Err(Failure::not_allowed(methods)),
        Found::Nothing => return Err(Failure::not_found("There is nothing at this path")),
    };
    let (parts, effects) = (request.parts, request.effects);
    let body = &mut *request.body;
    if effects.token_revoked {
        auth::revoke(&mut core.world(), &parts.headers);
    }
    match route.handler {
        Handler::Token => {
            let body = collect(body).await?;
            let dies_after = effects.token_lifetime;
            auth::issue_token(
                &mut core.world(),
                &core.settings,
                &parts.headers,
                &body,
                dies_after,
            )
        }
        Handler::Missing => {
            admit(core, route, params, parts, record)?;
            Err(Failure::not_implemented(&route.name()))
        }
        Handler::Upload => {
            let call = admit(core, route, params, parts, record)?;
            import::upload(&call, &parts.headers, body).await
        }
        Handler::Json(handler) => {
            let mut call = admit(core, route, params, parts, record)?;
            call.effects = effects;
            call.body = request::parse_json(&parts.headers, &collect(body).await?)?;
            request.sent = core.held.is_on().then(|| call.body.clone());
            let mut world = core.world();
            if effects.transaction_expires {
                import::expire_named(&mut world, &call);
            }
            handler(&mut world, &call)
        }
    }
}

/// Settles who calls, whether the role suffices, and which company the call acts in.
fn admit(
    core: &Arc<Core>,
    route: &Route,
    params: Params,
    parts: &Parts,
    record: &mut RecordedRequest,
) -> Result<Call, Failure> {
    let mut world = core.world();
    let caller = auth::caller(&world, &parts.headers, core.settings.clock.now())?;
    record.client_id = Some(caller.client_id.clone());
    if route.access == Access::Resellers && caller.role != Role::Reseller {
        return Err(Failure::forbidden(
            "Only a client with the Reseller role may call this",
        ));
    }
    let company = scope::company(&world, &caller, &parts.headers)?;
    record.company = Some(world.companies[company].id.clone());
    let named = record.keepnet_company_id.is_some() || record.ir_company_id.is_some();
    if route.access == Access::InCompany && caller.role == Role::Reseller && !named {
        world.counters.unscoped_calls += 1;
    }
    Ok(Call {
        core: Arc::clone(core),
        caller,
        company,
        params,
        body: Value::Null,
        effects: Effects::default(),
    })
}

pub(crate) async fn collect(body: &mut Incoming) -> Result<Bytes, Failure> {
    let limit = usize::try_from(BODY_LIMIT).unwrap_or(usize::MAX);
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::too_large(BODY_LIMIT)),
        Err(_) => Err(Failure::input("The body ended early")),
    }
}

/// Reads what is left of a body that was not wanted: a peer that is still sending would otherwise
/// be cut off before it can read the answer.
async fn drain(mut body: Incoming) {
    let mut left = DRAINED;
    while let Some(Ok(frame)) = body.frame().await {
        let read = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
