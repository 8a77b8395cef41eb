//! Asking a company for the fields that it added to its users.

use keepnet_client::types::TargetUserCustomFieldDto;
use keepnet_staff_list::{CustomField, DataType};

use crate::company::Company;
use crate::error::Result;

impl Company {
    /// Lists the active custom fields of this company, in the order of the service's own form.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn custom_fields(&self) -> Result<Vec<CustomField>> {
        all(self, "listing the custom fields").await
    }
}

/// The active custom fields, in the order in which the service's own form shows them.
pub(crate) async fn all(company: &Company, doing: &str) -> Result<Vec<CustomField>> {
    let listed = company.raw().list_company_custom_fields();
    let mut listed: Vec<TargetUserCustomFieldDto> =
        listed.await.map_err(|error| company.failed(doing, error))?;
    listed.retain(|field| field.is_active != Some(false));
    listed.sort_by_key(|field| field.sort_order);
    let named = listed.into_iter().filter_map(|field| {
        let name = field.name.filter(|name| !name.trim().is_empty())?;
        let data_type = field.field_data_type.map(|kind| DataType::from(&*kind.0));
        let mut named = CustomField::new(name.trim()).data_type(data_type.unwrap_or_default());
        named.id = field.resource_id.unwrap_or_default();
        named.required = field.is_required == Some(true);
        Some(named)
    });
    Ok(named.collect())
}
