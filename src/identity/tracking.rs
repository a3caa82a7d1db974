//! Query parameters that only say how a reader came to a page.

/// A built-in parameter name and who puts it there.
pub struct TrackingRule {
    /// Lower-case name; a trailing `*` stands for any ending.
    pub name: &'static str,
    /// Whose it is.
    pub whose: &'static str,
}

/// Parameters that never choose what a page shows. `source`, `id`, `v` and
/// `ref` do on some sites, so they are not here.
const TRACKING: &[TrackingRule] = &[
    rule("utm_*", "Google Analytics and most mailing tools"),
    rule("mtm_*", "Matomo"),
    rule("pk_*", "Matomo, before it was called so"),
    rule("piwik_*", "Matomo, before it was called so"),
    rule("matomo_*", "Matomo"),
    rule("hsa_*", "HubSpot Ads"),
    rule("_hsenc", "HubSpot"),
    rule("_hsmi", "HubSpot"),
    rule("__hssc", "HubSpot"),
    rule("__hstc", "HubSpot"),
    rule("__hsfp", "HubSpot"),
    rule("hsctatracking", "HubSpot"),
    rule("fbclid", "Facebook"),
    rule("fb_action_ids", "Facebook"),
    rule("fb_action_types", "Facebook"),
    rule("fb_source", "Facebook"),
    rule("fb_ref", "Facebook"),
    rule("gclid", "Google Ads"),
    rule("gclsrc", "Google Ads"),
    rule("gbraid", "Google Ads"),
    rule("wbraid", "Google Ads"),
    rule("dclid", "Google Display"),
    rule("_gl", "Google cross-domain linker"),
    rule("msclkid", "Microsoft Advertising"),
    rule("yclid", "Yandex Direct"),
    rule("ysclid", "Yandex Search"),
    rule("twclid", "Twitter"),
    rule("ttclid", "TikTok"),
    rule("li_fat_id", "LinkedIn"),
    rule("igshid", "Instagram"),
    rule("rdt_cid", "Reddit"),
    rule("irclickid", "Impact"),
    rule("mc_cid", "Mailchimp"),
    rule("mc_eid", "Mailchimp"),
    rule("mc_tc", "Mailchimp"),
    rule("mkt_tok", "Marketo"),
    rule("ml_subscriber", "MailerLite"),
    rule("ml_subscriber_hash", "MailerLite"),
    rule("oly_anon_id", "Omeda"),
    rule("oly_enc_id", "Omeda"),
    rule("vero_conv", "Vero"),
    rule("vero_id", "Vero"),
    rule("wickedid", "Wicked Reports"),
    rule("s_cid", "Adobe Analytics"),
    rule("ef_id", "Adobe Advertising"),
    rule("at_campaign", "AT Internet"),
    rule("at_medium", "AT Internet"),
    rule("xtor", "AT Internet"),
    rule("wt_mc", "Webtrekk"),
    rule("wt_zmc", "Webtrekk"),
    rule("ns_campaign", "comScore"),
    rule("ns_mchannel", "comScore"),
    rule("ns_source", "comScore"),
    rule("ns_linkname", "comScore"),
    rule("ns_fee", "comScore"),
    rule("guccounter", "Yahoo consent"),
    rule("guce_referrer", "Yahoo consent"),
    rule("guce_referrer_sig", "Yahoo consent"),
    rule("__twitter_impression", "Twitter"),
    rule("wprov", "Wikipedia share links"),
];

const fn rule(name: &'static str, whose: &'static str) -> TrackingRule {
    TrackingRule { name, whose }
}

/// The built-in table and what a source adds to it (`strip_params`).
#[derive(Debug, Clone, Copy, Default)]
pub struct StripRules<'a> {
    /// Lower-case names; a trailing `*` stands for any ending.
    pub extra: &'a [String],
}

impl StripRules<'_> {
    /// Why the parameter `name` is stripped; `None` if it stays. Case does not matter.
    pub fn reason(&self, name: &str) -> Option<&'static str> {
        let name = name.to_ascii_lowercase();
        let matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        };
        if let Some(rule) = TRACKING.iter().find(|rule| matches(rule.name)) {
            return Some(rule.whose);
        }
        self.extra.iter().any(|pattern| matches(&pattern.to_ascii_lowercase())).then_some("strip_params")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_parameters() {
        let extra = ["cmp".to_owned(), "xx_*".to_owned()];
        let rules = StripRules { extra: &extra };
        for name in ["utm_source", "UTM_Medium", "fbclid", "FBCLID", "mtm_kwd", "cmp", "CMP", "xx_anything"] {
            assert!(rules.reason(name).is_some(), "{name}");
        }
        for name in ["source", "id", "v", "ref", "p", "page", "utm", "fbclid2", "xx"] {
            assert!(rules.reason(name).is_none(), "{name}");
        }
    }
}
