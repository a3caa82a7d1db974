//! Which addresses may be connected to.
//!
//! With private addresses off, nothing that is not part of the public internet
//! may be reached: a feed must not be able to make the aggregator talk to its own
//! machine or network. Addresses that carry an IPv4 address inside (mapped,
//! NAT64, 6to4, Teredo) are judged by refusing the whole range.

use crate::model::FetchPolicy;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The part of a source's policy that decides about addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Guard {
    allow_private: bool,
    allow: Vec<IpNet>,
}

impl Guard {
    /// The guard of a policy.
    pub fn of(policy: &FetchPolicy) -> Self {
        if policy.allow_private {
            // Exceptions don't matter then; leaving them out shares connections.
            return Self { allow_private: true, allow: Vec::new() };
        }
        Self { allow_private: false, allow: policy.allow_addresses.clone() }
    }

    /// One that lets everything pass.
    pub fn open() -> Self {
        Self { allow_private: true, allow: Vec::new() }
    }

    /// Whether this is the guard of `policy`; cheaper than building that one.
    pub fn is_of(&self, policy: &FetchPolicy) -> bool {
        self.allow_private == policy.allow_private
            && (self.allow_private || self.allow == policy.allow_addresses)
    }
}

/// Whether an address may be connected to.
pub fn allowed(ip: IpAddr, guard: &Guard) -> bool {
    guard.allow_private || special(ip).is_none() || guard.allow.iter().any(|net| covers(net, ip))
}

/// Says why an address is refused and what allows it.
pub fn refusal(ip: IpAddr) -> String {
    let what = special(ip).unwrap_or("special");
    format!(
        "{ip} is a {what} address; to allow it, set allow_addresses = [\"{ip}\"] \
         or allow_private_addresses = true"
    )
}

fn covers(net: &IpNet, ip: IpAddr) -> bool {
    if net.contains(&ip) {
        return true;
    }
    // `::ffff:10.0.0.1` is reached over IPv4 as 10.0.0.1.
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().is_some_and(|v4| net.contains(&IpAddr::V4(v4))),
        IpAddr::V4(_) => false,
    }
}

/// The name of the special range an address is in; `None`: public.
fn special(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => special_v4(ip),
        IpAddr::V6(ip) => special_v6(ip),
    }
}

fn special_v4(ip: Ipv4Addr) -> Option<&'static str> {
    Some(match ip.octets() {
        [0, ..] => "unspecified",
        [127, ..] => "loopback",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [169, 254, ..] => "link-local",
        [100, 64..=127, ..] => "carrier NAT",
        [192, 0, 0, _] | [192, 88, 99, _] => "protocol",
        [198, 18..=19, ..] => "benchmarking",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [224..=239, ..] => "multicast",
        [255, 255, 255, 255] => "broadcast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

fn special_v6(ip: Ipv6Addr) -> Option<&'static str> {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return special_v4(v4).or(Some("IPv4-mapped"));
    }
    Some(match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0, 0, 0, 0, 0, 0, _, _] => "IPv4-compatible",
        [0, 0, 0, 0, 0xffff, 0, _, _] => "IPv4-translated",
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] | [0x64, 0xff9b, 1, ..] => "NAT64",
        [0x100, 0, 0, 0 | 1, ..] => "discard",
        [0x2001, 0, ..] => "Teredo",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "documentation",
        [0x2001, 1..=0x1ff, ..] => "protocol",
        [0x2002, ..] => "6to4",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfec0..=0xfeff, ..] => "site-local",
        [0xff00..=0xffff, ..] => "multicast",
        // Only 2000::/3 is given out for the public internet.
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str]) -> Guard {
        Guard { allow_private: false, allow: allow.iter().map(|n| n.parse().unwrap()).collect() }
    }

    #[test]
    fn special_addresses_are_refused() {
        for ip in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "198.19.255.255",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            assert!(!allowed(ip, &guard(&[])), "{ip}");
            assert!(refusal(ip).contains("allow_private_addresses"), "{ip}");
            assert!(allowed(ip, &Guard { allow_private: true, allow: vec![] }), "{ip}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for ip in [
            "8.8.8.8",
            "1.1.1.1",
            "172.32.0.1",
            "172.15.0.1",
            "100.128.0.1",
            "100.63.0.1",
            "169.253.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700::1",
            "2a00:1450::1",
            "2001:4860::8888",
            "2003::1",
        ] {
            assert!(allowed(ip.parse().unwrap(), &guard(&[])), "{ip}");
        }
    }

    #[test]
    fn exceptions() {
        let some = guard(&["10.1.0.0/16", "::1/128"]);
        for (ip, ok) in [
            ("10.1.2.3", true),
            ("10.2.0.1", false),
            ("::1", true),
            ("::2", false),
            ("127.0.0.1", false),
            ("::ffff:10.1.2.3", true),
            ("::ffff:10.2.0.1", false),
        ] {
            assert_eq!(allowed(ip.parse().unwrap(), &some), ok, "{ip}");
        }
    }

    #[test]
    fn guards_of_policies() {
        let mut policy = FetchPolicy {
            user_agent: String::new(),
            site_headers: vec![],
            timeout: std::time::Duration::ZERO,
            max_size: 0,
            obey_robots: true,
            allow_private: true,
            allow_addresses: vec!["10.0.0.0/8".parse().unwrap()],
            credentials: None,
            proxy: None,
        };
        let lax = Guard::of(&policy);
        assert!(lax.is_of(&policy));
        policy.allow_private = false;
        assert!(!lax.is_of(&policy) && Guard::of(&policy).is_of(&policy));
        policy.allow_addresses.clear();
        assert!(Guard::default().is_of(&policy) && !lax.is_of(&policy));
    }
}
