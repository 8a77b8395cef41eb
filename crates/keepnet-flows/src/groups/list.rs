//! The target groups of a company, and those that imported people join.

use std::time::Duration;

use keepnet_client::types::{CreateTargetGroupRequest, TargetGroupDto, TargetGroupPriority};

use keepnet_staff_list::Priority;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::Company;
use crate::error::{Error, ErrorKind, Result, was_not_taken};
use crate::lenient_json::{path_id, shown};

const DOING: &str = "finding the groups";
const LONGEST_NAME: usize = 64;
/// How often a group is looked for where it is in doubt whether it was created.
const LOOKS: u32 = 3;
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// A target group of a company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Group {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
    /// How much attention its people need, such as `Medium`.
    pub priority: Option<String>,
    /// When it was created, as the service writes it.
    pub created: Option<String>,
    /// Whether people can be put into it; one that the service or an identity provider fills takes
    /// none.
    pub editable: bool,
}

impl From<TargetGroupDto> for Group {
    fn from(group: TargetGroupDto) -> Group {
        Group {
            editable: !is_filled_elsewhere(&group),
            id: group.resource_id.unwrap_or_default(),
            name: group.name.unwrap_or_default(),
            priority: group.priority.map(|priority| priority.0),
            created: group.create_date.and_then(shown),
        }
    }
}

impl Company {
    /// Lists the target groups of this company.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        all(self).await
    }

    /// The target group with this id, or else with this name without regard to case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is none, and
    /// [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) where several have the name.
    pub async fn group(&self, name_or_id: &str) -> Result<Group> {
        named(self, name_or_id).await
    }

    /// The target group of this name, without regard to case. Where there is none it is created with
    /// this priority; one that is there is left as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) for a name of no or more than 64
    /// characters, and where the group of this name is filled by the service or an identity
    /// provider; [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) where several have the name;
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) where it may or may not have
    /// been created: creating it again does no harm.
    pub async fn create_group(&self, name: &str, priority: Priority) -> Result<Group> {
        ensure(self, name, priority).await
    }
}

/// The groups as the service lists them.
pub(crate) async fn all(company: &Company) -> Result<Vec<Group>> {
    let groups = list(company, "listing the groups").await?;
    Ok(groups.into_iter().map(Group::from).collect())
}

/// The group with this id, or else with this name, also one that nobody can be put into.
pub(crate) async fn named(company: &Company, wanted: &str) -> Result<Group> {
    let wanted = wanted.trim();
    let known = list(company, DOING).await?;
    match matching(company, &known, wanted)? {
        Some(group) => Ok(Group::from(group.clone())),
        None => Err(company
            .error(
                ErrorKind::NotFound,
                DOING,
                format!("there is no group {wanted:?}"),
            )
            .with_hint("use the name or id of a group of this company")),
    }
}

/// The group of this name, created where there is none.
pub(crate) async fn ensure(company: &Company, name: &str, priority: Priority) -> Result<Group> {
    let doing = "creating the group";
    let name = name.trim();
    check_name(company, doing, name)?;
    let mut known = list(company, doing).await?;
    let id = match choose(company, &known, name)? {
        Some(id) => id,
        None => {
            let id = create(company, name, priority).await?;
            known = list(company, doing).await?;
            id
        }
    };
    let mut groups = known.into_iter().map(Group::from);
    let group = groups.find(|group| group.id == id);
    group.ok_or_else(|| {
        let problem = format!("the service does not list the group {name:?} it created");
        company.error(ErrorKind::Protocol, doing, problem)
    })
}

/// The groups of an import: those that are there, and the names of those to create.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    ids: Vec<String>,
    missing: Vec<String>,
}

/// Finds each group by id, or else by name without regard to case.
///
/// # Errors
///
/// Where there is no such group and none is to be created, where a name fits several, and where a
/// group is filled by the service itself or by an identity provider.
pub(crate) async fn find(company: &Company, wanted: &[String], create: bool) -> Result<Groups> {
    let mut groups = Groups::default();
    if wanted.is_empty() {
        return Ok(groups);
    }
    let known = list(company, DOING).await?;
    for wanted in wanted.iter().map(|name| name.trim()) {
        match choose(company, &known, wanted)? {
            Some(id) if groups.ids.contains(&id) => {}
            Some(id) => groups.ids.push(id),
            None if !create => {
                let problem = format!("there is no group {wanted:?}");
                return Err(company.error(ErrorKind::NotFound, DOING, problem).with_hint(
                    "use the name or id of a group of this company, or have missing groups created",
                ));
            }
            None if groups.missing.iter().any(|name| is_same(name, wanted)) => {}
            None => {
                check_name(company, DOING, wanted)?;
                groups.missing.push(wanted.to_owned());
            }
        }
    }
    Ok(groups)
}

impl Groups {
    /// Creates the groups that are missing, and gives the ids of all.
    pub(crate) async fn ids(mut self, company: &Company) -> Result<Vec<String>> {
        for name in &self.missing {
            self.ids
                .push(create(company, name, Priority::default()).await?);
        }
        Ok(self.ids)
    }
}

fn check_name(company: &Company, doing: &str, name: &str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Ok(());
    }
    let problem = format!("a group needs a name of 1 to {LONGEST_NAME} characters");
    Err(company.error(ErrorKind::Invalid, doing, problem))
}

async fn list(company: &Company, doing: &str) -> Result<Vec<TargetGroupDto>> {
    company
        .raw()
        .list_target_groups()
        .await
        .map_err(|error| company.failed(doing, error))
}

/// Creates a group. A call whose outcome is in doubt is never repeated: the group is looked for.
async fn create(company: &Company, name: &str, priority: Priority) -> Result<String> {
    let body = CreateTargetGroupRequest {
        name: name.to_owned(),
        priority: TargetGroupPriority(priority.wire_name().to_owned()),
    };
    let created = company.raw().create_target_group(&body).await;
    let error = match created.map(|created| created.resource_id) {
        Ok(Some(id)) => return Ok(id),
        Ok(None) => None,
        Err(error) => Some(error),
    };
    let is_refused = error.as_ref().is_some_and(was_not_taken);
    // One that was refused may be there all the same: somebody else may have created it meanwhile.
    for look in 0..if is_refused { 1 } else { LOOKS } {
        if look > 0 {
            company.raw().clock().sleep(BETWEEN_LOOKS).await;
        }
        if let Some(id) = choose(company, &list(company, DOING).await?, name)? {
            return Ok(id);
        }
    }
    let doing = format!("creating the group {name:?}");
    Err(match error {
        Some(error) if is_refused => company.failed(doing, error),
        error => in_doubt(company, doing, error),
    })
}

fn in_doubt(company: &Company, doing: String, cause: Option<keepnet_client::Error>) -> Error {
    let answer = match &cause {
        Some(cause) => cause.problem(),
        None => "the answer holds no id".to_owned(),
    };
    let problem = format!("{answer}, and no group of this name is there yet");
    let unknown = company
        .error(ErrorKind::OutcomeUnknown, doing, problem)
        .with_hint("run it again later: it looks for the group before it creates one");
    match cause {
        Some(cause) => unknown.with_source(cause),
        None => unknown,
    }
}

fn matching<'a>(
    company: &Company,
    known: &'a [TargetGroupDto],
    wanted: &str,
) -> Result<Option<&'a TargetGroupDto>> {
    let by_id = known
        .iter()
        .find(|group| group.resource_id.as_deref() == Some(wanted));
    let named: Vec<_> = known
        .iter()
        .filter(|group| {
            group
                .name
                .as_deref()
                .is_some_and(|name| is_same(name, wanted))
        })
        .collect();
    match (by_id, named.as_slice()) {
        (Some(group), _) => Ok(Some(group)),
        (None, []) => Ok(None),
        (None, [group]) => Ok(Some(group)),
        (None, several) => {
            let ids: Vec<_> = several
                .iter()
                .filter_map(|group| group.resource_id.as_deref())
                .collect();
            let problem = format!("{} groups are named {wanted:?}", several.len());
            Err(company
                .error(ErrorKind::Ambiguous, DOING, problem)
                .with_hint(format!("use the id of one of them: {}", ids.join(", "))))
        }
    }
}

/// The id of a group that people can be put into.
fn choose(company: &Company, known: &[TargetGroupDto], wanted: &str) -> Result<Option<String>> {
    let Some(group) = matching(company, known, wanted)? else {
        return Ok(None);
    };
    if is_filled_elsewhere(group) {
        let problem =
            format!("the group {wanted:?} is filled by a synchronisation or by the service");
        return Err(company
            .error(ErrorKind::Invalid, DOING, problem)
            .with_hint("choose a group that is filled by hand"));
    }
    match path_id(group.resource_id.clone()) {
        Some(id) => Ok(Some(id)),
        None => Err(company.error(ErrorKind::Protocol, DOING, "a group has no usable id")),
    }
}

fn is_filled_elsewhere(group: &TargetGroupDto) -> bool {
    group.is_scim_group == Some(true)
        || group.is_google_group == Some(true)
        || group.is_editable == Some(false)
}

fn is_same(name: &str, wanted: &str) -> bool {
    name.trim().to_lowercase() == wanted.to_lowercase()
}
