//! Making a plan: reads only.

use std::collections::HashSet;
use std::sync::Arc;

use keepnet_staff_list::{
    AllowedValues, CustomField, Field, Mapper, Mapping, ProblemKind, RowProblem, Sheet, SheetError,
};

use super::guards::find_refusals;
use super::items::{Kept, KeptReason, Mover};
use super::matching::{Comparison, Matching};
use super::people::list_people;
use super::possible_refusals::{find_possible_refusals, updated_people};
use super::remainder::Remainder;
use super::renames::find_renames;
use super::seats::{seats_freed, seats_taken};
use super::sync_plan::SyncPlan;
use super::values::KnownValues;
use crate::allowed_values::{list_languages, list_time_zones, readable_custom_fields};
use crate::companies::LicenseUse;
use crate::error::of_sheet;
use crate::groups::find_groups;
use crate::import::{Progress, Reporter, Stage, TicketFile};
use crate::row_problems::sort_by_row;
use crate::sync::list::{ListFile, RowIndex, StaffList, find_column, read_list};
use crate::sync::options::SyncOptions;
use crate::sync::person::value_of;
use crate::sync::ticket::SyncStore;
use crate::{Company, Error, ErrorKind, Result};

/// How the columns of the list are mapped.
#[derive(Clone)]
pub(crate) enum ListColumns {
    By(Mapper),
    As(Mapping),
}

/// What a plan is made of.
#[derive(Clone)]
pub(crate) struct PlanRequest {
    pub(crate) company: Company,
    pub(crate) sheet: Arc<Sheet>,
    /// What a ticket says of the list, wherever it is now.
    pub(crate) file: TicketFile,
    pub(crate) columns: ListColumns,
    pub(crate) options: SyncOptions,
    pub(crate) strict: bool,
    pub(crate) tickets: Option<SyncStore>,
}

/// Compares the list with the people of the company.
pub(crate) async fn make_plan(request: PlanRequest, reporter: &Reporter) -> Result<SyncPlan> {
    let company = &request.company;
    let mut options = request.options.clone();
    reporter.report(Progress::at(Stage::Checking)).await;
    let columns = Columns::map(&request).await?;
    let allowed = columns.allowed_values();
    let file = ListFile {
        sheet: Arc::clone(&request.sheet),
        mapping: columns.mapping.clone(),
    };
    let mut list = read_list(file, allowed, options.key.clone()).await?;
    if request.strict {
        list.validation.ensure_no_warnings().map_err(of_sheet)?;
    }
    let clears = cleared_fields(&list, &options)?;
    let key = key_field(&list, &options)?;
    find_known_groups(company, &mut options).await?;
    let members = group_members(company, &options).await?;
    let options = &options;
    let mut values = KnownValues::new(columns.custom_fields.as_deref().unwrap_or_default());
    let made = company.raw().client().clock().now();
    let begin = || {
        Matching::new(
            &list,
            &values,
            options,
            clears.clone(),
            members.clone(),
            key,
        )
    };
    let matching = list_people(company, reporter, begin, Matching::add).await?;
    let mut found = matching.finish();
    let mut license = None;
    let mut unknown_seats = None;
    add_lookups(company, &list, &found, options, &mut values).await?;
    if !found.joiners.is_empty() || !found.movers.is_empty() {
        columns.ensure_complete(&request, &found).await?;
        refine(&list, &values, &mut found);
        let taken = seats_taken(&found.joiners, &found.movers);
        if taken > 0 {
            license = license_after(company, taken, seats_freed(&found.leavers)).await?;
            let is_unknown = license.is_none_or(|it| it.is_within().is_none());
            unknown_seats = is_unknown.then_some(taken);
        }
    }
    list.problems = std::mem::take(&mut found.problems);
    let refusals = find_refusals(&list, &found, options, license.as_ref(), unknown_seats);
    let renames = find_renames(&list, &found, &values);
    let possible_refusals = find_possible_refusals(&list, &found, &values, options);
    let mut problems = list.validation.problems().to_vec();
    problems.extend_from_slice(&list.problems);
    sort_by_row(&mut problems);
    Ok(SyncPlan {
        company: company.clone(),
        options: options.clone(),
        file: request.file.clone(),
        joiners: found.joiners,
        movers: found.movers,
        leavers: found.leavers,
        kept: found.kept,
        stay: found.stay,
        inactive: found.inactive,
        people: found.people,
        fields: found.fields,
        problems,
        refusals,
        renames,
        possible_refusals,
        license,
        license_unknown: unknown_seats.is_some(),
        gone: found.gone,
        shown: found.shown,
        remainder: Remainder::default(),
        tickets: request.tickets.clone(),
        made,
        list,
    })
}

/// The mapped columns, and the custom fields if a column may fill one.
struct Columns {
    mapping: Mapping,
    /// `None` if they were not asked for, or cannot be read.
    custom_fields: Option<Vec<CustomField>>,
    is_known: bool,
}

impl Columns {
    /// Maps the columns. The custom fields of the company are asked for only if a column has no other
    /// field.
    async fn map(request: &PlanRequest) -> Result<Columns> {
        let sheet = &request.sheet;
        let mapping = match &request.columns {
            ListColumns::As(mapping) => mapping.clone(),
            ListColumns::By(mapper) => mapper.map(sheet).map_err(of_sheet)?,
        };
        let is_custom = |it: &Field| matches!(it, Field::Custom(_));
        let has_custom = mapping.columns().iter().any(|it| is_custom(it.field()));
        let is_open = mapping.unmapped().len() > mapping.ignored().len();
        if !has_custom && (!is_open || matches!(request.columns, ListColumns::As(_))) {
            return Ok(Columns {
                mapping,
                custom_fields: None,
                is_known: false,
            });
        }
        let custom_fields = readable_custom_fields(&request.company).await?;
        let mut columns = Columns {
            mapping,
            custom_fields,
            is_known: true,
        };
        if let ListColumns::By(mapper) = &request.columns {
            let mapper = mapper.clone().allowed_values(&columns.allowed_values());
            columns.mapping = mapper.map(sheet).map_err(of_sheet)?;
        }
        Ok(columns)
    }

    fn allowed_values(&self) -> AllowedValues {
        match &self.custom_fields {
            Some(fields) => AllowedValues::new().custom_fields(fields.iter().cloned()),
            None => AllowedValues::new(),
        }
    }

    /// Refuses a list without a custom field that the company requires, before people join.
    async fn ensure_complete(&self, request: &PlanRequest, found: &Comparison) -> Result<()> {
        if self.is_known || found.joiners.is_empty() {
            return Ok(());
        }
        let fields = readable_custom_fields(&request.company).await?;
        let required = fields.into_iter().flatten().filter(|it| it.required);
        let names: Vec<String> = required.map(|field| format!("{:?}", field.name)).collect();
        if names.is_empty() {
            return Ok(());
        }
        let problem = format!(
            "no column fills {}, which the company requires of everybody who joins",
            names.join(", ")
        );
        Err(Error::new(ErrorKind::Sheet, problem)
            .with_hint("add the column, or map one to the custom field"))
    }
}

/// Whether a blank cell clears the field, in the order of the fields.
fn cleared_fields(list: &StaffList, options: &SyncOptions) -> Result<Vec<bool>> {
    let mut clears = vec![false; list.rows.fields().len()];
    for column in &options.clear {
        for field in fields_of_column(list, column)? {
            if field == Field::Email || field.is_manager() || field == Field::Priority {
                let problem = format!("the {} of a person cannot be cleared", field.label());
                return Err(Error::new(ErrorKind::Invalid, problem));
            }
            if let Some(position) = list.rows.position(&field) {
                clears[position] = true;
            }
        }
    }
    Ok(clears)
}

fn key_field(list: &StaffList, options: &SyncOptions) -> Result<Option<usize>> {
    let Some(column) = &options.key else {
        return Ok(None);
    };
    let fields = fields_of_column(list, column)?;
    match fields.as_slice() {
        [field @ Field::Custom(_)] => Ok(list.rows.position(field)),
        _ => {
            let problem = format!("the key {column:?} fills no custom field of the company");
            Err(Error::new(ErrorKind::Invalid, problem).with_hint(
                "use a column with a number of the person, such as the employee number, in a custom field",
            ))
        }
    }
}

/// The fields that a mapped column fills, given by its header, its letter or the name of its field.
fn fields_of_column(list: &StaffList, column: &str) -> Result<Vec<Field>> {
    let found = find_column(list.validation.mapping(), column);
    match found.map(|it| it.field()) {
        Some(Field::FullName) => Ok(vec![Field::FirstName, Field::LastName]),
        Some(field) => Ok(vec![field.clone()]),
        None => Err(of_sheet(SheetError::UnknownColumn {
            file: list.file_name().to_owned(),
            column: column.to_owned(),
            headers: list
                .validation
                .mapping()
                .columns()
                .iter()
                .map(|it| format!("{:?}", it.column()))
                .collect::<Vec<_>>()
                .join(", "),
        })),
    }
}

/// Replaces the groups that exist by their ids.
async fn find_known_groups(company: &Company, options: &mut SyncOptions) -> Result<()> {
    // A group that an earlier plan has found is not created again.
    let known = find_groups(company, &options.group_ids, false).await?;
    let groups = find_groups(company, &options.groups, options.create_groups).await?;
    let ((mut ids, _), (found, missing)) = (known.into_parts(), groups.into_parts());
    ids.extend(found);
    (options.group_ids, options.groups) = (ids, missing);
    Ok(())
}

/// The people who are in each of the groups; `None` if nobody joins a group.
async fn group_members(
    company: &Company,
    options: &SyncOptions,
) -> Result<Option<HashSet<String>>> {
    if !options.groups.is_empty() {
        return Ok(Some(HashSet::new()));
    }
    let mut members: Option<HashSet<String>> = None;
    for id in &options.group_ids {
        let users = company.users().in_group(id);
        let ids = list_people_of(users).await?;
        members = Some(match members {
            None => ids,
            Some(members) => members.intersection(&ids).cloned().collect(),
        });
    }
    Ok(members)
}

async fn list_people_of(users: crate::users::Users) -> Result<HashSet<String>> {
    use futures::TryStreamExt as _;
    let mut ids = HashSet::new();
    let mut pages = users.page_size(1_000).pages();
    while let Some(page) = pages.try_next().await? {
        ids.extend(page.into_iter().map(|user| user.id));
    }
    Ok(ids)
}

/// Fetches the spellings of time zones and languages if a column has them and people are written, or if
/// somebody who is written by one request has one.
async fn add_lookups(
    company: &Company,
    list: &StaffList,
    found: &Comparison,
    options: &SyncOptions,
    values: &mut KnownValues,
) -> Result<()> {
    let is_compared = !found.joiners.is_empty() || !found.movers.is_empty();
    let has = |field| {
        (is_compared && list.rows.position(&field).is_some())
            || updated_people(found, options).any(|person| value_of(person, &field).is_some())
    };
    if has(Field::TimeZone) {
        values.set_time_zones(&list_time_zones(company).await?);
    }
    if has(Field::PreferredLanguage) {
        values.set_languages(&list_languages(company).await?);
    }
    Ok(())
}

/// Takes out the changes that are only another spelling, and the rows with a value that the service
/// does not list.
fn refine(list: &StaffList, values: &KnownValues, found: &mut Comparison) {
    let rows = &list.rows;
    let Comparison {
        movers,
        joiners,
        fields,
        problems,
        refused,
        stay,
        kept,
        ..
    } = found;
    let mut refuse = |row: RowIndex| {
        let mut is_refused = false;
        for (position, field) in rows.fields().iter().enumerate() {
            if !values.is_listed(field, rows.value(row, position)) {
                let kind = match field {
                    Field::TimeZone => ProblemKind::UnknownTimeZone,
                    _ => ProblemKind::UnknownLanguage,
                };
                problems.push(problem_in(list, row, field, kind));
                refused.insert(row);
                is_refused = true;
            }
        }
        is_refused
    };
    joiners.retain(|joiner| !refuse(joiner.row));
    movers.retain_mut(|mover| {
        // The lists of the service are known only now.
        mover.goes_alone |= has_unlisted_blank(list, values, mover);
        let Mover { person, row, .. } = &*mover;
        let is_changed = |position: &u16| {
            let field = &rows.fields()[*position as usize];
            let new = rows.value(*row, *position as usize);
            !value_of(person, field).is_some_and(|old| values.is_same(field, old, new))
        };
        let same: Vec<u16> = mover
            .fields
            .iter()
            .filter(|it| !is_changed(it))
            .copied()
            .collect();
        for position in &same {
            fields[*position as usize].replaced -= 1;
        }
        mover.fields.retain(|it| !same.contains(it));
        let has_changes = mover.is_edited() || mover.joins_groups || !mover.fields.is_empty();
        if !has_changes {
            *stay += 1;
        }
        let is_refused = has_changes && refuse(mover.row);
        if is_refused {
            kept.push(Kept {
                id: mover.person.resource_id.clone(),
                email: mover.person.email.clone(),
                row: Some(mover.row),
                reason: KeptReason::RejectedRow,
            });
        }
        has_changes && !is_refused
    });
}

/// Whether a blank cell has a time zone or a language that the service does not list any more, which an
/// import cannot carry.
fn has_unlisted_blank(list: &StaffList, values: &KnownValues, mover: &Mover) -> bool {
    [Field::TimeZone, Field::PreferredLanguage]
        .iter()
        .any(|field| {
            let position = list.rows.position(field);
            let is_blank = position.is_some_and(|it| list.rows.value(mover.row, it).is_empty());
            let present = value_of(&mover.person, field).filter(|_| is_blank);
            present.is_some_and(|value| !values.is_listed(field, value))
        })
}

fn problem_in(list: &StaffList, row: RowIndex, field: &Field, kind: ProblemKind) -> RowProblem {
    let problem = RowProblem::new(list.file_name(), Some(list.rows.number(row)), kind);
    match list.validation.mapping().column_of(field) {
        Some(column) => problem.in_column(column),
        None => problem,
    }
}

/// The licence after the plan; `None` if it cannot be read.
async fn license_after(company: &Company, taken: u64, freed: u64) -> Result<Option<LicenseUse>> {
    match company.license_use(taken).await {
        Ok(license) => Ok(Some(LicenseUse {
            after: license.after.map(|after| after.saturating_sub(freed)),
            ..license
        })),
        Err(error) if matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
