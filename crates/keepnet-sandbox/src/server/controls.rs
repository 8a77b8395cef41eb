//! The sandbox's own paths under `/_sandbox`: state, requests, faults and reset.

use hyper::body::Incoming;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::inspection::inspect;
use crate::core::Core;
use crate::fault::Fault;
use crate::http::{ResponseBody, json_response, read_body};
use crate::state::RecordedRequest;

/// Responds to a request for `/_sandbox/{control}`.
pub(super) async fn respond(
    core: &Core,
    method: &Method,
    control: &str,
    mut body: Incoming,
) -> Response<ResponseBody> {
    let result = match (method.as_str(), control) {
        ("GET", "state") => Ok(inspect(&core.state(), &core.settings)),
        ("GET", "requests") => {
            let state = core.state();
            Ok(state
                .requests
                .iter()
                .map(RecordedRequest::to_json)
                .collect())
        }
        ("POST", "reset") => match core.reset() {
            Ok(()) => Ok(json!({ "reset": true })),
            Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        },
        ("GET", "faults") => Ok(core.faults().to_json()),
        ("POST", "faults") => match read_body(&mut body).await {
            Ok(body) => add_faults(core, &body).map_err(|error| (StatusCode::BAD_REQUEST, error)),
            Err(_) => Err((StatusCode::BAD_REQUEST, "the body ended early".to_owned())),
        },
        ("DELETE", "faults") => {
            core.faults().clear();
            Ok(json!([]))
        }
        (_, "state" | "requests" | "reset" | "faults") => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            "the path does not support this method".to_owned(),
        )),
        _ => Err((
            StatusCode::NOT_FOUND,
            "the paths are state, requests, faults and reset".to_owned(),
        )),
    };
    match result {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err((status, error)) => json_response(status, &json!({ "error": error })),
    }
}

/// Adds the faults of `{ "faults": ["SPEC", …] }`: all of them, or none if one is invalid.
fn add_faults(core: &Core, body: &[u8]) -> Result<Value, String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let specs = body["faults"]
        .as_array()
        .ok_or("send { \"faults\": [\"SPEC\", …] }")?;
    let parse = |spec: &Value| spec.as_str().unwrap_or_default().parse();
    let faults: Result<Vec<Fault>, _> = specs.iter().map(parse).collect();
    let faults = faults.map_err(|error| error.to_string())?;
    let mut active = core.faults();
    faults.into_iter().for_each(|fault| active.add(fault));
    Ok(active.to_json())
}
