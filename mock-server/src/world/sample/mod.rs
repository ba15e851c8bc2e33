//! Sample data: accounts with contacts, opportunities and cases, drawn from a seed, so that the same numbers give the same records.

mod corpus;

use std::borrow::Cow;

use catalogue::Object;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rejected;
use super::records::author;
use crate::app::{App, LiveOrg};
use crate::clock::Entropy;
use crate::id::RecordId;
use crate::records::{Change, Input, RecordError, Rows, TextField};
use crate::schema::Schema;
use crate::storage::StoreError;

/// Accounts of one transaction: others get their turn between two, and memory does not grow with the whole.
const SLICE: u64 = 250;

/// The first day that dates are drawn from, and how many days there are. Fixed, so that a seed gives the same records on any day.
const FIRST_DAY: (i16, i8, i8) = (2025, 1, 1);
const DAYS: u64 = 730;

/// How much is made. In `POST /orgs/{org}/seed`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sample {
    pub accounts: u64,
    /// For each account on average.
    pub contacts: f64,
    pub opportunities: f64,
    pub cases: f64,
    /// Equal seeds give equal records.
    pub seed: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self { accounts: 1_000, contacts: 2.0, opportunities: 1.0, cases: 1.0, seed: 1 }
    }
}

/// How many records were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    pub accounts: u64,
    pub contacts: u64,
    pub opportunities: u64,
    pub cases: u64,
}

/// Makes the records, a slice of accounts with all that hangs on them at a time. What was made before a failure stays.
///
/// # Errors
/// The org has no user to make them; a record that its own rules refuse.
pub fn sow(app: &App, org: &LiveOrg, sample: &Sample) -> Result<Made, Rejected> {
    let schema = org.schema()?;
    let sower = Sower { objects: Objects::of(&schema)?, change: Change::new(&schema, author(org)?, app.now()), sample };
    let (mut dice, mut made) = (Dice::new(sample.seed), Made::default());
    let mut start = 0;
    while start < sample.accounts {
        let end = sample.accounts.min(start + SLICE);
        org.write(|tx| (start..end).try_for_each(|number| sower.account(tx, &mut dice, number, &mut made)).map_err(Failed))?;
        start = end;
    }
    Ok(made)
}

/// The objects that are sown.
struct Objects<'s> {
    account: &'s Object,
    contact: &'s Object,
    opportunity: &'s Object,
    case: &'s Object,
}

impl<'s> Objects<'s> {
    fn of(schema: &'s Schema) -> Result<Self, Rejected> {
        let object = |name: &str| schema.object(name).ok_or_else(|| Rejected::invalid("org", format!("the org has no {name}")));
        Ok(Self { account: object("Account")?, contact: object("Contact")?, opportunity: object("Opportunity")?, case: object("Case")? })
    }
}

struct Sower<'s> {
    objects: Objects<'s>,
    change: Change<'s>,
    sample: &'s Sample,
}

impl Sower<'_> {
    /// One account with its contacts, opportunities and cases.
    fn account(&self, rows: &dyn Rows, dice: &mut Dice, number: u64, made: &mut Made) -> Result<(), RecordError> {
        let company = format!("{} {} {}", dice.pick(corpus::COMPANY), dice.pick(corpus::TRADE), dice.pick(corpus::FORM));
        let domain: String =
            company.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase() + &number.to_string() + ".example";
        let [city, state, postal_code, country] = dice.pick(corpus::PLACE);
        let account = self.objects.account;
        let fields = [
            field("Name", company.as_str()),
            field("AccountNumber", format!("A{number:08}")),
            field("Type", dice.value(account, "Type")),
            field("Industry", dice.value(account, "Industry")),
            field("Rating", dice.value(account, "Rating")),
            field("Phone", dice.phone()),
            field("Website", format!("https://www.{domain}")),
            field("NumberOfEmployees", dice.skewed(1.0, 4.5).to_string()),
            field("AnnualRevenue", dice.skewed(50_000.0, 4.0).to_string()),
            field("BillingStreet", format!("{} {}", 1 + dice.below(400), dice.pick(corpus::STREET))),
            field("BillingCity", *city),
            field("BillingState", *state),
            field("BillingPostalCode", *postal_code),
            field("BillingCountry", *country),
        ];
        let id = self.make(rows, account, &fields)?;
        made.accounts += 1;
        let mut first_contact = None;
        for _ in 0..dice.around(self.sample.contacts) {
            let contact = self.contact(rows, dice, id, &domain, made.contacts)?;
            first_contact.get_or_insert(contact);
            made.contacts += 1;
        }
        for _ in 0..dice.around(self.sample.opportunities) {
            self.opportunity(rows, dice, id, &company)?;
            made.opportunities += 1;
        }
        for _ in 0..dice.around(self.sample.cases) {
            self.case(rows, dice, id, first_contact)?;
            made.cases += 1;
        }
        Ok(())
    }

    fn contact(&self, rows: &dyn Rows, dice: &mut Dice, account: RecordId, domain: &str, number: u64) -> Result<RecordId, RecordError> {
        let (given, family) = (*dice.pick(corpus::GIVEN), *dice.pick(corpus::FAMILY));
        let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let contact = self.objects.contact;
        let fields = [
            field("AccountId", account.to_string()),
            field("FirstName", given),
            field("LastName", family),
            field("Title", *dice.pick(corpus::TITLE)),
            field("Email", format!("{}.{}{number}@{domain}", plain(given), plain(family))),
            field("Phone", dice.phone()),
            field("LeadSource", dice.value(contact, "LeadSource")),
        ];
        self.make(rows, contact, &fields)
    }

    fn opportunity(&self, rows: &dyn Rows, dice: &mut Dice, account: RecordId, company: &str) -> Result<(), RecordError> {
        let opportunity = self.objects.opportunity;
        let fields = [
            field("AccountId", account.to_string()),
            field("Name", format!("{company} - {}", dice.pick(corpus::DEAL))),
            field("StageName", dice.value(opportunity, "StageName")),
            field("CloseDate", dice.day()),
            field("Amount", dice.skewed(500.0, 3.0).to_string()),
            field("Type", dice.value(opportunity, "Type")),
            field("LeadSource", dice.value(opportunity, "LeadSource")),
        ];
        self.make(rows, opportunity, &fields).map(drop)
    }

    fn case(&self, rows: &dyn Rows, dice: &mut Dice, account: RecordId, contact: Option<RecordId>) -> Result<(), RecordError> {
        let case = self.objects.case;
        let fields = [
            field("AccountId", account.to_string()),
            field("ContactId", contact.map(|id| id.to_string()).unwrap_or_default()),
            field("Subject", *dice.pick(corpus::TROUBLE)),
            field("Status", dice.value(case, "Status")),
            field("Origin", dice.value(case, "Origin")),
            field("Priority", dice.value(case, "Priority")),
            field("Reason", dice.value(case, "Reason")),
        ];
        self.make(rows, case, &fields).map(drop)
    }

    /// Creates a record of the fields that have a value.
    fn make(&self, rows: &dyn Rows, object: &Object, fields: &[TextField<'_>]) -> Result<RecordId, RecordError> {
        let given: Vec<TextField<'_>> =
            fields.iter().filter(|field| field.value.as_deref().is_some_and(|value| !value.is_empty())).cloned().collect();
        self.change.create(rows, object, Input::Text(&given))
    }
}

fn field<'f>(name: &'f str, value: impl Into<Cow<'f, str>>) -> TextField<'f> {
    TextField { name: Cow::Borrowed(name), value: Some(value.into()) }
}

/// Chance that repeats with its seed.
struct Dice {
    entropy: Entropy,
}

impl Dice {
    fn new(seed: u64) -> Self {
        Self { entropy: Entropy::new(Some(seed)) }
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers in a range of floats")]
    fn below(&mut self, end: u64) -> u64 {
        (self.entropy.fraction() * end as f64) as u64
    }

    fn pick<'w, T>(&mut self, words: &'w [T]) -> &'w T {
        let at = usize::try_from(self.below(words.len() as u64)).unwrap_or_default();
        &words[at.min(words.len() - 1)]
    }

    /// A picklist value, the first ones more often than the later; empty where the field has none.
    fn value<'o>(&mut self, object: &'o Object, field: &str) -> &'o str {
        let values = object.field(field).map_or(&[][..], |field| &field.picklist);
        let shifted = self.entropy.fraction().powf(1.7);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
        let at = (shifted * values.len() as f64) as usize;
        values.get(at).map_or("", |value| &value.value)
    }

    /// Many small, few large: `least` times ten to the power of up to `powers`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far below the limits of both")]
    fn skewed(&mut self, least: f64, powers: f64) -> u64 {
        (least * 10_f64.powf(self.entropy.fraction().powi(2) * powers)) as u64
    }

    /// A count with this mean: none to twice as many, the rest by chance.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    fn around(&mut self, mean: f64) -> u64 {
        let wanted = self.entropy.fraction() * 2.0 * mean.max(0.0);
        wanted.floor() as u64 + u64::from(self.entropy.fraction() < wanted.fract())
    }

    fn phone(&mut self) -> String {
        format!("+1 555 {:03} {:04}", self.below(1_000), self.below(10_000))
    }

    fn day(&mut self) -> String {
        let (year, month, day) = FIRST_DAY;
        let days = i64::try_from(self.below(DAYS)).unwrap_or_default();
        let first = jiff::civil::Date::new(year, month, day).unwrap_or_default();
        first.saturating_add(jiff::Span::new().days(days)).to_string()
    }
}

/// A record or the store that refused.
struct Failed(RecordError);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl From<Failed> for Rejected {
    fn from(failed: Failed) -> Self {
        Self::invalid("seed", failed.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sown(seed: u64) -> (Made, Vec<String>) {
        let app = App::in_memory().unwrap();
        crate::world::populate(&app).unwrap();
        let org = app.org_named("acme").unwrap();
        let made = sow(&app, &org, &Sample { accounts: 40, seed, ..Sample::default() }).unwrap();
        let (records, _) = crate::world::View::of(&app).records(&org, None, 1_000).unwrap();
        (made, records.iter().map(|record| serde_json::to_string(&record.fields).unwrap()).collect())
    }

    #[test]
    fn equal_seeds_give_equal_records_and_others_do_not() {
        let (made, records) = sown(7);
        assert_eq!(made.accounts, 40);
        assert!(made.contacts > 20 && made.opportunities > 10 && made.cases > 10, "{made:?}");
        assert_eq!(sown(7), (made, records.clone()));
        assert_ne!(sown(8).1, records);
    }

    #[test]
    fn counts_keep_their_mean() {
        let mut dice = Dice::new(1);
        let sum: u64 = (0..10_000).map(|_| dice.around(2.0)).sum();
        assert!((19_000..21_000).contains(&sum), "{sum}");
        assert_eq!(dice.around(0.0), 0);
    }
}
