//! A request that the sandbox received.

use serde_json::{Value, json};

use super::request_content::RequestContent;
use crate::contract::ServiceOperation;

/// One request that the sandbox received. The list is in the order in which requests were answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as the client sent it, without the query.
    pub path: String,
    /// The route of the operation, such as `POST /api/target-users/search`; `None` for an unknown
    /// path or method.
    pub operation: Option<String>,
    /// The value of `X-KEEPNET-Company-Id`.
    pub keepnet_company_id: Option<String>,
    /// The value of `X-IR-COMPANY-ID`.
    pub ir_company_id: Option<String>,
    /// The id of the company that the call acted in; `None` if the call was refused before that was
    /// known.
    pub company: Option<String>,
    /// The client that the token was issued for.
    pub client_id: Option<String>,
    /// The status of the response; 0 if the connection ended without one.
    pub status: u16,
    /// The injected faults that were applied to the call, in their text form.
    pub faults: Vec<String>,
    /// What it carried; `None` unless `Builder::record_content` is set.
    pub content: Option<RequestContent>,
}

impl RecordedRequest {
    /// The name of the operation in the client, such as `search_target_users`.
    pub fn operation_name(&self) -> Option<&'static str> {
        let known = ServiceOperation::find(self.operation.as_deref()?).ok()?;
        Some(known.name)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "operationName": self.operation_name(),
            "companyHeaders": {
                "X-KEEPNET-Company-Id": self.keepnet_company_id,
                "X-IR-COMPANY-ID": self.ir_company_id,
            },
            "company": self.company,
            "client": self.client_id,
            "status": self.status,
            "faults": self.faults,
            "content": self.content.as_ref().map(RequestContent::to_json),
        })
    }
}
