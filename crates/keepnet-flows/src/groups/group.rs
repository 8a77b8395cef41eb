//! A target group of a company.

use keepnet_client::Timestamp;
use keepnet_client::types::TargetGroupDto;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::is_same_name;
use crate::priority_text::PriorityText;

/// A target group of a company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Group {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
    /// How much attention its people need, such as `Medium`.
    pub priority: Option<PriorityText>,
    /// When it was created, in the words of the service, which do not say the time zone.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// Whether people can be put into it; one that the service or an identity provider fills takes
    /// none.
    pub editable: bool,
}

impl Group {
    /// Whether this is its name, without regard to case.
    pub(super) fn is_named(&self, name: &str) -> bool {
        is_same_name(&self.name, name)
    }
}

impl From<TargetGroupDto> for Group {
    fn from(group: TargetGroupDto) -> Group {
        Group {
            editable: group.is_scim_group != Some(true)
                && group.is_google_group != Some(true)
                && group.is_editable != Some(false),
            id: group.resource_id.unwrap_or_default(),
            name: group.name.unwrap_or_default(),
            priority: group
                .priority
                .map(|priority| PriorityText::from(priority.0)),
            created: (group.create_date).filter(|time| !time.as_str().is_empty()),
        }
    }
}
