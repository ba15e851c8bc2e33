//! What describe global, the basic-information resource and sObject describe have in common: an object's flags and addresses.

use catalogue::Object;
use serde::{Serialize, Serializer};

use super::Root;
use crate::access::Access;
use crate::org::Right;
use crate::schema::{ObjectKind, Schema, companion_of};

/// One entry of describe global, keys in their order on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary<'a> {
    activateable: bool,
    associate_entity_type: Option<&'static str>,
    associate_parent_entity: Option<String>,
    createable: bool,
    custom: bool,
    custom_setting: bool,
    deep_cloneable: bool,
    deletable: bool,
    deprecated_and_hidden: bool,
    feed_enabled: bool,
    has_subtypes: bool,
    is_interface: bool,
    is_subtype: bool,
    key_prefix: Option<&'a str>,
    label: &'a str,
    label_plural: &'a str,
    layoutable: bool,
    mergeable: bool,
    mru_enabled: bool,
    name: &'a str,
    queryable: bool,
    replicateable: bool,
    retrieveable: bool,
    searchable: bool,
    triggerable: bool,
    undeletable: bool,
    updateable: bool,
    urls: Urls,
}

impl<'a> Summary<'a> {
    pub(super) fn of((schema, access): (&Schema, &Access), object: &'a Object, root: Root<'_>) -> Self {
        let flags = &object.flags;
        let (parent, kind) = companion_of(object).unzip();
        Self {
            activateable: false,
            associate_entity_type: kind,
            associate_parent_entity: parent,
            createable: flags.createable && access.may(object, Right::Create),
            custom: object.custom,
            custom_setting: is_custom_setting(schema, object),
            deep_cloneable: is_deep_cloneable(object),
            deletable: flags.deletable && access.may(object, Right::Delete),
            deprecated_and_hidden: false,
            feed_enabled: flags.feed_enabled,
            has_subtypes: false,
            is_interface: false,
            is_subtype: false,
            key_prefix: object.key_prefix.as_deref(),
            label: &object.label,
            label_plural: &object.label_plural,
            layoutable: flags.layoutable,
            mergeable: flags.mergeable && access.may(object, Right::Delete),
            mru_enabled: is_mru_enabled(object),
            name: &object.name,
            queryable: flags.queryable,
            replicateable: flags.replicateable,
            retrieveable: flags.retrieveable,
            searchable: flags.searchable,
            triggerable: flags.triggerable,
            undeletable: flags.undeletable && access.may(object, Right::Delete),
            updateable: flags.updateable && access.may(object, Right::Edit),
            urls: Urls::of(object, root),
        }
    }
}

pub(super) fn is_custom_setting(schema: &Schema, object: &Object) -> bool {
    schema.custom_object(&object.name).is_some_and(|own| matches!(own.kind(), ObjectKind::Setting(_)))
}

pub(super) fn is_deep_cloneable(object: &Object) -> bool {
    matches!(&*object.name, "Campaign" | "Opportunity")
}

/// Objects with a page of their own have a list of recently used records; rows that live on another object's page do not.
pub(super) fn is_mru_enabled(object: &Object) -> bool {
    object.flags.layoutable && !matches!(&*object.name, "CampaignMember" | "OpportunityContactRole")
}

/// Objects with tabs of their own: list views, approvals.
fn has_list_views(object: &Object) -> bool {
    is_mru_enabled(object) && (object.custom || object.flags.searchable) && object.name != "User"
}

/// The resources of one object, in their order on the wire.
pub(super) struct Urls(Vec<(&'static str, String)>);

impl Urls {
    fn of(object: &Object, root: Root<'_>) -> Self {
        Self::listed(object, root, None)
    }

    /// As sObject describe lists them: with the pages of the org at `instance_url`.
    pub(super) fn with_pages(object: &Object, root: Root<'_>, instance_url: &str) -> Self {
        Self::listed(object, root, Some(instance_url))
    }

    fn listed(object: &Object, root: Root<'_>, instance_url: Option<&str>) -> Self {
        let base = format!("{}/sobjects/{}", root.path, object.name);
        let layoutable = object.flags.layoutable;
        let pages = instance_url.filter(|_| layoutable);
        let page = |suffix: &str| pages.map(|instance| format!("{instance}/{suffix}"));
        let under = |shown: bool, path: &str| shown.then(|| format!("{base}{path}"));
        let (listed, user) = (has_list_views(object), object.name == "User");
        let new_record = object.key_prefix.as_deref().and_then(|prefix| page(&format!("{prefix}/e")));
        let urls = [
            ("compactLayouts", under(layoutable, "/describe/compactLayouts")),
            ("rowTemplate", under(true, "/{ID}")),
            ("approvalLayouts", under(listed, "/describe/approvalLayouts")),
            ("uiDetailTemplate", page("{ID}")),
            ("uiEditTemplate", page("{ID}/e")),
            ("namedLayouts", under(user, "/describe/namedLayouts/{LayoutName}")),
            ("passwordUtilities", under(user, "/{ID}/password")),
            ("defaultValues", pages.and_then(|_| under(listed, "/defaultValues?recordTypeId&fields"))),
            ("listviews", under(listed, "/listviews")),
            ("describe", under(true, "/describe")),
            ("uiNewRecord", new_record),
            ("quickActions", under(layoutable, "/quickActions")),
            ("layouts", under(layoutable, "/describe/layouts")),
            ("sobject", under(true, "")),
        ];
        Self(urls.into_iter().filter_map(|(name, url)| Some((name, url?))).collect())
    }
}

impl Serialize for Urls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, url)| (name, url)))
    }
}
