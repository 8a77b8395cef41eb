//! The sandbox's own paths under `/_sandbox`, for tests in any language.

mod descriptions;
mod snapshots;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::descriptions::{
    ExpectationDescription, FaultsDescription, StubDescription, WaitDescription,
};
use super::inspection::inspect;
use super::request_wait::{WaitError, wait_for_requests};
use crate::api::import;
use crate::core::Core;
use crate::fault::Fault;
use crate::http::{RequestBody, ResponseBody, json_response, read_body};
use crate::state::RecordedRequest;

pub(crate) use self::snapshots::restore;

type ControlResult = Result<Value, (StatusCode, String)>;

const PATHS: [&str; 10] = [
    "expectations",
    "faults",
    "finish-imports",
    "health",
    "requests",
    "reset",
    "snapshots",
    "state",
    "stubs",
    "wait-for-requests",
];

/// Responds to a request for `/_sandbox/{control}`.
pub(super) async fn respond(
    core: &Arc<Core>,
    method: &Method,
    control: &str,
    body: Incoming,
) -> Response<ResponseBody> {
    let mut body = RequestBody::new(body, false);
    let result = match read_body(&mut body).await {
        Ok(body) => run(core, method.as_str(), control, &body).await,
        Err(_) => Err(bad_request("the body ended early")),
    };
    match result {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err((status, error)) => json_response(status, &json!({ "error": error })),
    }
}

async fn run(core: &Arc<Core>, method: &str, control: &str, body: &[u8]) -> ControlResult {
    let (control, id) = control
        .split_once('/')
        .map_or((control, None), |(control, id)| (control, Some(id)));
    match (method, control, id) {
        ("GET", "health", None) => Ok(json!({ "ready": true })),
        ("GET", "state", None) => Ok(inspect(&core.state(), &core.settings)),
        ("GET", "requests", None) => {
            let state = core.state();
            let requests = state.requests.iter();
            Ok(requests.map(RecordedRequest::to_json).collect())
        }
        ("POST", "reset", None) => match core.reset() {
            Ok(()) => Ok(json!({ "reset": true })),
            Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        },
        ("GET", "faults", None) => Ok(core.faults().to_json()),
        ("POST", "faults", None) => add_faults(core, &parse(body)?),
        ("DELETE", "faults", None) => {
            core.faults().clear();
            Ok(json!([]))
        }
        ("POST", "stubs", None) => {
            let (pattern, answer) = parse::<StubDescription>(body)?
                .build()
                .map_err(bad_request)?;
            core.stubs().add(pattern, answer);
            Ok(json!({ "added": true }))
        }
        ("DELETE", "stubs", None) => {
            core.stubs().clear();
            Ok(json!([]))
        }
        ("POST", "expectations", None) => {
            let description: ExpectationDescription = parse(body)?;
            let (pattern, times) = description.build().map_err(bad_request)?;
            core.expectations().add(pattern, times);
            Ok(json!({ "added": true }))
        }
        ("GET", "expectations", None) => {
            let unmet = core.expectations().unmet();
            Ok(json!({ "met": unmet.is_empty(), "unmet": unmet }))
        }
        ("DELETE", "expectations", None) => {
            core.expectations().clear();
            Ok(json!([]))
        }
        ("POST", "finish-imports", None) => {
            import::finish_imports(&mut core.state(), &core.settings);
            Ok(json!({ "finished": true }))
        }
        ("POST", "wait-for-requests", None) => {
            let (pattern, at_least, limit) = parse::<WaitDescription>(body)?
                .build()
                .map_err(bad_request)?;
            match wait_for_requests(core, pattern, at_least, limit).await {
                Ok(requests) => Ok(requests.iter().map(RecordedRequest::to_json).collect()),
                Err(error @ WaitError::ContentNotRecorded) => Err(bad_request(error)),
                Err(error) => Err((StatusCode::GATEWAY_TIMEOUT, error.to_string())),
            }
        }
        ("POST", "snapshots", None) => Ok(snapshots::take(core)),
        ("PUT", "snapshots", Some(id)) => {
            if snapshots::restore_by_id(core, id) {
                Ok(json!({ "restored": true }))
            } else {
                let error = "there is no snapshot with this id".to_owned();
                Err((StatusCode::NOT_FOUND, error))
            }
        }
        (_, control, _) if PATHS.contains(&control) => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            "the path does not support this method".to_owned(),
        )),
        _ => Err((
            StatusCode::NOT_FOUND,
            format!("the paths are {}", PATHS.join(", ")),
        )),
    }
}

/// Adds all faults, or none if one is invalid.
fn add_faults(core: &Core, description: &FaultsDescription) -> ControlResult {
    let faults: Result<Vec<Fault>, _> = description.faults.iter().map(|it| it.parse()).collect();
    let faults = faults.map_err(bad_request)?;
    let mut active = core.faults();
    faults.into_iter().for_each(|fault| active.add(fault));
    Ok(active.to_json())
}

/// Parses the JSON body of a control. The error names the property, and no value.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(bad_request)
}

fn bad_request(error: impl ToString) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, error.to_string())
}
