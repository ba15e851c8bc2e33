//! The SOAP endpoints: which WSDL a path speaks, and under which version.

use crate::api::version::{NEWEST, OLDEST};
use crate::metadata::NAMESPACE;

/// The WSDL an endpoint implements. Each has namespaces of its own; the calls and most types are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Loosely typed: the same for every org.
    Partner,
    /// Typed by one org's own objects.
    Enterprise,
    /// The Metadata API: calls of its own, no records.
    Metadata,
}

impl Dialect {
    /// The letter of the path, as in `/services/Soap/u/67.0`.
    pub fn letter(self) -> char {
        match self {
            Self::Partner => 'u',
            Self::Enterprise => 'c',
            Self::Metadata => 'm',
        }
    }

    /// Of the calls and their types.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:partner.soap.sforce.com",
            Self::Enterprise => "urn:enterprise.soap.sforce.com",
            Self::Metadata => NAMESPACE,
        }
    }

    /// Of records.
    pub fn sobject_namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:sobject.partner.soap.sforce.com",
            Self::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
            Self::Metadata => NAMESPACE,
        }
    }

    pub fn fault_namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:fault.partner.soap.sforce.com",
            Self::Enterprise => "urn:fault.enterprise.soap.sforce.com",
            Self::Metadata => NAMESPACE,
        }
    }

    /// `LoginHistory.ApiType`
    pub fn api_type(self) -> &'static str {
        match self {
            Self::Partner => "SOAP Partner",
            Self::Enterprise => "SOAP Enterprise",
            Self::Metadata => "SOAP Metadata",
        }
    }
}

/// An endpoint as a request addressed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    pub dialect: Dialect,
    /// 59 of `59.0`.
    pub version: u16,
}

impl Endpoint {
    /// Reads the version of `/services/Soap/u/59.0` or `/services/Soap/u/59.0/00D…`; a `v` in front is not taken, `59` alone is.
    /// `None` for a version that never was or is retired.
    pub fn parse(dialect: Dialect, segment: &str) -> Option<Self> {
        let digits = segment.strip_suffix(".0").unwrap_or(segment);
        let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        let version = digits.parse().ok().filter(|version| plain && (OLDEST..=NEWEST).contains(version))?;
        Some(Self { dialect, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_living_versions_are_served() {
        let version = |segment| Endpoint::parse(Dialect::Partner, segment).map(|endpoint| endpoint.version);
        assert_eq!((version("59.0"), version("31.0"), version("67.0"), version("50")), (Some(59), Some(31), Some(67), Some(50)));
        for bad in ["30.0", "68.0", "v59.0", "", "x", "059.0", "59.5", "-59.0"] {
            assert_eq!(version(bad), None, "{bad}");
        }
    }
}
