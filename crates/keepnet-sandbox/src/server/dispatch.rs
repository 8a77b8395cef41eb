//! Authorizing a request, and calling the handler of its operation.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::HeaderMap;
use serde_json::Value;

use super::router::RouteMatch;
use crate::api::auth::{self, TokenRequest};
use crate::api::{import, scope};
use crate::call::{Call, Params};
use crate::contract::ExampleResponse;
use crate::core::Core;
use crate::fault::ServiceEffects;
use crate::http::{ApiError, HandlerResult, Reply, RequestBody, parse_json, read_body};
use crate::operations::OPERATIONS;
use crate::route::{Access, Handler, Route};
use crate::seed::Role;
use crate::state::RecordedRequest;

/// A request whose body has not been read yet.
pub(super) struct ReceivedRequest<'r> {
    pub(super) headers: &'r HeaderMap,
    pub(super) body: &'r mut RequestBody,
    pub(super) effects: ServiceEffects,
    /// A copy of the JSON body, kept for the validation against the contract.
    pub(super) json: Option<Value>,
}

pub(super) async fn dispatch(
    core: &Arc<Core>,
    found: RouteMatch,
    request: &mut ReceivedRequest<'_>,
    record: &mut RecordedRequest,
) -> HandlerResult {
    let (route, params) = match found {
        RouteMatch::Operation { route, params } => (route, params),
        RouteMatch::OtherMethods(methods) => return Err(ApiError::method_not_allowed(methods)),
        RouteMatch::UnknownPath => return Err(ApiError::not_found("The path is unknown")),
    };
    let (headers, effects) = (request.headers, request.effects);
    if effects.token_revoked {
        auth::revoke_token(&mut core.state(), headers);
    }
    if let Handler::Token = route.handler {
        let body = read_body(request.body).await?;
        if let Some(answer) = core.stubs().answer(record, None) {
            return Ok(Reply::Stub(answer));
        }
        let request = TokenRequest {
            headers,
            body: &body,
            lifetime: effects.token_lifetime,
        };
        return auth::issue_token(&mut core.state(), &core.settings, OPERATIONS, &request);
    }
    let mut call = authorize(core, route, params, request, record)?;
    let body = match route.handler {
        // It can be large, so its handler reads it in pieces.
        Handler::Upload => Bytes::new(),
        _ => read_body(request.body).await?,
    };
    let json = parse_json(headers, &body);
    if let Some(answer) = core.stubs().answer(record, json.as_ref().ok()) {
        return Ok(Reply::Stub(answer));
    }
    if let Ok(json) = &json {
        let problems = core
            .contract
            .problems(core.settings.dialect, route.name, json);
        if !problems.is_empty() {
            let error = ApiError::validation(problems);
            return Err(error.because("the request breaks the contract"));
        }
    }
    match route.handler {
        Handler::Upload => import::upload(&call, headers, request.body).await,
        Handler::Json(handler) => {
            call.json = json?;
            request.json = core.contract.is_enabled().then(|| call.json.clone());
            let mut state = core.state();
            if effects.transaction_expires {
                import::expire_transaction_of_call(&mut state, &call);
            }
            handler(&mut state, &call)
        }
        Handler::Missing | Handler::Token => answer_missing(core, route),
    }
}

/// Answers an operation that the sandbox does not have.
fn answer_missing(core: &Core, route: &Route) -> HandlerResult {
    let settings = &core.settings;
    if settings.answer_all {
        let example = ExampleResponse::of(route.name, settings.dialect, settings.clock.now());
        if let Some(example) = example {
            return Ok(Reply::Example(example));
        }
    }
    Err(ApiError::new(
        StatusCode::NOT_IMPLEMENTED,
        format!("The sandbox does not have the operation {}", route.name),
    ))
}

/// Finds the caller, checks the role, and finds the company that the call acts in.
fn authorize(
    core: &Arc<Core>,
    route: &Route,
    params: Params,
    request: &ReceivedRequest<'_>,
    record: &mut RecordedRequest,
) -> Result<Call, ApiError> {
    let mut state = core.state();
    let now = core.settings.clock.now();
    let caller = auth::find_caller(&state, request.headers, now)?;
    record.client_id = Some(caller.client_id.clone());
    if route.access == Access::Resellers && caller.role != Role::Reseller {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "Only a client with the Reseller role may call this operation",
        ));
    }
    let company = scope::company_of_call(&state, &caller, request.headers, now)?;
    record.company = Some(state.companies[company].id.clone());
    let has_header = record.keepnet_company_id.is_some() || record.ir_company_id.is_some();
    if route.access == Access::InCompany && caller.role == Role::Reseller && !has_header {
        state.counters.unscoped_calls += 1;
    }
    Ok(Call {
        core: Arc::clone(core),
        caller,
        company,
        params,
        json: Value::Null,
        effects: request.effects,
    })
}
