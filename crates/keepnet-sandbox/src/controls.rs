//! The sandbox's own paths under `/_sandbox`: looking into it, setting faults, starting over.

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::delivery::Delivery;
use crate::envelope;
use crate::fault::{Armed, Fault};
use crate::inspection::{self, RecordedRequest};
use crate::server::{self, Core};
use crate::state::World;

/// Answers a request for `/_sandbox/{what}`.
pub(crate) async fn answer(
    core: &Core,
    parts: &Parts,
    what: &str,
    mut body: Incoming,
) -> Response<Delivery> {
    let (status, body) = match (parts.method.as_str(), what) {
        ("GET", "state") => {
            let world = core.world();
            (StatusCode::OK, inspection::state(&world, &core.settings))
        }
        ("GET", "requests") => {
            let world = core.world();
            let requests = world.requests.iter().map(RecordedRequest::to_json);
            (StatusCode::OK, requests.collect())
        }
        ("POST", "reset") => reset(core),
        ("GET", "faults") => (StatusCode::OK, core.faults().to_json()),
        ("POST", "faults") => match server::collect(&mut body).await {
            Ok(body) => set_faults(core, &body),
            Err(_) => bad("the body ended early"),
        },
        ("DELETE", "faults") => {
            core.faults().clear();
            (StatusCode::OK, json!([]))
        }
        (_, "state" | "requests" | "reset" | "faults") => (
            StatusCode::METHOD_NOT_ALLOWED,
            json!({ "error": "other method" }),
        ),
        _ => (
            StatusCode::NOT_FOUND,
            json!({ "error": "state, requests, faults and reset are here" }),
        ),
    };
    envelope::json_response(status, &body)
}

/// Back to the seed and to the faults of the start.
fn reset(core: &Core) -> (StatusCode, Value) {
    let mut world = core.world();
    match World::new(&core.settings.seed, core.settings.clock.now()) {
        Ok(fresh) => {
            *world = fresh.following(&mut world);
            *core.faults() = Armed::new(&core.settings.faults);
            (StatusCode::OK, json!({ "reset": true }))
        }
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            json!({ "error": error.to_string() }),
        ),
    }
}

/// Adds the faults of `{ "faults": ["SPEC", …] }`: all of them, or none if one cannot be read.
fn set_faults(core: &Core, body: &[u8]) -> (StatusCode, Value) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(specs) = body["faults"].as_array() else {
        return bad("send { \"faults\": [\"SPEC\", …] }");
    };
    let read = |spec: &Value| spec.as_str().unwrap_or_default().parse();
    match specs.iter().map(read).collect::<Result<Vec<Fault>, _>>() {
        Ok(faults) => {
            let mut armed = core.faults();
            faults.into_iter().for_each(|fault| armed.add(fault));
            (StatusCode::OK, armed.to_json())
        }
        Err(error) => bad(&error.to_string()),
    }
}

fn bad(error: &str) -> (StatusCode, Value) {
    (StatusCode::BAD_REQUEST, json!({ "error": error }))
}
