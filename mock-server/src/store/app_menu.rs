//! The app menu: standard apps, and the org's own and installed ones, in the order that an admin gave them.

use super::Tx;
use crate::apps::{AppMenus, Arrangement, MenuItem, MenuKind};
use crate::id::{AppId, RecordId};
use crate::storage::StoreError;

/// The fact that keeps an [`Arrangement`], as JSON.
const ARRANGEMENT: &str = "app_menu";

/// The items with their places, as `AppMenuItem` shows them. Standard apps have the same ids in every org, numbers of org 0, which no org has.
/// GUESS: the type of an external client app's item is not documented. Salesforce spells whole addresses for the standard apps.
pub(super) const ITEMS: &str = "(SELECT item.*, row_number() OVER (ORDER BY place IS NULL, place, standing, label COLLATE FOLD, id) AS sort_order FROM (
    SELECT entry.*,
        (SELECT listed.key FROM json_each(kept.arrangement, '$.order') listed WHERE listed.value = entry.id) AS place,
        EXISTS (SELECT 1 FROM json_each(kept.arrangement, '$.hidden') listed WHERE listed.value = entry.id) AS hidden
    FROM (
        SELECT with_prefix('000Fk000000000' || column1, '0DS') AS id, with_prefix('000Fk000000000' || column1, '02u') AS application,
            'TabSet' AS type, column1 AS standing, column2 AS name, 'standard' AS namespace, column3 AS label, NULL AS description,
            '/home/home.jsp?tsid=' || with_prefix('000Fk000000000' || column1, '02u') AS start_url, NULL AS mobile_start_url,
            NULL AS logo_url, NULL AS icon_url, NULL AS info_url, 1 AS admin_authorized, 0 AS blocked,
            (SELECT fact.value ->> '$.CreatedDate' FROM _fact fact WHERE fact.name = 'organization') AS created
        FROM (VALUES (1, 'Sales', 'Sales'), (2, 'Service', 'Service'), (3, 'Marketing', 'Marketing'), (4, 'Chatter', 'Salesforce Chatter'),
            (5, 'Content', 'Content'), (6, 'AppLauncher', 'App Launcher'))
        UNION ALL
        SELECT with_prefix(app_id, '0DS'),
            with_prefix(app_id, CASE app_fact(app_id, 'kind') WHEN 'connected_app' THEN '0H4' ELSE '0xI' END),
            CASE app_fact(app_id, 'kind') WHEN 'connected_app' THEN 'ConnectedApplication' ELSE 'ExternalClientApplication' END,
            9, coalesce(app_fact(app_id, 'developer_name'), developer_name(app_fact(app_id, 'name'))), NULL, app_fact(app_id, 'name'),
            app_fact(app_id, 'description'),
            nullif(CASE
                WHEN app_fact(app_id, 'kind') = 'connected_app' THEN coalesce(state ->> '$.start_url', app_fact(app_id, 'start_url'))
                WHEN state ->> '$.start_page' = 'oauth' THEN state ->> '$.start_url'
                WHEN state ->> '$.start_page' = 'custom' THEN state ->> '$.custom_start_url' END, ''),
            nullif(coalesce(state ->> '$.mobile_start_url', app_fact(app_id, 'mobile_start_url')), ''),
            app_fact(app_id, 'logo_url'), app_fact(app_id, 'icon_url'), app_fact(app_id, 'info_url'),
            state ->> '$.permitted_users' = 'admin_approved', state ->> '$.blocked', coalesce(state ->> '$.installed_at', app_fact(app_id, 'created_at'))
        FROM _app WHERE state ->> '$.presence' IN ('own', 'installed') AND app_fact(app_id, 'name') IS NOT NULL
    ) entry, (SELECT coalesce((SELECT fact.value FROM _fact fact WHERE fact.name = 'app_menu'), '{}') AS arrangement) kept
) item) item";

impl AppMenus for Tx<'_> {
    fn menu_items(&self) -> Result<Vec<MenuItem>, StoreError> {
        let sql = format!("SELECT id, label, type, application, start_url, mobile_start_url, NOT hidden FROM {ITEMS} ORDER BY sort_order");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = match row.get_ref(2)?.as_str()? {
                "TabSet" => MenuKind::TabSet,
                "ConnectedApplication" => MenuKind::ConnectedApp,
                _ => MenuKind::ExternalClientApp,
            };
            let application = id(row.get_ref(3)?.as_str()?)?;
            let app = if kind == MenuKind::TabSet { None } else { AppId::try_from(application.with_prefix(AppId::PREFIX)).ok() };
            items.push(MenuItem {
                id: id(row.get_ref(0)?.as_str()?)?,
                label: row.get(1)?,
                kind,
                app,
                start_url: row.get(4)?,
                mobile_start_url: row.get(5)?,
                visible: row.get(6)?,
            });
        }
        Ok(items)
    }

    fn put_arrangement(&self, arrangement: &Arrangement) -> Result<(), StoreError> {
        self.put_fact(ARRANGEMENT, serde_json::to_string(arrangement).map_err(StoreError::new)?)
    }
}

fn id(text: &str) -> Result<RecordId, StoreError> {
    RecordId::parse(text).map_err(StoreError::new)
}
