//! Calls of operations that a program learns at run time.

use super::raw_response::RawResponse;
use super::typed::Call;
use crate::{Form, Operation, Scope, ScopedClient, Transfer};

impl<S: Scope> ScopedClient<S> {
    /// A call of any operation by its path, such as `/api/jobs/j0b?x=1`, percent-encoded, with a
    /// JSON text as its body or none: for programs that learn at run time what to call. Everything
    /// that a generated method gets applies to it as well.
    ///
    /// A path that does not fit the operation makes the call fail before anything is sent.
    pub fn call(
        &self,
        operation: &'static Operation,
        path: &str,
        json: Option<String>,
    ) -> Call<RawResponse> {
        let call = Call::<RawResponse>::by_path(self.target(), operation, path);
        match json {
            Some(json) => call.json_text(json),
            None => call,
        }
    }

    /// As [`call`](Self::call), with a form as its body: multipart where the operation takes files,
    /// and url-encoded otherwise. A url-encoded form cannot hold a file: the call then fails before
    /// anything is sent.
    pub fn call_with_form(
        &self,
        operation: &'static Operation,
        path: &str,
        form: Form,
    ) -> Call<RawResponse> {
        let call = Call::<RawResponse>::by_path(self.target(), operation, path);
        match operation.transfer {
            Transfer::Upload => call.form(form),
            Transfer::Message | Transfer::Download => call.url_encoded_form(&form),
        }
    }
}
