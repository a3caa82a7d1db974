//! Query parameters that only say how a reader came to a page.
//!
//! What may stand here: parameters that a service adds to links of *other* people's
//! sites, or that a site adds to its own links in feeds, mails and posts, and that
//! never choose what is shown. A parameter that chooses a page anywhere is left out
//! or stands in [`ON_SITES`] for the sites where it doesn't: one removed too many
//! merges different articles, which is worse than one too few. So `source`, `id`, `v`
//! and `ref` are not in the general list, and neither are `campaign_id`, `cid` and `s`.

/// A parameter name and who puts it there.
struct TrackingRule {
    /// Lower-case name; a trailing `*` stands for any ending.
    name: &'static str,
    /// Whose it is.
    whose: &'static str,
}

/// A parameter that only tracks on some sites.
struct SiteRule {
    /// Host without `www.`; its subdomains count too. One that ends in a dot stands
    /// for any country's (`amazon.`).
    host: &'static str,
    /// Lower-case names; a trailing `*` stands for any ending.
    names: &'static [&'static str],
}

/// Everywhere. Sources: the documentation of the services named, and the lists that
/// browsers and content blockers keep for the same purpose.
const TRACKING: &[TrackingRule] = &[
    // Analytics.
    rule("utm_*", "Google Analytics and most mailing tools"),
    rule("_ga", "Google Analytics linker"),
    rule("_gl", "Google cross-domain linker"),
    rule("ga_source", "Google Analytics, older tools"),
    rule("ga_medium", "Google Analytics, older tools"),
    rule("ga_campaign", "Google Analytics, older tools"),
    rule("ga_term", "Google Analytics, older tools"),
    rule("ga_content", "Google Analytics, older tools"),
    rule("mtm_*", "Matomo"),
    rule("pk_*", "Matomo, before it was called so"),
    rule("piwik_*", "Matomo, before it was called so"),
    rule("matomo_*", "Matomo"),
    rule("itm_*", "links within a site"),
    rule("hmb_campaign", "tools for campaigns"),
    rule("hmb_medium", "tools for campaigns"),
    rule("hmb_source", "tools for campaigns"),
    rule("at_campaign", "AT Internet"),
    rule("at_campaign_type", "AT Internet"),
    rule("at_medium", "AT Internet"),
    rule("at_custom*", "AT Internet"),
    rule("at_bbc_team", "AT Internet"),
    rule("at_link_*", "AT Internet"),
    rule("at_ptr_name", "AT Internet"),
    rule("at_format", "AT Internet"),
    rule("xtor", "AT Internet"),
    rule("wt_mc", "Webtrekk"),
    rule("wt_mc_o", "Webtrekk"),
    rule("wt_zmc", "Webtrekk"),
    rule("wt.mc_id", "Webtrends"),
    rule("wt.mc_ev", "Webtrends"),
    rule("wt.nav", "Webtrends"),
    rule("ns_campaign", "comScore"),
    rule("ns_mchannel", "comScore"),
    rule("ns_source", "comScore"),
    rule("ns_linkname", "comScore"),
    rule("ns_fee", "comScore"),
    rule("s_cid", "Adobe Analytics"),
    rule("s_kwcid", "Adobe Advertising"),
    rule("ef_id", "Adobe Advertising"),
    rule("_openstat", "Openstat"),
    rule("guccounter", "Yahoo consent"),
    rule("guce_referrer", "Yahoo consent"),
    rule("guce_referrer_sig", "Yahoo consent"),
    // Clicks on advertisements.
    rule("gclid", "Google Ads"),
    rule("gclsrc", "Google Ads"),
    rule("gbraid", "Google Ads"),
    rule("wbraid", "Google Ads"),
    rule("gad_source", "Google Ads"),
    rule("gad_campaignid", "Google Ads"),
    rule("srsltid", "Google Merchant Center"),
    rule("dclid", "Google Display"),
    rule("msclkid", "Microsoft Advertising"),
    rule("yclid", "Yandex Direct"),
    rule("ysclid", "Yandex Search"),
    rule("ymclid", "Yandex Market"),
    rule("yadclid", "Yandex Direct"),
    rule("ttclid", "TikTok"),
    rule("twclid", "Twitter"),
    rule("epik", "Pinterest"),
    rule("sccid", "Snapchat"),
    rule("sc_cid", "Snapchat"),
    rule("rdt_cid", "Reddit"),
    rule("li_fat_id", "LinkedIn"),
    rule("qclid", "Quora"),
    rule("irclickid", "Impact"),
    rule("irgwc", "Impact"),
    rule("tblci", "Taboola"),
    rule("obclid", "Outbrain"),
    rule("obocid", "Outbrain"),
    rule("dicbo", "Outbrain"),
    rule("cjevent", "CJ Affiliate"),
    rule("wickedid", "Wicked Reports"),
    rule("wickedsource", "Wicked Reports"),
    rule("_branch_match_id", "Branch"),
    rule("_branch_referrer", "Branch"),
    // Shared on social networks.
    rule("fbclid", "Facebook"),
    rule("fb_action_ids", "Facebook"),
    rule("fb_action_types", "Facebook"),
    rule("fb_comment_id", "Facebook"),
    rule("fb_source", "Facebook"),
    rule("fb_ref", "Facebook"),
    rule("action_object_map", "Facebook"),
    rule("action_type_map", "Facebook"),
    rule("action_ref_map", "Facebook"),
    rule("igshid", "Instagram"),
    rule("igsh", "Instagram"),
    rule("__twitter_impression", "Twitter"),
    rule("ref_src", "Twitter"),
    rule("ref_url", "Twitter"),
    rule("xing_share", "Xing"),
    rule("wprov", "Wikipedia share links"),
    // Newsletters.
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
    rule("hsa_*", "HubSpot Ads"),
    rule("_hsenc", "HubSpot"),
    rule("_hsmi", "HubSpot"),
    rule("__hssc", "HubSpot"),
    rule("__hstc", "HubSpot"),
    rule("__hsfp", "HubSpot"),
    rule("hsctatracking", "HubSpot"),
    rule("_ke", "Klaviyo"),
    rule("_kx", "Klaviyo"),
    rule("bsft_*", "Blueshift"),
    rule("trk_contact", "Listrak"),
    rule("trk_msg", "Listrak"),
    rule("trk_module", "Listrak"),
    rule("trk_sid", "Listrak"),
    rule("_bta_c", "Bronto"),
    rule("_bta_tid", "Bronto"),
    rule("sfmc_*", "Salesforce Marketing Cloud"),
    rule("elqtrack", "Eloqua"),
    rule("elqtrackid", "Eloqua"),
    rule("dm_i", "dotdigital"),
    rule("ss_email_id", "SharpSpring"),
    rule("ss_source", "SharpSpring"),
    rule("ck_subscriber_id", "ConvertKit"),
    rule("sailthru_id", "Sailthru"),
];

/// On these sites only. Elsewhere the same names choose pages.
const ON_SITES: &[SiteRule] = &[
    // The kind of link, and the place in a list of results.
    site(
        "amazon.",
        &["ref", "ref_", "tag", "linkcode", "pd_rd_*", "pf_rd_*", "psc", "qid", "sr", "keywords"],
    ),
    site("aliexpress.com", &["spm", "scm", "aff_*", "pvid"]),
    // Who shared it, and from where.
    site("youtube.com", &["feature", "si", "pp", "ab_channel"]),
    site("youtu.be", &["feature", "si"]),
    site("open.spotify.com", &["si", "context"]),
    site("twitter.com", &["s", "t", "cxt"]),
    site("x.com", &["s", "t", "cxt"]),
    site("linkedin.com", &["trk", "trackingid", "refid", "lipi", "midtoken", "midsig"]),
    site("reddit.com", &["share_id", "rdt", "ref", "ref_source", "correlation_id"]),
    site("tiktok.com", &["_r", "_t", "is_from_webapp", "sender_device"]),
    site("medium.com", &["source", "sk"]),
    site(
        "substack.com",
        &["r", "s", "triedredirect", "showwelcome", "isfreemail", "post_id", "publication_id"],
    ),
    site("imdb.com", &["ref_"]),
    site("github.com", &["email_source", "email_token"]),
    // Papers and their newsletters and feeds.
    site(
        "nytimes.com",
        &[
            "smid",
            "smtyp",
            "emc",
            "partner",
            "campaign_id",
            "instance_id",
            "regi_id",
            "segment_id",
            "te",
            "nl",
            "user_id",
            "rref",
            "referringsource",
            "unlocked_article_code",
        ],
    ),
    site("washingtonpost.com", &["itid", "wpisrc", "wpmm", "tid", "pwapi_token"]),
    site("wsj.com", &["mod", "st", "reflink"]),
    site("marketwatch.com", &["mod", "siteid"]),
    site("bloomberg.com", &["srnd", "sref", "cmpid", "leadsource", "embedded-checkout"]),
    site("theguardian.com", &["cmp", "intcmp", "acquisitiondata", "reading-module", "inarticlelink"]),
    site("bbc.co.uk", &["ocid", "ns_*", "pinned_post_*", "intlink_from_url", "link_location"]),
    site("bbc.com", &["ocid", "ns_*", "pinned_post_*", "intlink_from_url", "link_location"]),
    site("cnn.com", &["cid", "iid", "hpt"]),
    site("ft.com", &["sharetype", "syn-*", "segmentid", "ftcamp", "accesstoken"]),
    site("economist.com", &["fsrc", "cid1", "cid2", "cid3"]),
    site("reuters.com", &["feedtype", "feedname", "rpc", "taid", "edition-redirect"]),
    site("forbes.com", &["sh", "ss"]),
    site("aljazeera.com", &["traffic_source"]),
    site("dailymail.co.uk", &["ito", "ns_*", "ico"]),
    site("cbc.ca", &["cmp", "__vfz"]),
    site("npr.org", &["ft", "f", "sc"]),
    site("dw.com", &["maca"]),
    site("spiegel.de", &["sara_ref", "sara_ecid"]),
    site("zeit.de", &["wt_*"]),
    site("lemonde.fr", &["xtmc", "xtcr", "lmd_*"]),
    site("msn.com", &["ocid", "cvid", "pc"]),
    site("yahoo.com", &[".tsrc", "tsrc", "src", "soc_src", "soc_trk", "ncid"]),
    site("techcrunch.com", &["ncid", "tpcc", "sr_share"]),
    site("engadget.com", &["src"]),
];

const fn rule(name: &'static str, whose: &'static str) -> TrackingRule {
    TrackingRule { name, whose }
}

const fn site(host: &'static str, names: &'static [&'static str]) -> SiteRule {
    SiteRule { host, names }
}

/// The built-in tables and what a source adds to them (`strip_params`).
#[derive(Debug, Clone, Copy, Default)]
pub struct StripRules<'a> {
    /// Lower-case names; a trailing `*` stands for any ending.
    pub extra: &'a [String],
}

impl StripRules<'_> {
    /// Why the parameter `name` is removed from addresses of `host` (without `www.`);
    /// `None` if it stays. Case does not matter.
    pub fn reason(&self, host: &str, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        if let Some(rule) = TRACKING.iter().find(|rule| matches(rule.name, &name)) {
            return Some(format!("tracking ({})", rule.whose));
        }
        let on = ON_SITES.iter().find(|site| {
            site.names.iter().any(|pattern| matches(pattern, &name)) && is_host(site.host, host)
        });
        if let Some(site) = on {
            return Some(format!("tracking on {}", site.host.trim_end_matches('.')));
        }
        let own = |pattern: &String| matches(&pattern.to_ascii_lowercase(), &name);
        self.extra.iter().any(own).then(|| "strip_params of the source".to_owned())
    }
}

/// Whether a lower-case name fits a pattern.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Whether `host` is `known` or below it.
fn is_host(known: &str, host: &str) -> bool {
    let Some(label) = known.strip_suffix('.') else {
        return host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    };
    // `amazon.` is `amazon.com` and `amazon.co.uk`, and not `amazon.site.example`.
    let domain = host.rsplit_once(known);
    domain.is_some_and(|(below, suffix)| {
        !label.is_empty()
            && (below.is_empty() || below.ends_with('.'))
            && !suffix.is_empty()
            && suffix.len() <= 6
            && psl::suffix(suffix.as_bytes())
                .is_some_and(|found| found.is_known() && found.as_bytes().len() == suffix.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_parameters() {
        let extra = ["cmp".to_owned(), "xx_*".to_owned()];
        let rules = StripRules { extra: &extra };
        for name in ["utm_source", "UTM_Medium", "fbclid", "FBCLID", "mtm_kwd", "cmp", "CMP", "xx_anything"] {
            assert!(rules.reason("site.example", name).is_some(), "{name}");
        }
        for name in [
            "source",
            "id",
            "v",
            "ref",
            "p",
            "page",
            "utm",
            "fbclid2",
            "xx",
            "s",
            "cid",
            "tag",
            "campaign_id",
        ] {
            assert!(rules.reason("site.example", name).is_none(), "{name}");
        }
    }

    #[test]
    fn parameters_of_one_site_only() {
        let removed = |host, name| StripRules::default().reason(host, name).is_some();
        for (host, name) in [
            ("nytimes.com", "smid"),
            ("cooking.nytimes.com", "smid"),
            ("amazon.com", "ref"),
            ("amazon.co.uk", "REF"),
            ("smile.amazon.de", "tag"),
            ("bbc.co.uk", "at_custom1"),
            ("medium.com", "source"),
        ] {
            assert!(removed(host, name), "{host} {name}");
        }
        for (host, name) in [
            ("notnytimes.com", "smid"),
            ("nytimes.com.site.example", "smid"),
            ("amazon.site.example", "ref"),
            ("myamazon.com", "ref"),
            ("amazon.", "ref"),
            ("medium.com", "id"),
        ] {
            assert!(!removed(host, name), "{host} {name}");
        }
    }

    #[test]
    fn the_tables_are_well_formed() {
        let mut names: Vec<&str> = TRACKING.iter().map(|rule| rule.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "a name stands twice");
        let on_sites = ON_SITES.iter().flat_map(|site| site.names.iter().copied());
        for name in names.iter().copied().chain(on_sites) {
            assert_eq!(name, name.to_ascii_lowercase());
            assert!(name.trim_end_matches('*').len() > usize::from(name.ends_with('*')), "{name}");
        }
        for never in ["source", "id", "v", "ref", "p", "page"] {
            assert!(!names.contains(&never), "{never}");
        }
    }
}
