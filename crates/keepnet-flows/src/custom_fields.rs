//! The custom fields of a company.

use keepnet_client::types::TargetUserCustomFieldDto;
use keepnet_staff_list::{CustomField, DataType};

use crate::{Company, Result};

impl Company {
    /// Lists the active custom fields of this company, in the order of the service's own form.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn custom_fields(&self) -> Result<Vec<CustomField>> {
        let fields = fetch_custom_fields(self).await;
        fields.map_err(self.context("listing the custom fields"))
    }
}

/// The active custom fields, in the order of the service's own form.
pub(crate) async fn fetch_custom_fields(company: &Company) -> Result<Vec<CustomField>> {
    let mut fields: Vec<TargetUserCustomFieldDto> =
        company.raw().list_company_custom_fields().await?;
    fields.retain(|field| field.is_active != Some(false));
    fields.sort_by_key(|field| field.sort_order);
    let fields = fields.into_iter().filter_map(|field| {
        let name = field.name.filter(|name| !name.trim().is_empty())?;
        let data_type = field.field_data_type.map(|kind| DataType::from(&*kind.0));
        let mut custom = CustomField::new(name.trim()).data_type(data_type.unwrap_or_default());
        custom.id = field.resource_id.unwrap_or_default();
        custom.required = field.is_required == Some(true);
        Some(custom)
    });
    Ok(fields.collect())
}
