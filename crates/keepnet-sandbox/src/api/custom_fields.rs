//! Custom fields: the fields that a company added to its users.

use serde_json::{Value, json};

use super::validation::parse_name;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::resource_id::ResourceId;
use crate::state::{CustomField, State};

const DATA_TYPES: [&str; 6] = ["String", "Number", "Email", "Date", "DateTime", "Boolean"];

/// Handles `GET /api/custom-fields/company`.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let fields = state.companies[call.company].custom_fields.iter();
    let rows = (1..).zip(fields).map(|(position, field): (i64, _)| {
        json!({
            "resourceId": field.id.to_string(),
            "name": field.name,
            "ownerType": "Company",
            "fieldDataType": field.data_type,
            "targetGroupResourceId": null,
            "isActive": field.active,
            "sortOrder": field.sort_order.unwrap_or(position),
            "isRequired": field.required,
            "isEditable": true,
        })
    });
    Ok(Reply::data(rows.collect()))
}

/// Handles `POST /api/custom-fields`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let field = parse(call.body()?, state.ids.next())?;
    let id = field.id;
    let fields = &mut state.companies[call.company].custom_fields;
    check_unique(fields, &field)?;
    fields.push(field);
    Ok(Reply::id(id, "The field was created"))
}

/// Handles `POST /api/custom-fields/bulk-update`. The list replaces all fields: a field without an
/// id is created, and a field that is not listed is deleted with its values.
pub(crate) fn replace_all(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let name = "targetUserCustomFields";
    if body.list(name)?.is_none() {
        return Err(ApiError::input(format!("{name} is required")));
    }
    let company = &mut state.companies[call.company];
    let mut fields = Vec::new();
    for item in body.objects(name)? {
        let item = item?;
        let id = match item.text_or_empty("resourceId")? {
            "" => state.ids.next(),
            id => {
                let known = id.parse().ok().and_then(|id| company.custom_field(id));
                known
                    .ok_or_else(|| ApiError::not_found("A field was not found"))?
                    .id
            }
        };
        let field = parse(item, id)?;
        check_unique(&fields, &field)?;
        fields.push(field);
    }
    company.custom_fields = fields;
    // A name in a filter may now mean another field.
    company.people.clear_cached_search();
    Ok(Reply::message(
        "The fields were saved",
        json!({ "resourceId": Value::Null }),
    ))
}

fn parse(body: JsonObject<'_>, id: ResourceId) -> Result<CustomField, ApiError> {
    let name = parse_name(body)?;
    let data_type = body.text_or_empty("fieldDataType")?;
    if !DATA_TYPES.contains(&data_type) {
        return Err(ApiError::input(format!(
            "fieldDataType is one of {}",
            DATA_TYPES.join(", ")
        )));
    }
    Ok(CustomField {
        id,
        name,
        data_type: data_type.to_owned(),
        required: body.is_set("isRequired")?,
        active: body.flag("isActive")?.unwrap_or(true),
        sort_order: body.integer("sortOrder")?,
    })
}

/// Refuses a field with the same id as another, or with the same name in any case.
fn check_unique(others: &[CustomField], field: &CustomField) -> Result<(), ApiError> {
    let name = field.name.to_lowercase();
    let is_same = |other: &CustomField| other.id == field.id || other.name.to_lowercase() == name;
    if others.iter().any(is_same) {
        return Err(ApiError::input("Two fields have the same name"));
    }
    Ok(())
}
