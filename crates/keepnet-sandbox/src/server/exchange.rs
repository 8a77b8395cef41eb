//! One exchange: the request is recorded, the faults are applied, and the response is sent.

use std::sync::Arc;

use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response};

use super::controls;
use super::dispatch::{ReceivedRequest, dispatch};
use super::router::{RouteMatch, Router};
use crate::api::import;
use crate::api::scope::{IR_HEADER, KEEPNET_HEADER};
use crate::clock;
use crate::contract::Exchange;
use crate::core::Core;
use crate::fault::ResetPoint;
use crate::http::{self, ConnectionAborted, RequestBody, ResetSignal, ResponseBody, header};
use crate::state::{RecordedRequest, RequestContent};

const TOKEN: &str = "POST /connect/token";

/// Responds to a request; an error ends the connection.
pub(super) async fn respond(
    core: &Arc<Core>,
    request: Request<Incoming>,
    reset: &ResetSignal,
) -> Result<Response<ResponseBody>, ConnectionAborted> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if let Some(control) = path.strip_prefix("/_sandbox/") {
        return Ok(controls::respond(core, &parts.method, control, body).await);
    }
    let settings = &core.settings;
    let needs_content = core.needs_content();
    let company_header =
        |name: &str| Some(header(&parts.headers, name)).filter(|id| !id.is_empty());
    let mut recording = Recording {
        core,
        request: RecordedRequest {
            method: parts.method.to_string(),
            path: path.to_owned(),
            keepnet_company_id: company_header(KEEPNET_HEADER).map(str::to_owned),
            ir_company_id: company_header(IR_HEADER).map(str::to_owned),
            ..RecordedRequest::default()
        },
    };
    let record = &mut recording.request;
    let found = Router::of_service().find(&parts.method, path);
    let operation = match &found {
        RouteMatch::Operation { route, .. } => Some(route.name),
        RouteMatch::OtherMethods(_) | RouteMatch::UnknownPath => None,
    };
    record.operation = operation.map(str::to_owned);
    record.content = needs_content.then(|| content_without_body(&parts));
    // The body of a token request has a secret.
    let mut body = RequestBody::new(body, needs_content && operation != Some(TOKEN));
    let company = record.ir_company_id.as_ref();
    let company = company.or(record.keepnet_company_id.as_ref()).cloned();
    let mut effects = core.faults().next_effects(operation, company.as_deref());
    record.faults.clone_from(&effects.faults);
    let latency = settings.latency + effects.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let (Some(import), Some(company)) = (effects.foreign_import, &company) {
        import::import_elsewhere(core, company, import);
    }
    if effects.reset == Some(ResetPoint::Before) {
        reset.request();
        return Err(ConnectionAborted);
    }
    let mut response = match &effects.replacement {
        Some(replacement) => {
            let replacement = replacement.clone();
            core.faults().take_back(&mut effects);
            record.faults.clone_from(&effects.faults);
            http::render_replacement(settings.dialect, &replacement, settings.clock.now())
        }
        None => {
            let mut received = ReceivedRequest {
                headers: &parts.headers,
                body: &mut body,
                effects: effects.service,
                json: None,
            };
            let result = dispatch(core, found, &mut received, record).await;
            let json = received.json;
            let response = http::render(settings.dialect, result).await;
            if let Some(operation) = operation {
                let exchange = Exchange {
                    operation,
                    request_body: json.as_ref(),
                    status: response.status().as_u16(),
                    content_type: header(response.headers(), CONTENT_TYPE.as_str()),
                    response_body: &response.body().bytes(),
                };
                core.contract.record(settings.dialect, &exchange);
            }
            if !response.status().is_success() {
                core.faults().take_back(&mut effects);
                record.faults.clone_from(&effects.faults);
            }
            response
        }
    };
    if effects.reset == Some(ResetPoint::After) {
        reset.request();
        return Err(ConnectionAborted);
    }
    if let Some(content) = &mut record.content {
        body.drain().await;
        let copy = body.take_copy().unwrap_or_default();
        content.body = copy.bytes.into();
        content.body_is_truncated = copy.is_truncated;
    } else if !body.is_end_stream() {
        tokio::spawn(async move { body.drain().await });
    }
    record.status = response.status().as_u16();
    if let Ok(now) = HeaderValue::from_str(&clock::format_http_date(settings.clock.now())) {
        // Clients compute the wait of a Retry-After date from this header, so it must come from the
        // same clock.
        response.headers_mut().insert(DATE, now);
    }
    if settings.compresses {
        response = http::compress(response, &parts.headers);
    }
    Ok(http::apply_body_faults(response, &effects, reset))
}

/// A request that is recorded when it is dropped. This also covers a request whose client does not
/// wait for the response, because hyper then drops the future that handles it.
struct Recording<'c> {
    core: &'c Core,
    request: RecordedRequest,
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        let mut request = std::mem::take(&mut self.request);
        self.core.expectations().count(&request);
        if !self.core.settings.record_content {
            request.content = None;
        }
        self.core.record(request);
    }
}

/// The query and the headers of a request, without secrets.
fn content_without_body(parts: &Parts) -> RequestContent {
    let query = parts.uri.query().unwrap_or_default();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "authorization" | "cookie" => String::new(),
            _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        (name.as_str().to_owned(), value)
    });
    RequestContent {
        query: form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers: headers.collect(),
        ..RequestContent::default()
    }
}
