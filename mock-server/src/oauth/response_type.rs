//! What an authorize request asks to get back.

use crate::apps::Flow;

/// `response_type` of a request that a browser carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseType {
    Code,
    Token,
    /// `token id_token`, in any order.
    TokenAndIdToken,
    /// Tokens and the session ids of the web.
    HybridToken,
}

impl ResponseType {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "code" => Some(Self::Code),
            "token" => Some(Self::Token),
            "token id_token" | "id_token token" => Some(Self::TokenAndIdToken),
            "hybrid_token" => Some(Self::HybridToken),
            _ => None,
        }
    }

    /// The flow that begins so. Whether a code is redeemed for a hybrid answer is told only by who redeems it.
    pub fn flow(self) -> Flow {
        match self {
            Self::Code => Flow::WebServer,
            Self::Token | Self::TokenAndIdToken => Flow::UserAgent,
            Self::HybridToken => Flow::Hybrid,
        }
    }

    pub(super) fn answers_in_fragment(self) -> bool {
        self != Self::Code
    }
}
