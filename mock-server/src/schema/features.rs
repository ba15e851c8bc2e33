//! Which optional parts of Salesforce an org has switched on, as far as objects depend on it.

use catalogue::Feature;

/// A set of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features(u64);

impl Features {
    /// How many features there are.
    pub const COUNT: u32 = 7;

    pub const NONE: Self = Self(0);

    /// This set and one more feature.
    pub fn with(self, feature: Feature) -> Self {
        Self(self.0 | bit(feature))
    }

    pub fn has(self, feature: Feature) -> bool {
        self.0 & bit(feature) != 0
    }

    /// The set as a number below `1 << COUNT`.
    pub fn bits(self) -> u64 {
        self.0
    }
}

fn bit(feature: Feature) -> u64 {
    1 << match feature {
        Feature::AccountTeams => 0,
        Feature::ContactsToMultipleAccounts => 1,
        Feature::DevHub => 2,
        Feature::MultiCurrency => 3,
        Feature::Quotes => 4,
        Feature::SecondGenerationPackaging => 5,
        Feature::SourceTracking => 6,
    }
}
