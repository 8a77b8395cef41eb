//! Error responses of the service.

use hyper::StatusCode;

use crate::rules::Rules;

/// An error response: its status and the texts of its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) message: String,
    pub(super) validation: Vec<String>,
    /// The methods of the `Allow` header of a 405.
    pub(super) allow: Option<String>,
    /// Why, where the body of the service does not say it.
    pub(super) reason: Option<&'static str>,
    /// The code of the body, where it is not the usual one of the HTTP status.
    pub(super) code: Option<ErrorCode>,
}

/// The code in the body of an error.
#[derive(Clone, Copy, Debug)]
pub(super) enum ErrorCode {
    /// The `status` in the envelope.
    Envelope(&'static str),
    /// The `error` of a body in the form of OAuth 2.
    OAuth(&'static str),
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            ..Self::default()
        }
    }

    /// 400 with one text.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            validation: vec![message.clone()],
            ..Self::new(StatusCode::BAD_REQUEST, message)
        }
    }

    /// 400 with one text for each invalid property.
    pub(crate) fn validation(validation: Vec<String>) -> Self {
        Self {
            validation,
            ..Self::new(StatusCode::BAD_REQUEST, "Invalid request")
        }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn method_not_allowed(allow: String) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "The path does not support this method",
            )
        }
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        let message = format!("The body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// 500. The service also returns it for some bodies that it should refuse with a 400.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// Adds the reason, for the header `x-keepnet-sandbox-reason`: the service answers some invalid
    /// requests with a bare 500.
    pub(crate) fn because(self, reason: &'static str) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }

    /// 400 or 403, because a directory owns the user.
    pub(crate) fn owned_by_directory(rules: &Rules) -> Self {
        let message = "The user belongs to a directory and cannot be edited here";
        match rules.forbid_changes_of_directory_users {
            true => Self::new(StatusCode::FORBIDDEN, message),
            false => Self::input(message),
        }
    }

    /// 400 or 409, because another user has the e-mail address.
    pub(crate) fn duplicate_email(rules: &Rules) -> Self {
        let message = "A user with this e-mail address already exists";
        match rules.duplicate_email_is_conflict {
            true => Self::new(StatusCode::CONFLICT, message),
            false => Self::input(message),
        }
    }

    /// 400, because the licence covers no more active users.
    pub(crate) fn beyond_license() -> Self {
        Self::input("The licence covers no more active users")
    }

    /// 403, because the company does not let its reseller in.
    pub(crate) fn privacy() -> Self {
        Self {
            code: Some(ErrorCode::Envelope("PRIVACY_ERROR")),
            ..Self::new(
                StatusCode::FORBIDDEN,
                "The company does not allow access by its reseller",
            )
        }
    }

    /// 400 in the form of OAuth 2.
    pub(crate) fn oauth(error: &'static str, description: &str) -> Self {
        Self {
            code: Some(ErrorCode::OAuth(error)),
            ..Self::new(StatusCode::BAD_REQUEST, description)
        }
    }
}
